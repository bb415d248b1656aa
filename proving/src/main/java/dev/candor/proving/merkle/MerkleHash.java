package dev.candor.proving.merkle;

import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.hash.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * The two hashes of a tree: a leaf is SHA-256(0x00, salt, column) with the column's elements in 8 bytes little-endian each; a node is
 * SHA-256(0x01, depth, left, right), where depth is one byte and the root's is 0. Not thread-safe.
 */
final class MerkleHash {

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int CHUNK = 8192;

    private final MessageDigest hash = Sha256.create();
    private final byte[] chunk = new byte[CHUNK];

    void leaf(byte[] salts, int saltAt, long[] column, int columnAt, int rows, byte[] out, int outAt) {
        hash.update((byte) 0);
        hash.update(salts, saltAt, MerkleTree.SALT_BYTES);
        int filled = 0;
        for (int i = 0; i < rows; i++) {
            LONG_LE.set(chunk, filled, column[columnAt + i]);
            filled += Field.ELEMENT_BYTES;
            if (filled == CHUNK) {
                hash.update(chunk, 0, CHUNK);
                filled = 0;
            }
        }
        hash.update(chunk, 0, filled);
        finish(out, outAt);
    }

    void node(int depth, byte[] children, int leftAt, int rightAt, byte[] out, int outAt) {
        chunk[0] = 1;
        chunk[1] = (byte) depth;
        System.arraycopy(children, leftAt, chunk, 2, Digest.BYTES);
        System.arraycopy(children, rightAt, chunk, 2 + Digest.BYTES, Digest.BYTES);
        hash.update(chunk, 0, 2 + 2 * Digest.BYTES);
        finish(out, outAt);
    }

    private void finish(byte[] out, int outAt) {
        try {
            hash.digest(out, outAt, Digest.BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 did not fit its 32 bytes.", e);
        }
    }
}
