package dev.candor.attestation.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class CborReaderTest {
    @Test
    void readsWhatDocumentsUse() {
        assertThat(reader("1b000000e8d4a51000").unsigned("n")).isEqualTo(1_000_000_000_000L);
        assertThat(reader("3822").negative("n")).isEqualTo(-35);
        assertThat(reader("4201ff").bytes("b", 2)).isEqualTo(Octets.ofHex("01ff"));
        assertThat(reader("63e282ac").text("t", 3)).isEqualTo("\u20ac");
        assertThat(reader("84").array("a", 4)).isEqualTo(4);
        assertThat(reader("a1").map("m", 1)).isEqualTo(1);
        assertThat(reader("f6").skipNull()).isTrue();
    }

    @Test
    void refusesEveryOtherForm() {
        refuses("1800", "n is not in CBOR's shortest form or passes 2^63 - 1", in -> in.unsigned("n"));
        refuses("190001", "n is not in CBOR's shortest form or passes 2^63 - 1", in -> in.unsigned("n"));
        refuses("1bffffffffffffffff", "n is not in CBOR's shortest form or passes 2^63 - 1", in -> in.unsigned("n"));
        refuses("5f41ff", "b has an indefinite or reserved length, which is not allowed", in -> in.bytes("b", 9));
        refuses("5affffffff", "b has a length of 4294967295, at most 9 is allowed", in -> in.bytes("b", 9));
        refuses("43ff", "b needs 3 bytes, 1 are left", in -> in.bytes("b", 9));
        refuses("61ff", "t is not UTF-8", in -> in.text("t", 9));
        refuses("61", "t needs 1 bytes, 0 are left", in -> in.text("t", 9));
        refuses("01", "t has CBOR's major type 0, 3 is expected", in -> in.text("t", 9));
        refuses("", "n needs 1 bytes, 0 are left", in -> in.unsigned("n"));
    }

    private static void refuses(String hex, String message, Consumer<CborReader> read) {
        assertThatThrownBy(() -> read.accept(reader(hex)))
                .isInstanceOf(MalformedEvidenceException.class)
                .hasMessage(message);
    }

    private static CborReader reader(String hex) {
        return new CborReader(Octets.ofHex(hex));
    }
}
