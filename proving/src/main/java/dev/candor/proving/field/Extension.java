package dev.candor.proving.field;

/**
 * An element {@code c0 + c1 X} of the quadratic extension K of a {@link Field}. Both coordinates are canonical. Arithmetic is the field's.
 *
 * @param c0 the coordinate of 1
 * @param c1 the coordinate of X
 */
public record Extension(long c0, long c1) {

    /** The number of coordinates: an element of K is committed as this many elements of F. */
    public static final int DEGREE = 2;

    public static final Extension ZERO = new Extension(0, 0);
    public static final Extension ONE = new Extension(1, 0);

    /** The base-field element {@code value} as an element of K. */
    public static Extension of(long value) {
        return new Extension(value, 0);
    }

    public boolean isZero() {
        return (c0 | c1) == 0;
    }
}
