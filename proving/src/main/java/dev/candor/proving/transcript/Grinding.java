package dev.candor.proving.transcript;

import dev.candor.proving.hash.Digest;
import dev.candor.proving.hash.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * Proof of work before the positions are drawn: SHA-256(0x03, seed, nonce as eight bytes big-endian) must begin with {@code bits} zero bits.
 * The smallest nonce is found.
 */
public final class Grinding {

    /** More would take a prover seconds. */
    public static final int MAX_BITS = 24;

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Grinding() {}

    /** The smallest nonce that {@link #accepts}; 2^bits hashes on average. */
    public static long search(Digest seed, int bits) {
        check(bits);
        MessageDigest hash = Sha256.create();
        byte[] message = message(seed);
        long nonce = 0;
        while (!accepts(hash, message, nonce, bits)) {
            nonce++;
        }
        return nonce;
    }

    /** Whether the nonce shows the work. */
    public static boolean accepts(Digest seed, long nonce, int bits) {
        check(bits);
        return accepts(Sha256.create(), message(seed), nonce, bits);
    }

    private static void check(int bits) {
        if (bits < 0 || bits > MAX_BITS) {
            throw new IllegalArgumentException("Grinding takes 0 to " + MAX_BITS + " bits, not " + bits + ".");
        }
    }

    private static byte[] message(Digest seed) {
        byte[] message = new byte[1 + Digest.BYTES + Long.BYTES];
        message[0] = 3;
        seed.write(message, 1);
        return message;
    }

    private static boolean accepts(MessageDigest hash, byte[] message, long nonce, int bits) {
        LONG_BE.set(message, 1 + Digest.BYTES, nonce);
        long head = (long) LONG_BE.get(hash.digest(message), 0);
        return Long.numberOfLeadingZeros(head) >= bits;
    }
}
