package dev.candor.proving.format;

import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the fields of a file. Nothing is allocated before the bytes for it are there. Not thread-safe. */
final class ByteReader {

    private final ByteBuffer buffer;

    ByteReader(String magic, int version, byte[] bytes) throws MalformedFileException {
        this.buffer = ByteBuffer.wrap(bytes);
        byte[] expected = (magic + "\0").getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < expected.length + Short.BYTES
                || !Arrays.equals(bytes, 0, expected.length, expected, 0, expected.length)) {
            throw new MalformedFileException("This is no file of the kind " + magic + ".");
        }
        buffer.position(expected.length);
        int found = buffer.getShort() & 0xFFFF;
        if (found != version) {
            throw new MalformedFileException(
                    "This " + magic + " has version " + found + "; only version " + version + " is known.");
        }
    }

    private ByteBuffer need(long bytes) throws MalformedFileException {
        if (buffer.remaining() < bytes) {
            throw new MalformedFileException("The file ends at byte " + buffer.limit() + ", within a field.");
        }
        return buffer;
    }

    int u8() throws MalformedFileException {
        return need(1).get() & 0xFF;
    }

    /** A number from 0 to {@code most}. */
    int u32(int most) throws MalformedFileException {
        int at = buffer.position();
        int value = need(Integer.BYTES).getInt();
        if (value < 0 || value > most) {
            throw new MalformedFileException("The number at byte " + at + " is " + Integer.toUnsignedString(value)
                    + "; at most " + most + " is possible.");
        }
        return value;
    }

    long u64() throws MalformedFileException {
        return need(Long.BYTES).getLong();
    }

    byte[] bytes(int count) throws MalformedFileException {
        byte[] value = new byte[Math.min(count, need(count).remaining())];
        buffer.get(value);
        return value;
    }

    byte[] block(int most) throws MalformedFileException {
        return bytes(u32(most));
    }

    Digest digest() throws MalformedFileException {
        return Digest.of(bytes(Digest.BYTES));
    }

    /** Canonical elements. */
    long[] elements(Field field, long count) throws MalformedFileException {
        need(count * Long.BYTES);
        long[] values = new long[Math.toIntExact(count)];
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            int at = buffer.position();
            values[i] = buffer.getLong();
            if (!field.isCanonical(values[i])) {
                throw new MalformedFileException("The element at byte " + at + " is not below the modulus.");
            }
        }
        buffer.order(ByteOrder.BIG_ENDIAN);
        return values;
    }

    ExtensionVector extensions(Field field, int count) throws MalformedFileException {
        long[] flat = elements(field, 2L * count);
        ExtensionVector values = new ExtensionVector(count);
        for (int i = 0; i < count; i++) {
            values.plane(0)[i] = flat[2 * i];
            values.plane(1)[i] = flat[2 * i + 1];
        }
        return values;
    }

    /** Signed numbers of eight bytes. */
    long[] integers(long count) throws MalformedFileException {
        need(count * Long.BYTES);
        long[] values = new long[Math.toIntExact(count)];
        buffer.asLongBuffer().get(values);
        buffer.position(buffer.position() + values.length * Long.BYTES);
        return values;
    }

    /** Ends the file. */
    void end() throws MalformedFileException {
        if (buffer.hasRemaining()) {
            throw new MalformedFileException("The file has " + buffer.remaining() + " bytes too many.");
        }
    }
}
