package dev.candor.attestation.pki;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import org.junit.jupiter.api.Test;

final class DerShapeTest {
    @Test
    void takesOneValueInOneForm() {
        assertThatCode(() -> DerShape.check(Octets.ofHex("3006020101020102"), "it"))
                .doesNotThrowAnyException();

        refuses("300602010102010200", "it is not DER: it has bytes behind its end");
        refuses("30800201010000", "it is not DER: it has a length that is indefinite, too large or cut off");
        refuses("30810302010100", "it is not DER: it has a length that is not in its shortest form");
        refuses("3004020201", "it is not DER: it has a value that passes its end");
        refuses("3003020201", "it is not DER: it has a value that passes its end");
        refuses("1f0100", "it is not DER: it has a tag of several bytes");
        refuses("30", "it is not DER: it ends within a tag");
        refuses("", "it is not DER: it ends within a tag");
    }

    @Test
    void refusesDepthInsteadOfOverflowing() {
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            deep.insert(0, "%02x".formatted(2 * i)).insert(0, "30");
        }

        refuses(deep.toString(), "it is not DER: it nests deeper than 20");
    }

    private static void refuses(String hex, String message) {
        assertThatThrownBy(() -> DerShape.check(Octets.ofHex(hex), "it"))
                .isInstanceOf(MalformedEvidenceException.class)
                .hasMessage(message);
    }
}
