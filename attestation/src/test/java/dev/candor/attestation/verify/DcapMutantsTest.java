package dev.candor.attestation.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.SnpTcb;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.Octets;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes DCAP evidence and what this verifier says of it, a line of JSON each, for another verifier to judge: {@code scripts/attestation/dcap-agreement}.
 * Half of it is changed in one byte, half is made with a random rule broken or none.
 */
@EnabledIfSystemProperty(named = "candor.attestation.mutants", matches = ".+")
final class DcapMutantsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Octets KEY = Bytes.filled(32, 1);
    private static final Instant RECORDED_AT = Instant.parse("2025-07-01T00:00:00Z");
    /** The other verifier knows no policy, no key and no nonce. */
    private static final Set<Check> OF_OURS = EnumSet.of(Check.BINDING, Check.MEASUREMENT_ALLOWED);

    private static final List<String> STATUSES = List.of(
            "UpToDate",
            "SWHardeningNeeded",
            "ConfigurationNeeded",
            "ConfigurationAndSWHardeningNeeded",
            "OutOfDate",
            "OutOfDateConfigurationNeeded",
            "Revoked");

    private static final List<BiConsumer<DcapForge, Random>> RULES = List.of(
            (forge, random) -> forge.platformStatus = STATUSES.get(random.nextInt(STATUSES.size())),
            (forge, random) -> forge.qeStatus = STATUSES.get(random.nextInt(STATUSES.size())),
            (forge, random) -> forge.moduleStatus = STATUSES.get(random.nextInt(STATUSES.size() - 1)),
            (forge, random) -> forge.fmspc = "00A06551000" + random.nextInt(2),
            (forge, random) -> forge.leastComponent += random.nextInt(-1, 2),
            (forge, random) -> forge.leastPce += random.nextInt(-1, 2),
            (forge, random) -> forge.qeVersion += random.nextInt(-1, 2),
            (forge, random) -> forge.qeProduct += random.nextInt(2),
            (forge, random) -> forge.qeMrSigner = Bytes.filled(32, 0x8c + random.nextInt(2)),
            (forge, random) -> forge.qeAttributes ^= 1 << random.nextInt(6),
            (forge, random) -> forge.sgxAttributes ^= 1L << random.nextInt(8),
            (forge, random) -> forge.tdAttributes ^= 1L << random.nextInt(64),
            (forge, random) -> forge.tdxComponent += random.nextInt(-1, 2),
            (forge, random) -> forge.moduleVersion += random.nextInt(-2, 2),
            (forge, random) -> forge.serviceDomain = Bytes.filled(48, random.nextInt(2)),
            (forge, random) -> forge.issued = TestPki.TIME.plusSeconds(random.nextInt(-2, 3)),
            (forge, random) -> forge.nextUpdate = TestPki.TIME.plusSeconds(random.nextInt(-2, 3)),
            (forge, random) -> forge.leaf.to = TestPki.TIME.plusSeconds(random.nextInt(-2, 3)),
            (forge, random) -> forge.intermediate.from = TestPki.TIME.plusSeconds(random.nextInt(-2, 3)),
            (forge, random) -> forge.tcbSigner.to = TestPki.TIME.plusSeconds(random.nextInt(-2, 3)),
            (forge, random) -> forge.revokedSerial = forge.leaf.serial,
            (forge, random) ->
                    forge.revokedByRoot = random.nextBoolean() ? forge.intermediate.serial : forge.tcbSigner.serial,
            (forge, random) -> forge.quoteSigner = TestPki.p256("other"),
            (forge, random) -> forge.qeSigner = TestPki.p256("other"),
            (forge, random) -> forge.collateralSigner = TestPki.p256("other"),
            (forge, random) -> forge.vouchedFor = TestPki.p256("other"),
            (forge, random) -> forge.leaf.signer = TestPki.p256("other"),
            (forge, random) -> forge.intermediate.signer = TestPki.p256("other"),
            (forge, random) -> forge.leaf.authority = true,
            (forge, random) -> forge.qeId = random.nextBoolean() ? "QE" : "TD_QE",
            (forge, random) -> forge.infoId = random.nextBoolean() ? "SGX" : "TDX",
            (forge, random) -> forge.pinned = false,
            (forge, random) -> forge.presentedAs = forge.kind,
            (forge, random) -> forge.presentedAs = forge.kind,
            (forge, random) -> forge.presentedAs = forge.kind);

    private final Random random = new Random(Long.getLong("candor.seed", 20_261_123L));

    @Test
    void writesMutants() throws IOException {
        int each = Integer.getInteger("candor.attestation.count", 700);
        try (BufferedWriter out = Files.newBufferedWriter(Path.of(System.getProperty("candor.attestation.mutants")))) {
            Evidence.DcapQuote recorded = Recorded.assumed().tdx();
            Octets root = Octets.copyOf(dev.candor.attestation.pki.Pem.certificates(
                            recorded.collateral().tcbInfoChain(), 8)
                    .getLast()
                    .toArray());
            assertThat(write(out, "recorded", recorded, RECORDED_AT, root, Roots.VENDORS))
                    .isEqualTo("accepted");
            for (int i = 0; i < each; i++) {
                write(out, "changed", changed(recorded), RECORDED_AT, root, Roots.VENDORS);
            }
            for (int i = 0; i < each; i++) {
                int version = random.nextInt(3, 6);
                DcapForge forge = new DcapForge(version == 3 ? Kind.INTEL_SGX : Kind.INTEL_TDX, version);
                RULES.get(random.nextInt(RULES.size())).accept(forge, random);
                Octets pin = forge.pinned
                        ? forge.rootDer()
                        : TestPki.attempt(() -> new CertSpec("Test SGX Root CA", TestPki.p256("other"), true)
                                .make(new CertSpec("Test SGX Root CA", TestPki.p256("other"), true)));
                Set<Octets> pins = Set.of(pin.sha256());
                write(out, "made", forge.evidence(), TestPki.TIME, pin, new Roots(pins, pins, pins, pins));
            }
        }
    }

    /** Changes one byte of the quote, without what pads it, or of a field of its collateral. */
    private Evidence.DcapQuote changed(Evidence.DcapQuote quote) {
        Evidence.DcapCollateral c = quote.collateral();
        List<Octets> fields = new ArrayList<>(List.of(
                quote.quote().slice(0, 4936),
                c.tcbInfo(),
                c.tcbInfoSignature(),
                c.tcbInfoChain(),
                c.qeIdentity(),
                c.qeIdentitySignature(),
                c.qeIdentityChain(),
                c.rootCrl(),
                c.pckCrl()));
        int field = random.nextInt(3) > 0 ? 0 : random.nextInt(fields.size());
        Octets bytes = fields.get(field);
        fields.set(field, Bytes.flip(bytes, random.nextInt(bytes.length()), 1 << random.nextInt(field == 0 ? 8 : 7)));
        return new Evidence.DcapQuote(
                quote.kind(),
                fields.get(0),
                new Evidence.DcapCollateral(
                        fields.get(1),
                        fields.get(2),
                        fields.get(3),
                        fields.get(4),
                        fields.get(5),
                        fields.get(6),
                        fields.get(7),
                        fields.get(8)));
    }

    private static String write(
            BufferedWriter out, String made, Evidence.DcapQuote quote, Instant time, Octets root, Roots roots)
            throws IOException {
        Policy policy = new Policy(
                List.of(),
                List.of(),
                Set.of(),
                new Policy.Intel(EnumSet.complementOf(EnumSet.of(TcbStatus.REVOKED)), 0),
                new Policy.Snp(SnpTcb.ANY, true),
                Duration.ofMinutes(5),
                false);
        Verdict verdict = new AttestationVerifier(roots, OF_OURS)
                .verify(new Attestation(KEY, KEY, quote), new Expectation(KEY, KEY, time, policy));
        String ours = switch (verdict) {
            case Verdict.Refused refused -> refused.check().name();
            case Verdict.Attested _ -> "accepted";
            case Verdict.Simulated _ -> throw new IllegalStateException("a quote is no simulation");
        };
        ObjectNode line = JSON.createObjectNode();
        line.put("made", made).put("ours", ours).put("time", time.getEpochSecond());
        line.put("quote", quote.quote().toHex()).put("root", root.toHex());
        Evidence.DcapCollateral collateral = quote.collateral();
        line.putObject("collateral")
                .put("tcb_info", text(collateral.tcbInfo()))
                .put("tcb_info_signature", collateral.tcbInfoSignature().toHex())
                .put("tcb_info_issuer_chain", text(collateral.tcbInfoChain()))
                .put("qe_identity", text(collateral.qeIdentity()))
                .put("qe_identity_signature", collateral.qeIdentitySignature().toHex())
                .put("qe_identity_issuer_chain", text(collateral.qeIdentityChain()))
                .put("root_ca_crl", collateral.rootCrl().toHex())
                .put("pck_crl", collateral.pckCrl().toHex());
        out.write(JSON.writeValueAsString(line));
        out.newLine();
        return ours;
    }

    /** Collateral is ASCII, also when a bit of it is changed. */
    private static String text(Octets bytes) {
        return new String(bytes.toArray(), StandardCharsets.US_ASCII);
    }
}
