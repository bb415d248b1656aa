package dev.candor.persistence.ledger.vote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OwnSignaturesTest {
    private static final SigningKey KEY = SigningKey.generate(new SecureRandom());
    private static final Bytes MESSAGE = Bytes.wrap("a batch".getBytes(StandardCharsets.UTF_8));

    private final AtomicInteger asked = new AtomicInteger();
    private final Ed25519Signatures checker = new Ed25519Signatures();
    private final OwnSignatures own = new OwnSignatures(KEY.publicKey().raw(), (key, message, signature) -> {
        asked.incrementAndGet();
        return checker.verifies(key, message, signature);
    });

    private static Bytes flipped(Bytes bytes, int at) {
        byte[] copy = bytes.toArray();
        copy[at] ^= 1;
        return Bytes.wrap(copy);
    }

    @Test
    void knowsWhatItMade() {
        Bytes signature = KEY.sign(MESSAGE);
        own.made(MESSAGE, signature);

        assertThat(own.verifies(KEY.publicKey().raw(), MESSAGE, signature)).isTrue();
        assertThat(asked).hasValue(0);
        assertThat(checker.verifies(KEY.publicKey().raw(), MESSAGE, signature)).isTrue();
    }

    @Test
    void leavesEverythingElseToTheChecker() {
        Bytes signature = KEY.sign(MESSAGE);
        own.made(MESSAGE, signature);

        assertThat(own.verifies(KEY.publicKey().raw(), flipped(MESSAGE, 0), signature))
                .isFalse();
        for (int at = 0; at < signature.length(); at++) {
            assertThat(own.verifies(KEY.publicKey().raw(), MESSAGE, flipped(signature, at)))
                    .isFalse();
        }
        assertThat(own.verifies(
                        SigningKey.generate(new SecureRandom()).publicKey().raw(), MESSAGE, signature))
                .isFalse();
        assertThat(asked).hasValue(2 + signature.length());
    }

    @Test
    void checksWhatItNoLongerRemembers() {
        Bytes signature = KEY.sign(MESSAGE);
        own.made(MESSAGE, signature);
        for (int i = 0; i < OwnSignatures.MOST; i++) {
            own.made(Bytes.wrap(new byte[] {(byte) i, (byte) (i >> 8)}), signature);
        }

        assertThat(own.verifies(KEY.publicKey().raw(), MESSAGE, signature)).isTrue();
        assertThat(asked).hasValue(1);
    }
}
