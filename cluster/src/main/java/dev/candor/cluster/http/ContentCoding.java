package dev.candor.cluster.http;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The content codings of RFC 9110 that are served, with inflation that is bounded in bytes and in ratio. */
public enum ContentCoding {
    IDENTITY,
    GZIP,
    /** The zlib format of RFC 1950, which is what HTTP calls deflate. */
    DEFLATE;

    private static final int FREE_OF_RATIO = 1 << 20;
    private static final int GZIP_HEAD = 10;
    private static final int GZIP_TAIL = 8;

    /** The coding named by {@code Content-Encoding}; one that is not served is UNSUPPORTED_MEDIA_TYPE. */
    public static ContentCoding ofBody(@Nullable String contentEncoding) {
        if (contentEncoding == null) {
            return IDENTITY;
        }
        return switch (contentEncoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "deflate" -> DEFLATE;
            default ->
                throw new RefusedException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "send the body with Content-Encoding gzip, deflate or without one; others are not served");
        };
    }

    /** The best coding that {@code Accept-Encoding} admits. */
    public static ContentCoding ofAnswer(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return IDENTITY;
        }
        boolean deflate = false;
        int from = 0;
        while (from < acceptEncoding.length()) {
            int comma = acceptEncoding.indexOf(',', from);
            int end = comma < 0 ? acceptEncoding.length() : comma;
            String entry = acceptEncoding.substring(from, end).strip().toLowerCase(Locale.ROOT);
            int semicolon = entry.indexOf(';');
            String name = semicolon < 0 ? entry : entry.substring(0, semicolon).strip();
            if (semicolon < 0 || !refuses(entry.substring(semicolon + 1).strip())) {
                if (name.equals("gzip")) {
                    return GZIP;
                }
                deflate |= name.equals("deflate");
            }
            from = end + 1;
        }
        return deflate ? DEFLATE : IDENTITY;
    }

    /** Whether the weight is zero: {@code q=0}, {@code q=0.0}, ... */
    private static boolean refuses(String weight) {
        if (!weight.startsWith("q=")) {
            return false;
        }
        for (int i = 2; i < weight.length(); i++) {
            char c = weight.charAt(i);
            if (c != '0' && c != '.') {
                return false;
            }
        }
        return true;
    }

    /** The name in {@code Content-Encoding}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Decompresses.
     *
     * @param limit most bytes of the result
     * @param ratio most bytes a compressed byte may become, where the result is over 1 MiB
     * @throws RefusedException TOO_LARGE past a bound, INVALID_REQUEST where the bytes are not what they claim to be
     */
    public byte[] decode(byte[] body, int length, int limit, int ratio) {
        return switch (this) {
            case IDENTITY -> Arrays.copyOf(body, length);
            case DEFLATE -> inflate(body, 0, length, limit, ratio);
            case GZIP -> inflate(body, gzipHead(body, length), length, limit, ratio);
        };
    }

    private byte[] inflate(byte[] body, int from, int length, int limit, int ratio) {
        int bound = (int) Math.min(limit, Math.max(FREE_OF_RATIO, (long) length * ratio));
        Inflater inflater = new Inflater(this == GZIP);
        try {
            inflater.setInput(body, from, length - from);
            byte[] out = new byte[Math.min(bound, Math.max(256, 4 * Math.min(length, 1 << 20)))];
            int size = 0;
            while (!inflater.finished()) {
                if (size == out.length) {
                    if (size == bound) {
                        // One byte of room more tells an end from an overflow.
                        if (inflater.inflate(new byte[1]) == 0 && inflater.finished()) {
                            break;
                        }
                        throw tooLarge(bound, limit, ratio);
                    }
                    out = Arrays.copyOf(out, (int) Math.min(bound, 2L * out.length));
                }
                int more = inflater.inflate(out, size, out.length - size);
                if (more == 0 && !inflater.finished()) {
                    throw broken("it ends in the middle");
                }
                size += more;
            }
            int rest = inflater.getRemaining();
            if (this == GZIP) {
                checkTail(body, length, rest, out, size);
            } else if (rest != 0) {
                throw broken(rest + " bytes follow its end");
            }
            return size == out.length ? out : Arrays.copyOf(out, size);
        } catch (DataFormatException e) {
            throw broken(String.valueOf(e.getMessage()));
        } finally {
            inflater.end();
        }
    }

    private static RefusedException tooLarge(int bound, int limit, int ratio) {
        return bound == limit
                ? new RefusedException(
                        ErrorCode.TOO_LARGE,
                        "the body is over " + limit + " bytes once decompressed; send less at once")
                : new RefusedException(
                        ErrorCode.TOO_LARGE,
                        "the body grows over " + ratio + "-fold when decompressed; send it without compression");
    }

    private RefusedException broken(String how) {
        return new RefusedException(
                ErrorCode.INVALID_REQUEST, "the body is not the " + token() + " it claims to be: " + how);
    }

    private int gzipHead(byte[] body, int length) {
        if (length < GZIP_HEAD + GZIP_TAIL
                || (body[0] & 0xff) != 0x1f
                || (body[1] & 0xff) != 0x8b
                || body[2] != 8
                || (body[3] & 0xe0) != 0) {
            throw broken("its first bytes are not gzip's");
        }
        int flags = body[3];
        int at = GZIP_HEAD;
        if ((flags & 4) != 0) {
            at = at + 2 <= length ? at + 2 + ((body[at] & 0xff) | ((body[at + 1] & 0xff) << 8)) : length + 1;
        }
        if ((flags & 8) != 0) {
            at = afterZero(body, at, length);
        }
        if ((flags & 16) != 0) {
            at = afterZero(body, at, length);
        }
        at += (flags & 2) != 0 ? 2 : 0;
        if (at > length - GZIP_TAIL) {
            throw broken("its head does not end");
        }
        return at;
    }

    private static int afterZero(byte[] body, int from, int length) {
        int at = from;
        while (at < length && body[at] != 0) {
            at++;
        }
        return at + 1;
    }

    private void checkTail(byte[] body, int length, int rest, byte[] out, int size) {
        if (rest != GZIP_TAIL) {
            throw broken(rest < GZIP_TAIL ? "its checksum is missing" : rest - GZIP_TAIL + " bytes follow its end");
        }
        CRC32 crc = new CRC32();
        crc.update(out, 0, size);
        if (littleEndian(body, length - 8) != (int) crc.getValue() || littleEndian(body, length - 4) != size) {
            throw broken("its checksum differs");
        }
    }

    private static int littleEndian(byte[] bytes, int at) {
        return (bytes[at] & 0xff)
                | ((bytes[at + 1] & 0xff) << 8)
                | ((bytes[at + 2] & 0xff) << 16)
                | (bytes[at + 3] << 24);
    }

    /** Compresses; the same bytes always become the same bytes. */
    public byte[] encode(byte[] body) {
        if (this == IDENTITY) {
            return body.clone();
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, this == GZIP);
        try {
            deflater.setInput(body);
            deflater.finish();
            byte[] out = new byte[Math.max(64, body.length / 2)];
            int size = this == GZIP ? GZIP_HEAD : 0;
            if (this == GZIP) {
                out[0] = 0x1f;
                out[1] = (byte) 0x8b;
                out[2] = 8;
                out[9] = (byte) 0xff;
            }
            while (!deflater.finished()) {
                if (size == out.length) {
                    out = Arrays.copyOf(out, Math.addExact(out.length, out.length));
                }
                size += deflater.deflate(out, size, out.length - size);
            }
            if (this == DEFLATE) {
                return Arrays.copyOf(out, size);
            }
            CRC32 crc = new CRC32();
            crc.update(body);
            byte[] whole = Arrays.copyOf(out, size + GZIP_TAIL);
            for (int i = 0; i < 4; i++) {
                whole[size + i] = (byte) (crc.getValue() >> (8 * i));
                whole[size + 4 + i] = (byte) (body.length >> (8 * i));
            }
            return whole;
        } finally {
            deflater.end();
        }
    }
}
