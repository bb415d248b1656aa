package dev.candor.attestation.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Pulls items out of CBOR (RFC 8949) in its deterministic form: definite lengths in their shortest form, and only the types that attestation documents
 * use. The caller says which item must come next, so nothing nests deeper than the caller does, and nothing is allocated before its length is checked.
 *
 * <p>Not thread-safe.
 */
public final class CborReader {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int NULL = 0xf6;

    private final Octets source;
    private final Input in;

    /** Reads {@code source} from its start. */
    public CborReader(Octets source) {
        this.source = source;
        this.in = Input.bigEndian(source);
    }

    /** An unsigned integer, 0 to 2^63 - 1. */
    public long unsigned(String field) {
        return head(UNSIGNED, field);
    }

    /** A negative integer, -2^63 to -1. */
    public long negative(String field) {
        return -1 - head(NEGATIVE, field);
    }

    /** A byte string of at most {@code most} bytes. */
    public Octets bytes(String field, int most) {
        return in.raw(field, length(BYTES, field, most));
    }

    /** UTF-8 text of at most {@code most} bytes, strictly decoded. */
    public String text(String field, int most) {
        Octets utf8 = in.raw(field, length(TEXT, field, most));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedEvidenceException(field + " is not UTF-8", e);
        }
    }

    /** The number of items of an array that begins here, at most {@code most}. */
    public int array(String field, int most) {
        return length(ARRAY, field, most);
    }

    /** The number of entries of a map that begins here, at most {@code most}. */
    public int map(String field, int most) {
        return length(MAP, field, most);
    }

    /** Skips the tag {@code tag} if it is next. */
    public void optionalTag(int tag) {
        if (in.remaining() > 0 && peek() == (TAG << 5 | tag)) {
            in.u8("tag");
        }
    }

    /** Whether null was next; it is skipped then. */
    public boolean skipNull() {
        if (in.remaining() > 0 && peek() == NULL) {
            in.u8("null");
            return true;
        }
        return false;
    }

    /** Refuses bytes behind the last item. */
    public void end(String what) {
        in.end(what);
    }

    private int peek() {
        return source.at(in.position());
    }

    private int length(int type, String field, int most) {
        long value = head(type, field);
        if (value > most) {
            throw new MalformedEvidenceException(
                    field + " has a length of " + value + ", at most " + most + " is allowed");
        }
        return (int) value;
    }

    private long head(int type, String field) {
        int first = in.u8(field);
        if (first >> 5 != type) {
            throw new MalformedEvidenceException(
                    field + " has CBOR's major type " + (first >> 5) + ", " + type + " is expected");
        }
        int size = first & 0x1f;
        return switch (size) {
            case 24 -> shortest(in.u8(field), 24, field);
            case 25 -> shortest(in.u16(field), 1L << 8, field);
            case 26 -> shortest(in.u32(field), 1L << 16, field);
            case 27 -> shortest(in.bits64(field), 1L << 32, field);
            case 28, 29, 30, 31 ->
                throw new MalformedEvidenceException(
                        field + " has an indefinite or reserved length, which is not allowed");
            default -> size;
        };
    }

    private static long shortest(long value, long least, String field) {
        if (value < least) {
            throw new MalformedEvidenceException(field + " is not in CBOR's shortest form or passes 2^63 - 1");
        }
        return value;
    }
}
