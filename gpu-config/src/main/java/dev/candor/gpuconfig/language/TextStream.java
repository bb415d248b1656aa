package dev.candor.gpuconfig.language;

import dev.candor.actors.value.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The text of a sequence while its tokens come. What is given out is certain: whole characters that no stop text begins in. The pieces together are always the same
 * text for the same tokens. For one thread.
 */
public final class TextStream {
    private final Tokenizer tokenizer;
    private final List<byte[]> stops;
    private byte[] text = new byte[256];
    private int length;
    private int given;
    private boolean stopped;

    /** The text of no tokens, which ends before the first of {@code stops}. */
    public TextStream(Tokenizer tokenizer, List<String> stops) {
        this.tokenizer = tokenizer;
        this.stops = stops.stream()
                .map(stop -> stop.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Takes the next token; returns what of the text is certain now. Tokens behind a stop text change nothing. */
    public String push(int token) {
        if (stopped) {
            return "";
        }
        int before = length;
        append(tokenizer.bytes(token));
        int stop = firstStop(before);
        if (stop >= 0) {
            stopped = true;
            length = stop;
            return give(stop);
        }
        return give(wholeCharacters(Math.min(length, length - heldBack())));
    }

    /** Whether a stop text came. */
    public boolean stopped() {
        return stopped;
    }

    /** No more tokens come: returns the rest of the text. */
    public String end() {
        return give(length);
    }

    private void append(Bytes bytes) {
        if (length + bytes.length() > text.length) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, length + bytes.length()));
        }
        bytes.copyTo(text, length);
        length += bytes.length();
    }

    private String give(int end) {
        if (end <= given) {
            return "";
        }
        String piece = new String(text, given, end - given, StandardCharsets.UTF_8);
        given = end;
        return piece;
    }

    /** Where the first stop text begins that ends behind {@code before}, or -1. */
    private int firstStop(int before) {
        int first = -1;
        for (byte[] stop : stops) {
            for (int at = Math.max(0, before - stop.length + 1); at + stop.length <= length; at++) {
                if (matches(stop, at, stop.length)) {
                    first = first < 0 ? at : Math.min(first, at);
                    break;
                }
            }
        }
        return first;
    }

    /** Bytes at the end with which a stop text may begin. */
    private int heldBack() {
        int most = 0;
        for (byte[] stop : stops) {
            for (int count = Math.min(stop.length - 1, length); count > most; count--) {
                if (matches(stop, length - count, count)) {
                    most = count;
                }
            }
        }
        return most;
    }

    private boolean matches(byte[] stop, int at, int count) {
        return Arrays.equals(text, at, at + count, stop, 0, count);
    }

    /** {@code end}, or the start of the character that is cut off there. */
    private int wholeCharacters(int end) {
        for (int back = 1; back <= 3 && end - back >= given; back++) {
            int each = text[end - back] & 0xff;
            if (each < 0x80) {
                return end;
            }
            if (each >= 0xc0) {
                int needed = each >= 0xf0 ? 4 : each >= 0xe0 ? 3 : 2;
                return needed > back ? end - back : end;
            }
        }
        return end;
    }
}
