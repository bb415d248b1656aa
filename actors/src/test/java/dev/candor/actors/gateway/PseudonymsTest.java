package dev.candor.actors.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import org.junit.jupiter.api.Test;

/** The golden values were computed with Python's {@code hmac} under the key 000102...1f. */
final class PseudonymsTest {
    private static final Bytes KEY = Bytes.ofHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    private static final Digest REQUEST = Digest.ofHex("aa".repeat(32));

    private final Pseudonyms pseudonyms = new Pseudonyms(KEY, 8);

    @Test
    void namesACallerByItsGoldenValue() {
        assertThat(pseudonyms.caller("alice").toHex())
                .isEqualTo("06e7ace33fc071f2505f7871fbd9bf299fe518f1a6ebf2253c38ac9560f42ec7");
        assertThat(pseudonyms.caller("alice")).as("from the cache").isEqualTo(pseudonyms.caller("alice"));
    }

    @Test
    void namesAnIdentityByItsGoldenValues() {
        assertThat(pseudonyms.identity("alice", "order-17", REQUEST))
                .isEqualTo(new Identity(
                        6,
                        Digest.ofHex("477179c6b26bdf2061e937cc1586215e31928f559f08f6e45b44e31d984dc5b4"),
                        Digest.ofHex("b90febc06a12758f7ac5f1dcc5832a1cac2f9493e67aed93ed55e531fd4f7311")));
    }

    @Test
    void takesThePartitionFromTheFirstFourBytesUnsigned() {
        assertThat(new Pseudonyms(KEY, 256).partition(Digest.ofHex("ffffffff" + "00".repeat(28))))
                .isEqualTo(255);
        assertThat(new Pseudonyms(KEY, 7).partition(Digest.ofHex("80000001" + "00".repeat(28))))
                .isEqualTo((int) (0x80000001L % 7));
    }

    @Test
    void keepsCallersApart() {
        assertThat(pseudonyms.identity("alice", "k", REQUEST).id())
                .isNotEqualTo(pseudonyms.identity("bob", "k", REQUEST).id());
        assertThatThrownBy(() -> pseudonyms.identity("alice\0k", "", REQUEST)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> pseudonyms.caller("al\0ice")).isInstanceOf(RefusedException.class);
    }

    @Test
    void needsAKeyOf32Bytes() {
        assertThatThrownBy(() -> new Pseudonyms(Bytes.wrap(new byte[31]), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes");
    }
}
