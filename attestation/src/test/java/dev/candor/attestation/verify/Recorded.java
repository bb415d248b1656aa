package dev.candor.attestation.verify;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.pki.Pem;
import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Evidence that real devices gave, which others published as test data. It is not part of this project: {@code -Dcandor.attestation.vectors=FOLDER} or the
 * environment's {@code CANDOR_ATTESTATION_VECTORS} says where it is; without it these tests are skipped.
 */
final class Recorded {
    private final Path folder;

    private Recorded(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where there is none. */
    static Recorded assumed() {
        Optional<String> named = Optional.ofNullable(System.getProperty("candor.attestation.vectors"))
                .or(() -> Optional.ofNullable(System.getenv("CANDOR_ATTESTATION_VECTORS")));
        assumeTrue(named.isPresent(), "no recorded evidence: candor.attestation.vectors is not set");
        return new Recorded(Path.of(named.orElseThrow()));
    }

    Evidence.NitroDocument nitro() {
        return new Evidence.NitroDocument(base64(text("nitro/nitro.b64")));
    }

    Evidence.DcapQuote tdx() {
        return new Evidence.DcapQuote(Kind.INTEL_TDX, bytes("tdx-sgx/tdx_quote"), collateral());
    }

    /** With the collateral of another platform: what it says of its own is not recorded. */
    Evidence.DcapQuote sgx() {
        return new Evidence.DcapQuote(Kind.INTEL_SGX, bytes("tdx-sgx/sgx_quote"), collateral());
    }

    /** Without the words that were written behind the quote; with the collateral of another platform. */
    Evidence.DcapQuote sapphireRapids() {
        Octets file = bytes("tdx-sgx/tdx_spr.dat");
        int signatures = file.at(632) | file.at(633) << 8;
        return new Evidence.DcapQuote(Kind.INTEL_TDX, file.slice(0, 636 + signatures), collateral());
    }

    Evidence.SnpReport snp() {
        List<Octets> vendor = pem(text("sev-snp/milan.pem"));
        return new Evidence.SnpReport(
                bytes("sev-snp/snp.bin"),
                List.of(bytes("sev-snp/vcek.cer"), vendor.get(0), vendor.get(1)),
                Optional.empty());
    }

    Evidence.GpuReport hopper() {
        return new Evidence.GpuReport(
                Octets.copyOf(HexFormat.of()
                        .parseHex(text("nvidia-gpu/hopper_report.txt").replaceAll("\\s", ""))),
                pem(text("nvidia-gpu/hopper_chain.txt")));
    }

    /** Of eight GPUs of one machine. */
    List<Evidence.GpuReport> gpus() {
        List<Evidence.GpuReport> reports = new java.util.ArrayList<>();
        for (JsonNode each : json("nvidia-gpu/gpu_ev.json")) {
            reports.add(new Evidence.GpuReport(
                    base64(each.path("evidence").asText()),
                    pem(new String(base64(each.path("certificate").asText()).toArray(), StandardCharsets.US_ASCII))));
        }
        return reports;
    }

    private Evidence.DcapCollateral collateral() {
        JsonNode json = json("tdx-sgx/tdx_coll.json");
        return new Evidence.DcapCollateral(
                Bytes.of(json.path("tcb_info").asText()),
                Octets.ofHex(json.path("tcb_info_signature").asText()),
                Bytes.of(json.path("tcb_info_issuer_chain").asText()),
                Bytes.of(json.path("qe_identity").asText()),
                Octets.ofHex(json.path("qe_identity_signature").asText()),
                Bytes.of(json.path("qe_identity_issuer_chain").asText()),
                Octets.ofHex(json.path("root_ca_crl").asText()),
                Octets.ofHex(json.path("pck_crl").asText()));
    }

    private static List<Octets> pem(String text) {
        return Pem.certificates(Bytes.of(text.strip() + "\n"), 8);
    }

    private static Octets base64(String text) {
        return Octets.copyOf(Base64.getMimeDecoder().decode(text));
    }

    private JsonNode json(String name) {
        try {
            return new JsonMapper().readTree(text(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(String name) {
        return new String(bytes(name).toArray(), StandardCharsets.US_ASCII);
    }

    private Octets bytes(String name) {
        try {
            return Octets.copyOf(Files.readAllBytes(folder.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
