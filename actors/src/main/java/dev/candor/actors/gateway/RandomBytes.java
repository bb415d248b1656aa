package dev.candor.actors.gateway;

import dev.candor.actors.value.Bytes;
import java.security.SecureRandom;
import java.util.Arrays;

/** Random bytes from {@link SecureRandom}, drawn in larger portions for each thread: a draw costs a copy. Bytes that were given out are wiped here. Thread-safe. */
final class RandomBytes {
    private static final int PORTION = 4096;

    private final ThreadLocal<Portion> portions;

    RandomBytes(SecureRandom random) {
        portions = ThreadLocal.withInitial(() -> new Portion(random));
    }

    private static final class Portion {
        private final SecureRandom random;
        private final byte[] bytes = new byte[PORTION];
        private int used = PORTION;

        Portion(SecureRandom random) {
            this.random = random;
        }

        byte[] take(int count) {
            if (PORTION - used < count) {
                random.nextBytes(bytes);
                used = 0;
            }
            byte[] taken = Arrays.copyOfRange(bytes, used, used + count);
            Arrays.fill(bytes, used, used + count, (byte) 0);
            used += count;
            return taken;
        }
    }

    /** {@code count} bytes, at most 4,096. */
    Bytes take(int count) {
        return Bytes.wrap(portions.get().take(count));
    }

    /** 64 random bits. */
    long nextLong() {
        return Bytes.wrap(portions.get().take(Long.BYTES)).asBuffer().getLong();
    }
}
