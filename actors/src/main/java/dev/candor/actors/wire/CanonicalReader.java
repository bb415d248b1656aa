package dev.candor.actors.wire;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Reads what {@link CanonicalWriter} wrote, from bytes that may be anybody's: every length is checked against what is there before anything is
 * allocated, and whatever does not fit is a {@link MalformedBytesException} naming the field.
 *
 * <p>Not thread-safe.
 */
public final class CanonicalReader {
    private final Bytes source;
    private final ByteBuffer in;

    /** Reads {@code source} from its start. */
    public CanonicalReader(Bytes source) {
        this.source = source;
        this.in = source.asBuffer();
    }

    /** One byte, 0 to 255. */
    public int u8(String field) {
        need(1, field);
        return in.get() & 0xff;
    }

    /** Two bytes, 0 to 65,535. */
    public int u16(String field) {
        need(2, field);
        return in.getShort() & 0xffff;
    }

    /** Four bytes, 0 to 2^31 - 1. */
    public int u32(String field) {
        need(4, field);
        int value = in.getInt();
        if (value < 0) {
            throw new MalformedBytesException(
                    field + " is " + Integer.toUnsignedString(value) + ", the largest allowed is 2147483647");
        }
        return value;
    }

    /** A u32 count of things that take at least {@code leastSize} bytes each, checked against what remains. */
    public int count(String field, int leastSize) {
        int value = u32(field);
        if ((long) value * leastSize > in.remaining()) {
            throw new MalformedBytesException(
                    field + " says " + value + ", but only " + in.remaining() + " bytes follow");
        }
        return value;
    }

    /** Eight bytes, two's complement. */
    public long i64(String field) {
        need(8, field);
        return in.getLong();
    }

    /** 32 bytes. */
    public Digest digest(String field) {
        need(Digest.SIZE, field);
        return Digest.read(in);
    }

    /** 16 bytes. */
    public UUID uuid(String field) {
        need(16, field);
        return new UUID(in.getLong(), in.getLong());
    }

    /** The next {@code length} bytes, without a copy. */
    public Bytes raw(String field, int length) {
        need(length, field);
        Bytes value = source.slice(in.position(), length);
        in.position(in.position() + length);
        return value;
    }

    /** A u32 length and that many bytes. */
    public Bytes bytes(String field) {
        return raw(field, u32(field));
    }

    /** A u16 length and UTF-8, strictly decoded. */
    public String text(String field) {
        Bytes utf8 = raw(field, u16(field));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(utf8.asBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedBytesException(field + " is not UTF-8");
        }
    }

    /** How many bytes are left. */
    public int remaining() {
        return in.remaining();
    }

    /** Refuses bytes behind the last field: one value has one form. */
    public void end(String what) {
        if (in.hasRemaining()) {
            throw new MalformedBytesException(in.remaining() + " bytes follow the end of " + what);
        }
    }

    private void need(int wanted, String field) {
        if (wanted < 0 || in.remaining() < wanted) {
            throw new MalformedBytesException(field + " needs " + wanted + " bytes, " + in.remaining() + " are left");
        }
    }
}
