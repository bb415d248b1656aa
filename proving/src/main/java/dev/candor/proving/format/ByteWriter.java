package dev.candor.proving.format;

import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.hash.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the fields of a file. Numbers are big-endian, elements of a field little-endian, as in the transcript. Not thread-safe. */
final class ByteWriter {

    private static final int START = 1 << 12;

    private ByteBuffer buffer = ByteBuffer.allocate(START);

    /** Starts a file of a kind. */
    ByteWriter(String magic, int version) {
        bytes(magic.getBytes(StandardCharsets.US_ASCII));
        buffer.put((byte) 0);
        buffer.putShort((short) version);
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int size = Math.max(Math.addExact(buffer.position(), bytes), Math.multiplyExact(buffer.capacity(), 2));
            buffer = ByteBuffer.allocate(size).put(buffer.flip());
        }
        return buffer;
    }

    ByteWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    ByteWriter u32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    ByteWriter u64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    ByteWriter bytes(byte[] value) {
        room(value.length + 3).put(value);
        return this;
    }

    /** A length of four bytes, then the bytes. */
    ByteWriter block(byte[] value) {
        return u32(value.length).bytes(value);
    }

    ByteWriter digest(Digest value) {
        return bytes(value.toBytes());
    }

    ByteWriter elements(long[] values) {
        ByteBuffer target = room(Math.multiplyExact(values.length, Long.BYTES));
        target.order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            target.putLong(value);
        }
        target.order(ByteOrder.BIG_ENDIAN);
        return this;
    }

    ByteWriter extensions(ExtensionVector values) {
        long[] flat = new long[2 * values.size()];
        for (int i = 0; i < values.size(); i++) {
            flat[2 * i] = values.plane(0)[i];
            flat[2 * i + 1] = values.plane(1)[i];
        }
        return elements(flat);
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
