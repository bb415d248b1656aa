package dev.candor.attestation.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads fields of fixed layouts, from bytes that may be anybody's: every length is checked against what is there before anything is copied, and
 * whatever does not fit is a {@link MalformedEvidenceException} naming the field.
 *
 * <p>Not thread-safe.
 */
public final class Input {
    private final byte[] source;
    private final ByteBuffer in;

    private Input(Octets source, ByteOrder order) {
        this.source = source.toArray();
        this.in = ByteBuffer.wrap(this.source).order(order);
    }

    /** Reads {@code source} from its start, integers least significant byte first. */
    public static Input littleEndian(Octets source) {
        return new Input(source, ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads {@code source} from its start, integers most significant byte first. */
    public static Input bigEndian(Octets source) {
        return new Input(source, ByteOrder.BIG_ENDIAN);
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

    /** Three bytes, 0 to 2^24 - 1. */
    public int u24(String field) {
        need(3, field);
        int first = u8(field);
        int second = u8(field);
        int third = u8(field);
        return in.order() == ByteOrder.LITTLE_ENDIAN
                ? first | second << 8 | third << 16
                : first << 16 | second << 8 | third;
    }

    /** Four bytes, 0 to 2^32 - 1. */
    public long u32(String field) {
        need(4, field);
        return in.getInt() & 0xffff_ffffL;
    }

    /** Eight bytes as they are. */
    public long bits64(String field) {
        need(8, field);
        return in.getLong();
    }

    /** The next {@code length} bytes. */
    public Octets raw(String field, int length) {
        need(length, field);
        Octets value = Octets.copyOfRange(source, in.position(), in.position() + length);
        in.position(in.position() + length);
        return value;
    }

    /** A u32 length, at most {@code most}, and that many bytes. */
    public Octets sized(String field, int most) {
        long length = u32(field);
        if (length > most) {
            throw new MalformedEvidenceException(field + " has " + length + " bytes, at most " + most + " are allowed");
        }
        return raw(field, (int) length);
    }

    /** How many bytes were read. */
    public int position() {
        return in.position();
    }

    /** How many bytes are left. */
    public int remaining() {
        return in.remaining();
    }

    /** Everything that is left. */
    public Octets rest() {
        return raw("the rest", in.remaining());
    }

    /** Refuses bytes behind the last field: one value has one form. */
    public void end(String what) {
        if (in.hasRemaining()) {
            throw new MalformedEvidenceException(in.remaining() + " bytes follow the end of " + what);
        }
    }

    private void need(int wanted, String field) {
        if (wanted < 0 || in.remaining() < wanted) {
            throw new MalformedEvidenceException(
                    field + " needs " + wanted + " bytes, " + in.remaining() + " are left");
        }
    }
}
