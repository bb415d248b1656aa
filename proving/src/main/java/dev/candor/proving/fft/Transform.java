package dev.candor.proving.fft;

import dev.candor.proving.field.Field;
import dev.candor.proving.field.Kernels;

/**
 * Evaluation and interpolation on a coset g G of the group G of 2^log-th roots of unity. Coefficients are in order of degree; values are in
 * bit-reversed order: value j belongs to the point g w^rev(j), where w is {@link Field#rootOfUnity} and rev reverses the lowest
 * {@code log} bits. With that order neither direction permutes anything. Immutable.
 */
public final class Transform {

    private final Field field;
    private final Kernels kernels;
    private final int log;
    private final int size;
    private final long shift;
    /** At 2^s + b the constant c of block b on level s, which splits X^2h - c^2 with h = size / 2^(s+1). */
    private final long[] constants;

    private final long[] inverses;
    private final long inverseOfSize;

    /**
     * A transform of 2^log points on the coset of {@code shift}.
     *
     * @throws IllegalArgumentException where the field has no group of that order, or the shift is zero
     */
    public Transform(Field field, int log, long shift) {
        if (log > 24) {
            throw new IllegalArgumentException(
                    "A transform of 2^" + log + " points is too large; at most 2^24 are supported.");
        }
        if (shift == 0 || !field.isCanonical(shift)) {
            throw new IllegalArgumentException("The shift of a coset must be an element of the field other than zero.");
        }
        this.field = field;
        this.kernels = field.kernels();
        this.log = log;
        this.size = 1 << log;
        this.shift = shift;
        this.constants = new long[size];
        this.inverses = new long[size];
        for (int level = 0; level < log; level++) {
            long root = field.rootOfUnity(level + 1);
            long start = field.pow(shift, size >>> (level + 1));
            fill(constants, level, start, root);
            fill(inverses, level, field.inv(start), field.inv(root));
        }
        this.inverseOfSize = field.inv(field.fromSigned(size));
    }

    private void fill(long[] table, int level, long start, long root) {
        int blocks = 1 << level;
        long value = start;
        for (int j = 0; j < blocks; j++) {
            table[blocks + reverse(j, level)] = value;
            value = field.mul(value, root);
        }
    }

    /** The lowest {@code bits} bits of {@code value} in reverse order. */
    static int reverse(int value, int bits) {
        return bits == 0 ? 0 : Integer.reverse(value) >>> (Integer.SIZE - bits);
    }

    public int size() {
        return size;
    }

    /** The point to which value {@code position} belongs. */
    public long point(int position) {
        return field.mul(shift, field.pow(field.rootOfUnity(log), reverse(position, log)));
    }

    /** Coefficients to values, in place, on {@code a[at .. at + size)}. */
    public void evaluate(long[] a, int at) {
        for (int level = 0; level < log; level++) {
            int h = size >>> (level + 1);
            kernels.split(a, at, h, 1 << level, constants, 1 << level);
        }
    }

    /** Values to coefficients, in place, on {@code a[at .. at + size)}. */
    public void interpolate(long[] a, int at) {
        for (int level = log - 1; level >= 0; level--) {
            int h = size >>> (level + 1);
            kernels.join(a, at, h, 1 << level, inverses, 1 << level);
        }
        kernels.scale(inverseOfSize, a, at, a, at, size);
    }
}
