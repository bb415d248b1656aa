package dev.candor.attestation.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AttestationCodecTest {
    private static final Octets KEY = Octets.ofHex("11".repeat(32));
    private static final Octets NONCE = Octets.ofHex("22".repeat(32));

    @Test
    void readsWhatItWrites() {
        Octets a = Octets.ofHex("aa");
        Octets b = Octets.ofHex("bbbb");
        for (Evidence evidence : List.of(
                new Evidence.NitroDocument(a),
                new Evidence.DcapQuote(Kind.INTEL_TDX, a, new Evidence.DcapCollateral(a, b, a, b, a, b, a, b)),
                new Evidence.SnpReport(a, List.of(a, b), Optional.of(b)),
                new Evidence.SnpReport(a, List.of(a, b), Optional.empty()),
                new Evidence.GpuReport(b, List.of(b, a)),
                new Evidence.SimulatedStatement(a, b))) {
            Attestation attestation = new Attestation(KEY, NONCE, evidence);

            assertThat(AttestationCodec.decode(AttestationCodec.encode(attestation)))
                    .isEqualTo(attestation);
        }
    }

    @Test
    void theBytesStayAsTheyAre() {
        Attestation attestation =
                new Attestation(KEY, NONCE, new Evidence.GpuReport(Octets.ofHex("aa"), List.of(Octets.ofHex("bbbb"))));

        assertThat(AttestationCodec.encode(attestation).toHex())
                .isEqualTo(
                        "4352415401" + "01" + "11".repeat(32) + "22".repeat(32) + "00000001aa" + "01" + "00000002bbbb");
    }

    @Test
    void theBindingStaysAsItIs() {
        // SHA-256 of "candor-attestation-v1" NUL, 04, 32 times 11, 32 times 22: by another program.
        assertThat(Binding.of(Kind.INTEL_TDX, KEY, NONCE).toHex())
                .isEqualTo("9101d174bb94296937538da508870c9413610d67b4f0a86d73477c3bd4668850");
    }

    @Test
    void refusesBytesBehindTheEndAndLengthsThatPassIt() {
        Octets bytes =
                AttestationCodec.encode(new Attestation(KEY, NONCE, new Evidence.NitroDocument(Octets.ofHex("aa"))));

        assertThatThrownBy(() -> AttestationCodec.decode(Octets.ofHex(bytes.toHex() + "00")))
                .isInstanceOf(MalformedEvidenceException.class)
                .hasMessage("1 bytes follow the end of the attestation");
        assertThatThrownBy(() -> AttestationCodec.decode(bytes.slice(0, bytes.length() - 1)))
                .isInstanceOf(MalformedEvidenceException.class)
                .hasMessage("document needs 1 bytes, 0 are left");
        assertThatThrownBy(() ->
                        AttestationCodec.decode(Octets.ofHex(bytes.slice(0, 70).toHex() + "7fffffffaa")))
                .isInstanceOf(MalformedEvidenceException.class)
                .hasMessage("document has 2147483647 bytes, at most 262144 are allowed");
    }
}
