package dev.candor.proving.randomness;

import dev.candor.proving.field.Field;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 in counter mode under a key from {@link SecureRandom}, with fast key erasure: the first 32 bytes of every buffer are the key of
 * the next and are never given out, so what was drawn cannot be recomputed from what the process holds later. Every source has a key of its
 * own. Not thread-safe: a worker draws from its own source.
 */
public final class SecureRandomness implements Randomness {

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int KEY_BYTES = 32;
    private static final int BUFFER = 32 * 1024;
    private static final byte[] ZEROS = new byte[BUFFER];
    private static final IvParameterSpec START = new IvParameterSpec(new byte[16]);

    private final Cipher cipher;
    private final byte[] buffer = new byte[BUFFER];
    private int used = BUFFER;

    private SecureRandomness(byte[] key) {
        try {
            this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no AES in counter mode; secret randomness needs it.", e);
        }
        System.arraycopy(key, 0, buffer, 0, KEY_BYTES);
    }

    /** A source under a fresh key. */
    public static SecureRandomness create() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        SecureRandomness source = new SecureRandomness(key);
        Arrays.fill(key, (byte) 0);
        return source;
    }

    private void refill() {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(buffer, 0, KEY_BYTES, "AES"), START);
            cipher.update(ZEROS, 0, BUFFER, buffer, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode refused to run; no randomness can be drawn.", e);
        }
        used = KEY_BYTES;
    }

    @Override
    public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
        long mask = -1L >>> (Long.SIZE - field.bitLength());
        for (int i = at; i < at + length; ) {
            if (used + Long.BYTES > BUFFER) {
                refill();
            }
            long candidate = (long) LONG_LE.get(buffer, used) & mask;
            LONG_LE.set(buffer, used, 0L);
            used += Long.BYTES;
            if (field.isCanonical(candidate)) {
                out[i++] = candidate;
            }
        }
    }

    @Override
    public void bytes(Purpose purpose, byte[] out, int at, int length) {
        for (int i = at; i < at + length; ) {
            if (used == BUFFER) {
                refill();
            }
            int part = Math.min(at + length - i, BUFFER - used);
            System.arraycopy(buffer, used, out, i, part);
            Arrays.fill(buffer, used, used + part, (byte) 0);
            used += part;
            i += part;
        }
    }

    @Override
    public String toString() {
        return "a source of secret randomness";
    }
}
