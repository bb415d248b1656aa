package dev.candor.proving.field;

import java.util.Arrays;

/**
 * A mutable vector over K, held as one array for each coordinate so that loops over it need no shuffles, and so that its coordinates can
 * be committed as rows over F. Not thread-safe.
 */
public final class ExtensionVector {

    private final long[] c0;
    private final long[] c1;

    /** A vector of {@code size} zeros. */
    public ExtensionVector(int size) {
        this(new long[size], new long[size]);
    }

    /** A vector that shares its planes with the caller; both must have the same length and hold canonical elements. */
    public ExtensionVector(long[] c0, long[] c1) {
        if (c0.length != c1.length) {
            throw new IllegalArgumentException(
                    "The planes of an extension vector differ in length: " + c0.length + " and " + c1.length + ".");
        }
        this.c0 = c0;
        this.c1 = c1;
    }

    /** A vector of the given elements. */
    public static ExtensionVector of(Extension... elements) {
        ExtensionVector vector = new ExtensionVector(elements.length);
        for (int i = 0; i < elements.length; i++) {
            vector.set(i, elements[i]);
        }
        return vector;
    }

    public int size() {
        return c0.length;
    }

    public Extension get(int index) {
        return new Extension(c0[index], c1[index]);
    }

    public void set(int index, Extension value) {
        c0[index] = value.c0();
        c1[index] = value.c1();
    }

    /** The live array of one coordinate: 0 or 1. */
    public long[] plane(int coordinate) {
        return switch (coordinate) {
            case 0 -> c0;
            case 1 -> c1;
            default -> throw new IllegalArgumentException("K has coordinates 0 and 1, not " + coordinate + ".");
        };
    }

    /** A vector of its own with the elements {@code from} (inclusive) to {@code to} (exclusive). */
    public ExtensionVector copyOfRange(int from, int to) {
        return new ExtensionVector(Arrays.copyOfRange(c0, from, to), Arrays.copyOfRange(c1, from, to));
    }

    /** Overwrites all elements with zero. */
    public void clear() {
        Arrays.fill(c0, 0);
        Arrays.fill(c1, 0);
    }
}
