package dev.candor.proving.field;

/**
 * The vector part of the loops of a field. A method with a {@code length} does the largest multiple of {@link #lanes} elements in it and
 * returns that number; {@link VectorKernels} does the rest. One with {@code lanes} leaves every lane of its sums there, in the order of the
 * sums of {@link Kernels}, coordinate by coordinate; a lane may be up to 16 above the modulus, but never beyond a word.
 */
interface VectorLoops {

    int lanes();

    int add(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length);

    int sub(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length);

    int mul(long[] a, int aAt, long[] b, int bAt, long[] out, int outAt, int length);

    int scale(long c, long[] a, int aAt, long[] out, int outAt, int length);

    /** {@code acc += c a} over F. */
    int addScaled(long c, long[] a, int aAt, long[] acc, int accAt, int length);

    /** {@code acc += a b} over F. */
    int addProduct(long[] a, int aAt, long[] b, int bAt, long[] acc, int accAt, int length);

    /** The sum of {@code a b} over F. */
    int innerProduct(long[] a, int aAt, long[] b, int bAt, int length, long[][] lanes);

    int fold(long[] a, int aAt, long r0, long r1, long[] out0, long[] out1, int outAt, int half, int length);

    /** {@link Kernels#split} on {@code blocks} blocks in a row, each with its own constant; h must be a multiple of {@link #lanes}. */
    void split(long[] a, int at, int h, int blocks, long[] constants, int constantsAt);

    /** {@link Kernels#join} on {@code blocks} blocks in a row, each with its own constant; h must be a multiple of {@link #lanes}. */
    void join(long[] a, int at, int h, int blocks, long[] constants, int constantsAt);

    int addScaled(long c0, long c1, long[] a0, long[] a1, int aAt, long[] acc0, long[] acc1, int accAt, int length);

    int addProduct(
            long[] a0,
            long[] a1,
            int aAt,
            long[] b0,
            long[] b1,
            int bAt,
            long[] acc0,
            long[] acc1,
            int accAt,
            int length);

    int innerProduct(long[] a0, long[] a1, int aAt, long[] b0, long[] b1, int bAt, int length, long[][] lanes);

    int expand(long[] a0, long[] a1, int half, long r0, long r1, int length);

    int fold(long[] a0, long[] a1, int aAt, int half, long r0, long r1, int length);

    /** The sums of a round at T = 0, at T = 1 and of its leading coefficient, over K. */
    int productRound(
            long[] a0, long[] a1, int aAt, long[] b0, long[] b1, int bAt, int half, int length, long[][] lanes);

    /** The same over F. */
    int productRound(long[] a, int aAt, long[] b, int bAt, int half, int length, long[][] lanes);

    /** The sum of a fraction round at T = 0, from the element {@code at} on. */
    int fractionValue(
            long[] p0,
            long[] p1,
            long[] q0,
            long[] q1,
            long[] e0,
            long[] e1,
            long l0,
            long l1,
            int at,
            int half,
            int length,
            long[][] lanes);

    /** The leading coefficient of a fraction round, from the element {@code at} on. */
    int fractionSlope(
            long[] p0,
            long[] p1,
            long[] q0,
            long[] q1,
            long[] e0,
            long[] e1,
            long l0,
            long l1,
            int at,
            int half,
            int length,
            long[][] lanes);
}
