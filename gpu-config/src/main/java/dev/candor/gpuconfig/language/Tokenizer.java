package dev.candor.gpuconfig.language;

import dev.candor.actors.value.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A byte-level BPE (Sennrich et al. 2016, over bytes): tokens 0 to 255 are bytes, then one token a merge in the order learned, then the special tokens. Any bytes
 * have tokens, and tokens of text give the same bytes back. Text never becomes a special token, whatever it says. Immutable.
 *
 * <p>No token crosses the border of a piece: a word or a run of signs with the space before it, a single digit, a run of blanks; a piece has at most
 * {@value #MOST_PIECE} bytes, so that the time is linear in the text.
 */
public final class Tokenizer {
    private static final int BYTE_TOKENS = 256;
    private static final int MOST_PIECE = 64;

    private enum Kind {
        LETTER,
        DIGIT,
        BLANK,
        OTHER
    }

    private final Map<Long, Integer> ranks = new HashMap<>();
    private final byte[][] spelled;
    private final List<String> specials;

    /**
     * A tokenizer.
     *
     * @param merges pairs of tokens, each of tokens before it; the token of the pair at i is 256 + i
     * @param specials names of the special tokens, which follow the merges
     * @throws IllegalArgumentException where a merge names a token that does not come before it
     */
    public Tokenizer(List<Merge> merges, List<String> specials) {
        this.specials = List.copyOf(specials);
        this.spelled = new byte[BYTE_TOKENS + merges.size()][];
        for (int i = 0; i < BYTE_TOKENS; i++) {
            spelled[i] = new byte[] {(byte) i};
        }
        for (int i = 0; i < merges.size(); i++) {
            Merge merge = merges.get(i);
            int token = BYTE_TOKENS + i;
            if (merge.left() < 0 || merge.right() < 0 || merge.left() >= token || merge.right() >= token) {
                throw new IllegalArgumentException("merge " + i + " joins " + merge.left() + " and " + merge.right()
                        + ", not both tokens before it");
            }
            byte[] left = spelled[merge.left()];
            byte[] right = spelled[merge.right()];
            if (left.length + right.length > MOST_PIECE) {
                throw new IllegalArgumentException(
                        "merge " + i + " makes a token of more than " + MOST_PIECE + " bytes");
            }
            byte[] joined = Arrays.copyOf(left, left.length + right.length);
            System.arraycopy(right, 0, joined, left.length, right.length);
            spelled[token] = joined;
            ranks.put(pair(merge.left(), merge.right()), i);
        }
    }

    /**
     * Two tokens that become one.
     *
     * @param left token
     * @param right token
     */
    public record Merge(int left, int right) {}

    /** Tokens there are, special ones included. */
    public int size() {
        return spelled.length + specials.size();
    }

    /** The token of a special name, else an {@link IllegalArgumentException}. */
    public int special(String name) {
        int at = specials.indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException("there is no special token " + name + " among " + specials);
        }
        return spelled.length + at;
    }

    /** Whether a token stands for no bytes. */
    public boolean isSpecial(int token) {
        return token >= spelled.length;
    }

    /** The bytes of a token; none for a special one. */
    public Bytes bytes(int token) {
        return isSpecial(token) ? Bytes.EMPTY : Bytes.wrap(spelled[token]);
    }

    /** The tokens of a text. */
    public int[] encode(String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[data.length];
        int count = 0;
        int at = 0;
        while (at < data.length) {
            int end = pieceEnd(data, at);
            count = encodePiece(data, at, end, tokens, count);
            at = end;
        }
        return Arrays.copyOf(tokens, count);
    }

    /** The text of tokens, with U+FFFD where bytes are no UTF-8. */
    public String decode(int[] tokens) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int token : tokens) {
            if (!isSpecial(token)) {
                out.writeBytes(spelled[token]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private int encodePiece(byte[] data, int from, int end, int[] tokens, int count) {
        int length = end - from;
        int[] part = new int[length];
        for (int i = 0; i < length; i++) {
            part[i] = data[from + i] & 0xff;
        }
        while (length > 1) {
            int best = Integer.MAX_VALUE;
            int place = -1;
            for (int i = 0; i + 1 < length; i++) {
                Integer rank = ranks.get(pair(part[i], part[i + 1]));
                if (rank != null && rank < best) {
                    best = rank;
                    place = i;
                }
            }
            if (place < 0) {
                break;
            }
            part[place] = BYTE_TOKENS + best;
            System.arraycopy(part, place + 2, part, place + 1, length - place - 2);
            length--;
        }
        System.arraycopy(part, 0, tokens, count, length);
        return count + length;
    }

    private static int pieceEnd(byte[] data, int at) {
        int end = at + 1;
        int first = at;
        if (kind(data[at]) == Kind.BLANK) {
            while (end < data.length && end - at < MOST_PIECE && kind(data[end]) == Kind.BLANK) {
                end++;
            }
            if (end == data.length || data[end - 1] != ' ' || kind(data[end]) == Kind.BLANK) {
                return end;
            }
            if (end - at > 1) {
                return end - 1; // the last space belongs to what follows
            }
            first = at + 1;
        }
        Kind kind = kind(data[first]);
        end = first + 1;
        while (kind != Kind.DIGIT && end < data.length && end - at < MOST_PIECE && kind(data[end]) == kind) {
            end++;
        }
        return end;
    }

    private static Kind kind(byte each) {
        if ((each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') || each < 0) {
            return Kind.LETTER;
        }
        if (each >= '0' && each <= '9') {
            return Kind.DIGIT;
        }
        return each == ' ' || each == '\n' || each == '\r' || each == '\t' ? Kind.BLANK : Kind.OTHER;
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }
}
