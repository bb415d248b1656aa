package dev.candor.actors.wire;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Writes the canonical form of whatever is hashed, signed or stored: big-endian integers, length-prefixed bytes, UTF-8 text; one value has exactly one form.
 *
 * <p>Not thread-safe. The counterpart is {@link CanonicalReader}.
 */
public final class CanonicalWriter {
    private byte[] buffer;
    private int size;

    /** A writer that expects about {@code expectedSize} bytes. */
    public CanonicalWriter(int expectedSize) {
        buffer = new byte[Math.max(16, expectedSize)];
    }

    /** One byte, 0 to 255. */
    public CanonicalWriter u8(int value) {
        check(value, 0xff, "u8");
        room(1);
        buffer[size++] = (byte) value;
        return this;
    }

    /** Two bytes, 0 to 65,535. */
    public CanonicalWriter u16(int value) {
        check(value, 0xffff, "u16");
        room(2);
        buffer[size++] = (byte) (value >>> 8);
        buffer[size++] = (byte) value;
        return this;
    }

    /** Four bytes, 0 to 2^31 - 1: no count of ours is larger. */
    public CanonicalWriter u32(int value) {
        check(value, Integer.MAX_VALUE, "u32");
        room(4);
        buffer[size++] = (byte) (value >>> 24);
        buffer[size++] = (byte) (value >>> 16);
        buffer[size++] = (byte) (value >>> 8);
        buffer[size++] = (byte) value;
        return this;
    }

    /** Eight bytes, two's complement. */
    public CanonicalWriter i64(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** 32 bytes. */
    public CanonicalWriter digest(Digest value) {
        return i64(value.a()).i64(value.b()).i64(value.c()).i64(value.d());
    }

    /** 16 bytes. */
    public CanonicalWriter uuid(UUID value) {
        return i64(value.getMostSignificantBits()).i64(value.getLeastSignificantBits());
    }

    /** The bytes as they are: their length is known from elsewhere. */
    public CanonicalWriter raw(Bytes value) {
        room(value.length());
        value.copyTo(buffer, size);
        size += value.length();
        return this;
    }

    /** A u32 length and the bytes. */
    public CanonicalWriter bytes(Bytes value) {
        return u32(value.length()).raw(value);
    }

    /** A u16 length and UTF-8; at most 65,535 bytes. */
    public CanonicalWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return u16(utf8.length).raw(Bytes.wrap(utf8));
    }

    /** What was written, as a value; the writer may go on. */
    public Bytes toBytes() {
        return Bytes.wrap(Arrays.copyOf(buffer, size));
    }

    private void room(int wanted) {
        if (buffer.length - size < wanted) {
            buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, wanted), (int)
                    Math.min(Integer.MAX_VALUE - 8L, buffer.length * 2L)));
        }
    }

    private static void check(int value, int max, String kind) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " does not fit into " + kind);
        }
    }
}
