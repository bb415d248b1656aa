package dev.candor.attestation.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An immutable sequence of bytes with value equality. Safe to share between threads. */
public final class Octets implements Comparable<Octets> {
    private final byte[] array;

    private Octets(byte[] array) {
        this.array = array;
    }

    /** Copies {@code array}. */
    public static Octets copyOf(byte[] array) {
        return new Octets(array.clone());
    }

    /** Parses hexadecimal digits; throws {@link IllegalArgumentException} where they are none. */
    public static Octets ofHex(String hex) {
        return new Octets(HexFormat.of().parseHex(hex));
    }

    /** Copies bytes [{@code from}, {@code to}) of {@code array}. */
    public static Octets copyOfRange(byte[] array, int from, int to) {
        return new Octets(Arrays.copyOfRange(array, from, to));
    }

    /** The number of bytes. */
    public int length() {
        return array.length;
    }

    /** The byte at {@code index}, 0 to 255. */
    public int at(int index) {
        return array[index] & 0xff;
    }

    /** A copy of bytes [{@code from}, {@code from + count}). */
    public Octets slice(int from, int count) {
        if (from < 0 || count < 0 || from > array.length - count) {
            throw new IndexOutOfBoundsException(
                    "bytes [" + from + ", " + from + " + " + count + ") of " + array.length);
        }
        return copyOfRange(array, from, from + count);
    }

    /** Whether each byte is 0. */
    public boolean isZero() {
        for (byte each : array) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return array.clone();
    }

    /** SHA-256 of the bytes. */
    public Octets sha256() {
        return digest("SHA-256");
    }

    /** SHA-384 of the bytes. */
    public Octets sha384() {
        return digest("SHA-384");
    }

    /** Lower-case hexadecimal digits. */
    public String toHex() {
        return HexFormat.of().formatHex(array);
    }

    private Octets digest(String algorithm) {
        try {
            return new Octets(MessageDigest.getInstance(algorithm).digest(array));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    @Override
    public int compareTo(Octets other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Octets that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    /** The length and the first bytes: never a whole quote in a log line. */
    @Override
    public String toString() {
        int shown = Math.min(array.length, 16);
        return "Octets[" + array.length + ": " + HexFormat.of().formatHex(array, 0, shown)
                + (shown < array.length ? "..." : "") + "]";
    }
}
