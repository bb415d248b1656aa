package dev.candor.proving.fft;

import dev.candor.proving.field.Field;
import dev.candor.proving.field.Kernels;

/**
 * Evaluation and interpolation by halving: a polynomial with 2h coefficients is {@code u + c v} on one half of its points and
 * {@code u - c v} on the other, where c is constant on the block of points at hand. A tree of such constants is all that a transform knows
 * of its points; {@link ReedSolomon} and {@link CircleCode} have one each. The leaves of the tree are the positions, so nothing is ever
 * permuted, and the first 2^j positions are the leaves of a subtree: a transform of their own.
 *
 * <p>Transforms work on {@code width} interleaved polynomials at a time: coefficient or value i of polynomial r is at
 * {@code i * width + r}. Immutable.
 */
final class Transform {

    /** A block of this many elements stays in the first cache. */
    private static final int CACHED = 2048;

    private final Kernels kernels;
    private final int log;
    /** At 2^s + b the constant of block b on level s. */
    private final long[] constants;

    private final long[] inverses;
    /** Inverses of the sizes 2^j. */
    private final long[] inverseSizes;

    /** The constant of a block, from a description of the block that its children's are derived from. */
    interface Blocks {

        /** The constant of the block {@code exponent} on {@code level}. */
        long constant(int level, long exponent);

        /** The description of the second half of the block; the first half has its own. */
        long second(int level, long exponent);
    }

    Transform(Field field, int log, long rootExponent, Blocks blocks) {
        this.kernels = field.kernels();
        this.log = log;
        int size = 1 << log;
        this.constants = new long[size];
        this.inverses = new long[size];
        long[] exponents = {rootExponent};
        for (int level = 0; level < log; level++) {
            long[] children = new long[2 << level];
            for (int block = 0; block < 1 << level; block++) {
                long constant = blocks.constant(level, exponents[block]);
                constants[(1 << level) + block] = constant;
                inverses[(1 << level) + block] = field.inv(constant);
                children[2 * block] = exponents[block];
                children[2 * block + 1] = blocks.second(level, exponents[block]);
            }
            exponents = children;
        }
        this.inverseSizes = new long[log + 1];
        for (int j = 0; j <= log; j++) {
            inverseSizes[j] = field.inv(field.fromSigned(1L << j));
        }
    }

    /** The level whose first block are the first {@code size} positions. */
    private int levelOf(int size) {
        if (size < 1 || Integer.bitCount(size) != 1 || size > 1 << log) {
            throw new IllegalArgumentException(
                    "A transform of " + (1 << log) + " points has no part of " + size + " points.");
        }
        return log - Integer.numberOfTrailingZeros(size);
    }

    /**
     * Coefficients to values at the first {@code size} positions, in place.
     *
     * @param count the coefficients from here on are zero, and are not read
     */
    void evaluate(long[] a, int at, int width, int size, int count) {
        if (count > size) {
            throw new IllegalArgumentException(
                    "A polynomial of " + count + " coefficients has no word of " + size + " points.");
        }
        evaluate(a, at, width, levelOf(size), 0, Math.max(count, 1));
    }

    private void evaluate(long[] a, int at, int width, int level, int block, int count) {
        int size = 1 << (log - level);
        if (size == 1) {
            return;
        }
        int h = size / 2;
        if (count <= h) {
            System.arraycopy(a, at, a, at + h * width, count * width);
        } else if (size * width <= CACHED) {
            java.util.Arrays.fill(a, at + count * width, at + size * width, 0);
            for (int depth = 0; depth < log - level; depth++) {
                kernels.split(
                        a, at, (h >>> depth) * width, 1 << depth, constants, (1 << (level + depth)) + (block << depth));
            }
            return;
        } else {
            java.util.Arrays.fill(a, at + count * width, at + size * width, 0);
            kernels.split(a, at, h * width, 1, constants, (1 << level) + block);
        }
        int rest = Math.min(count, h);
        evaluate(a, at, width, level + 1, 2 * block, rest);
        evaluate(a, at + h * width, width, level + 1, 2 * block + 1, rest);
    }

    /** Values at the first {@code size} positions to as many coefficients, in place. */
    void interpolate(long[] a, int at, int width, int size) {
        join(a, at, width, levelOf(size), 0);
        kernels.scale(inverseSizes[Integer.numberOfTrailingZeros(size)], a, at, a, at, size * width);
    }

    private void join(long[] a, int at, int width, int level, int block) {
        int size = 1 << (log - level);
        int h = size / 2;
        if (size * width <= CACHED || h == 1) {
            for (int depth = log - level - 1; depth >= 0; depth--) {
                kernels.join(
                        a, at, (h >>> depth) * width, 1 << depth, inverses, (1 << (level + depth)) + (block << depth));
            }
        } else {
            join(a, at, width, level + 1, 2 * block);
            join(a, at + h * width, width, level + 1, 2 * block + 1);
            kernels.join(a, at, h * width, 1, inverses, (1 << level) + block);
        }
    }

    /** The lowest {@code bits} bits of {@code value} in reverse order. */
    static int reverse(int value, int bits) {
        return bits == 0 ? 0 : Integer.reverse(value) >>> (Integer.SIZE - bits);
    }
}
