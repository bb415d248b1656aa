package dev.candor.cluster.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A growing array of UTF-8 into which answers are rendered without intermediate strings. Not thread-safe; reused from answer to answer.
 */
public final class Utf8Buffer {
    private static final int INITIAL = 1024;
    private static final int KEPT = 256 << 10;
    private static final byte[] HEX = ascii("0123456789abcdef");

    private byte[] bytes = new byte[INITIAL];
    private int length;

    /** The bytes of ASCII text, for constants. */
    public static byte[] ascii(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c > 0x7e) {
                throw new IllegalArgumentException("character " + (int) c + " at " + i + " is not ASCII");
            }
            bytes[i] = (byte) c;
        }
        return bytes;
    }

    /** The number of bytes written. */
    public int length() {
        return length;
    }

    /** Forgets what was written; an array that one large answer has grown is given up. */
    public Utf8Buffer clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[INITIAL];
        }
        return this;
    }

    /** Appends bytes as they are. */
    public Utf8Buffer raw(byte[] source) {
        return raw(source, source.length);
    }

    /** Appends the first {@code count} bytes as they are. */
    public Utf8Buffer raw(byte[] source, int count) {
        reserve(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends one ASCII character. */
    public Utf8Buffer character(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /** Appends printable ASCII as it is; any other character is an {@link IllegalArgumentException}, so that no value can end a header's line. */
    public Utf8Buffer printable(String text) {
        int count = text.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                throw new IllegalArgumentException("character " + (int) c + " at " + i + " is not printable ASCII");
            }
            bytes[length + i] = (byte) c;
        }
        length += count;
        return this;
    }

    /** Appends a number in decimal digits. */
    public Utf8Buffer decimal(long value) {
        if (value < 0) {
            return printable(Long.toString(value));
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        reserve(digits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Appends nanoseconds as milliseconds with three decimals. */
    public Utf8Buffer milliseconds(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        int fraction = (int) (micros % 1000);
        decimal(micros / 1000).character('.');
        return character((char) ('0' + fraction / 100))
                .character((char) ('0' + fraction / 10 % 10))
                .character((char) ('0' + fraction % 10));
    }

    /** Appends a JSON string, quoted and escaped; a lone surrogate stays what it was, as an escape. */
    public Utf8Buffer jsonString(String text) {
        reserve((int) Math.min(Integer.MAX_VALUE, 2 + 6L * text.length()));
        byte[] out = bytes;
        int at = length;
        out[at++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                at = c >= 0x20 && c != '"' && c != '\\' && c != 0x7f ? put(out, at, c) : escape(out, at, c);
            } else if (c < 0x800) {
                out[at++] = (byte) (0xc0 | (c >> 6));
                out[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out[at++] = (byte) (0xf0 | (point >> 18));
                out[at++] = (byte) (0x80 | (point >> 12 & 0x3f));
                out[at++] = (byte) (0x80 | (point >> 6 & 0x3f));
                out[at++] = (byte) (0x80 | (point & 0x3f));
            } else if (Character.isSurrogate(c)) {
                at = escape(out, at, c);
            } else {
                out[at++] = (byte) (0xe0 | (c >> 12));
                out[at++] = (byte) (0x80 | (c >> 6 & 0x3f));
                out[at++] = (byte) (0x80 | (c & 0x3f));
            }
        }
        out[at++] = '"';
        length = at;
        return this;
    }

    private static int put(byte[] out, int at, char c) {
        out[at] = (byte) c;
        return at + 1;
    }

    private static int escape(byte[] out, int start, char c) {
        int at = start;
        out[at++] = '\\';
        if (c == '"' || c == '\\') {
            out[at++] = (byte) c;
            return at;
        }
        out[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            out[at++] = HEX[c >> shift & 0xf];
        }
        return at;
    }

    /** Copies everything to the writer index of {@code target}. */
    public void copyTo(ByteBuf target) {
        target.writeBytes(bytes, 0, length);
    }

    /** A copy. */
    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            long wanted = Math.max((long) length + more, 2L * bytes.length);
            if ((long) length + more > HttpSettings.LARGEST_BODY) {
                throw new IllegalStateException("an answer of over " + HttpSettings.LARGEST_BODY + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, HttpSettings.LARGEST_BODY));
        }
    }
}
