package dev.candor.proving.transcript;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.hash.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * A Fiat-Shamir transcript. It is the byte string {@code "candor-transcript-v1" NUL}, then the schedule's name (one byte of length, the
 * characters), then the messages; a message is one byte of kind, one byte of label length, the label, eight bytes of payload length
 * (big-endian), the payload. The payload of a challenge message is its count (and, for positions, first the size of their range), eight
 * bytes big-endian each. The seed of a challenge is the SHA-256 of the string up to and including its own message; block i of its stream is
 * SHA-256(0x02, seed, i as four bytes big-endian), and what is left of a stream is dropped.
 *
 * <p>An element of F is the next 8 bytes of the stream, little-endian, cut to the bit length of the modulus, and drawn again where that is
 * no canonical element; an element of K is two of those. A position is the next 4 bytes, little-endian, cut to the bits of the range, and
 * drawn again where it came before. A digest is the seed itself.
 *
 * <p>Every call must be the schedule's next step; another is a fault of the program and throws {@link IllegalStateException}. Not
 * thread-safe.
 */
public final class Transcript {

    private static final byte[] DOMAIN = "candor-transcript-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int CHUNK = 8192;

    private final Field field;
    private final List<Schedule.Step> steps;
    private final MessageDigest hash;
    private final byte[] chunk = new byte[CHUNK];
    private int next;

    public Transcript(Field field, Schedule schedule) {
        this.field = field;
        this.steps = schedule.steps();
        this.hash = Sha256.create();
        hash.update(DOMAIN);
        text(schedule.name());
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        hash.update((byte) bytes.length);
        hash.update(bytes);
    }

    private void number(long value) {
        LONG_BE.set(chunk, 0, value);
        hash.update(chunk, 0, Long.BYTES);
    }

    private void begin(Kind kind, String label, long count, long payloadBytes) {
        Schedule.Step step = new Schedule.Step(kind, label, count);
        if (next == steps.size() || !steps.get(next).equals(step)) {
            throw new IllegalStateException("The transcript was given " + step + " where its schedule has "
                    + (next == steps.size() ? "ended" : steps.get(next)) + ".");
        }
        next++;
        hash.update(kind.code());
        text(label);
        number(payloadBytes);
    }

    /** Absorbs bytes as they are. */
    public void absorbBytes(String label, byte[] bytes) {
        begin(Kind.BYTES, label, bytes.length, bytes.length);
        hash.update(bytes);
    }

    /** Absorbs one number of 64 bits. */
    public void absorbNumber(String label, long value) {
        begin(Kind.NUMBER, label, 1, Long.BYTES);
        number(value);
    }

    /** Absorbs one digest. */
    public void absorbDigest(String label, Digest digest) {
        absorbDigests(label, List.of(digest));
    }

    /** Absorbs digests in order. */
    public void absorbDigests(String label, List<Digest> digests) {
        begin(Kind.DIGESTS, label, digests.size(), (long) digests.size() * Digest.BYTES);
        for (Digest digest : digests) {
            hash.update(digest.toBytes());
        }
    }

    /** Absorbs {@code length} elements of F. */
    public void absorbElements(String label, long[] elements, int at, int length) {
        begin(Kind.ELEMENTS, label, length, (long) length * Field.ELEMENT_BYTES);
        int filled = 0;
        for (int i = 0; i < length; i++) {
            LONG_LE.set(chunk, filled, elements[at + i]);
            filled = flushed(filled + Long.BYTES);
        }
        hash.update(chunk, 0, filled);
    }

    private int flushed(int filled) {
        if (filled < CHUNK) {
            return filled;
        }
        hash.update(chunk, 0, filled);
        return 0;
    }

    /** Absorbs one element of K. */
    public void absorbExtension(String label, Extension element) {
        absorbExtensions(label, ExtensionVector.of(element));
    }

    /** Absorbs a vector over K. */
    public void absorbExtensions(String label, ExtensionVector elements) {
        begin(Kind.EXTENSIONS, label, elements.size(), (long) elements.size() * Extension.DEGREE * Field.ELEMENT_BYTES);
        int filled = 0;
        for (int i = 0; i < elements.size(); i++) {
            LONG_LE.set(chunk, filled, elements.plane(0)[i]);
            LONG_LE.set(chunk, filled + Long.BYTES, elements.plane(1)[i]);
            filled = flushed(filled + 2 * Long.BYTES);
        }
        hash.update(chunk, 0, filled);
    }

    /** Absorbs zero bytes, which both sides know and nobody sends: they make the hash as long a computation as the statement's. */
    public void absorbZeros(String label, long length) {
        begin(Kind.ZEROS, label, length, length);
        Arrays.fill(chunk, (byte) 0);
        for (long left = length; left > 0; left -= CHUNK) {
            hash.update(chunk, 0, (int) Math.min(left, CHUNK));
        }
    }

    /** A challenge in K. */
    public Extension challengeExtension(String label) {
        return challengeExtensions(label, 1).get(0);
    }

    /** Independent challenges in K. */
    public ExtensionVector challengeExtensions(String label, int count) {
        begin(Kind.CHALLENGE_EXTENSIONS, label, count, Long.BYTES);
        number(count);
        Squeeze squeeze = new Squeeze(seed());
        ExtensionVector challenges = new ExtensionVector(count);
        for (int i = 0; i < count; i++) {
            long c0 = squeeze.element(field);
            challenges.set(i, new Extension(c0, squeeze.element(field)));
        }
        return challenges;
    }

    /**
     * Distinct positions in the order in which they were drawn.
     *
     * @param range a power of two; positions are below it
     * @throws IllegalArgumentException where the range is no power of two or has fewer than {@code count} positions
     */
    public int[] challengePositions(String label, int range, int count) {
        if (range < 1 || Integer.bitCount(range) != 1 || count > range) {
            throw new IllegalArgumentException(count + " distinct positions below " + range + " cannot be drawn.");
        }
        begin(Kind.CHALLENGE_POSITIONS, label, count, 2 * Long.BYTES);
        number(range);
        number(count);
        return new Squeeze(seed()).positions(range, count);
    }

    /** A challenge of 32 bytes: the state from which branches, or the search for a nonce, start. */
    public Digest challengeDigest(String label) {
        begin(Kind.CHALLENGE_DIGEST, label, 1, Long.BYTES);
        number(1);
        return Digest.of(seed());
    }

    /**
     * The digest of all messages, once the schedule is at its end.
     *
     * @throws IllegalStateException before that
     */
    public Digest finish() {
        if (next != steps.size()) {
            throw new IllegalStateException("The transcript ends where its schedule has " + steps.get(next) + ".");
        }
        return Digest.of(seed());
    }

    private byte[] seed() {
        try {
            return ((MessageDigest) hash.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(
                    "This Java's SHA-256 cannot be copied in mid-stream; use the provider SUN.", e);
        }
    }
}
