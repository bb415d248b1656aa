package dev.candor.proving.transcript;

import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.hash.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.BitSet;

/** The stream of one challenge: SHA-256(0x02, seed, i) for i = 0, 1, ... */
final class Squeeze {

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int COUNTER_AT = 1 + Digest.BYTES;

    private final MessageDigest hash = Sha256.create();
    private final byte[] message = new byte[COUNTER_AT + Integer.BYTES];
    private final byte[] block = new byte[Digest.BYTES];
    private int counter;
    private int used = Digest.BYTES;

    Squeeze(byte[] seed) {
        message[0] = 2;
        System.arraycopy(seed, 0, message, 1, Digest.BYTES);
    }

    private int advance(int bytes) {
        if (used + bytes > Digest.BYTES) {
            INT_BE.set(message, COUNTER_AT, counter++);
            try {
                hash.update(message);
                hash.digest(block, 0, Digest.BYTES);
            } catch (DigestException e) {
                throw new IllegalStateException("SHA-256 did not fit its 32 bytes.", e);
            }
            used = 0;
        }
        int at = used;
        used += bytes;
        return at;
    }

    long element(Field field) {
        long mask = -1L >>> (Long.SIZE - field.bitLength());
        while (true) {
            long candidate = (long) LONG_LE.get(block, advance(Long.BYTES)) & mask;
            if (field.isCanonical(candidate)) {
                return candidate;
            }
        }
    }

    int[] positions(int range, int count) {
        int[] positions = new int[count];
        BitSet seen = new BitSet(range);
        for (int i = 0; i < count; ) {
            int candidate = (int) INT_LE.get(block, advance(Integer.BYTES)) & (range - 1);
            if (!seen.get(candidate)) {
                seen.set(candidate);
                positions[i++] = candidate;
            }
        }
        return positions;
    }
}
