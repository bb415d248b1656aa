package dev.candor.actors.value;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes, possibly a window of a larger array, with value equality.
 *
 * <p>Tensors, receipts and stored answers are carried as {@code Bytes} so that a slice costs no copy between the socket and the device.
 * Instances are safe to share between threads.
 */
public final class Bytes {
    /** The empty sequence. */
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Bytes(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** Takes ownership of {@code array}: the caller must not write to it afterwards. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
    }

    /** Copies {@code array}. */
    public static Bytes copyOf(byte[] array) {
        return wrap(array.clone());
    }

    /** Copies what remains of {@code buffer}; its position is left as it was. */
    public static Bytes copyOf(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return wrap(copy);
    }

    /** Parses hexadecimal digits; throws {@link IllegalArgumentException} where they are none. */
    public static Bytes ofHex(String hex) {
        return wrap(HexFormat.of().parseHex(hex));
    }

    /** The number of bytes. */
    public int length() {
        return length;
    }

    /** The byte at {@code index}, counted from 0. */
    public byte at(int index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException("byte " + index + " of " + length);
        }
        return array[offset + index];
    }

    /** The window [{@code from}, {@code from + count}) of these bytes, sharing their storage. */
    public Bytes slice(int from, int count) {
        if (from < 0 || count < 0 || from > length - count) {
            throw new IndexOutOfBoundsException("bytes [" + from + ", " + from + " + " + count + ") of " + length);
        }
        return new Bytes(array, offset + from, count);
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** A read-only view, big-endian. */
    public ByteBuffer asBuffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    /** Writes all bytes at the target's position and advances it. */
    public void copyTo(ByteBuffer target) {
        target.put(array, offset, length);
    }

    /** Writes all bytes into {@code target} from {@code targetOffset} on. */
    public void copyTo(byte[] target, int targetOffset) {
        System.arraycopy(array, offset, target, targetOffset, length);
    }

    /** Feeds all bytes to {@code digest}. */
    public void update(MessageDigest digest) {
        digest.update(array, offset, length);
    }

    /** Lower-case hexadecimal digits. */
    public String toHex() {
        return HexFormat.of().formatHex(array, offset, offset + length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** The length and the first bytes: never a whole tensor in a log line. */
    @Override
    public String toString() {
        int shown = Math.min(length, 16);
        return "Bytes[" + length + ": " + HexFormat.of().formatHex(array, offset, offset + shown)
                + (shown < length ? "..." : "") + "]";
    }
}
