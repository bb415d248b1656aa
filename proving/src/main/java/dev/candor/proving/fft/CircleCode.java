package dev.candor.proving.fft;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Mersenne61;

/**
 * The code over the circle x^2 + y^2 = 1 of 2^61 - 1 (Haboeck, Levit, Papini 2024: circle STARKs). The circle is a cyclic group of 2^61
 * elements x + iy of K; L are the odd powers of an element w of order 2n. With T(x) = 2x^2 - 1 and X_2 = x, X_4 = T(x), X_8 = T(T(x)), ...
 * coefficient j belongs to the product of y if j is odd and of X_2^b for the higher bits 2^b of j, which has degree ceil(j / 2); a
 * polynomial of degree d has at most 2d zeros on the circle. H is the set for l in place of n: X_l is 0 there and nowhere on L, so Z_H = X_l.
 *
 * <p>Position j with bits j_0 (highest) to j_m (lowest), m = log n - 1, is the point w^e, e = 1 + sum of 4 * 2^s j_s for s below m, with the
 * sign of e changed if j_m is 1; so are the cells of H.
 */
public final class CircleCode extends TransformCode {

    /** Of order 2^61: (4 - i) / (4 + i). */
    private static final Extension GENERATOR = new Extension(678_189_120_356_968_810L, 406_913_472_214_181_285L);

    private static final Field F = Mersenne61.INSTANCE;

    private static final long HALF = 1L << 60;

    private final long[] wrapped;

    /**
     * A code.
     *
     * @param dataSize l, a power of two from 2 on
     * @param randomSize t, an odd number, or 0: an even number of coefficients would hide one position less
     * @param length n, a power of two, at least l + t and above l
     * @throws IllegalArgumentException for other sizes
     */
    public CircleCode(int dataSize, int randomSize, int length) {
        checkSizes(dataSize, randomSize, length);
        if (dataSize < 2 || length <= dataSize || (randomSize != 0 && randomSize % 2 == 0)) {
            throw new IllegalArgumentException(
                    "A circle code has at least 2 values a row, a longer word, and an odd number of random"
                            + " coefficients below that of the values; not " + dataSize + ", " + length + " and "
                            + randomSize + ".");
        }
        super(F, dataSize, randomSize, length, transform(dataSize), transform(length));
        // X_l = 0 on H, X_2l = T(0) = -1, and 1 from then on.
        int blocks = length / dataSize;
        this.wrapped = new long[blocks];
        for (int block = 0; block < blocks; block++) {
            wrapped[block] = (block & 1) != 0 ? 0 : (block & 2) != 0 ? F.neg(1) : 1;
        }
    }

    /** An element of order 2 size. */
    private static Extension root(int size) {
        Extension root = GENERATOR;
        for (int i = log(size) + 1; i < 61; i++) {
            root = F.square(root);
        }
        return root;
    }

    private static Transform transform(int size) {
        int log = log(size);
        Extension root = root(size);
        return new Transform(F, log, 1, new Transform.Blocks() {
            @Override
            public long constant(int level, long exponent) {
                int h = size >>> (level + 1);
                return h == 1 ? power(exponent).c1() : power(exponent * (h / 2)).c0();
            }

            private Extension power(long exponent) {
                return F.pow(root, exponent & (2L * size - 1));
            }

            @Override
            public long second(int level, long exponent) {
                return level == log - 1 ? -exponent : exponent + (4L << level);
            }
        });
    }

    private static int degree(int count) {
        return count / 2;
    }

    @Override
    public int productDimension(int a, int b) {
        return 2 * (degree(a) + degree(b)) + 1;
    }

    @Override
    public int maximalAgreement(int count) {
        return 2 * degree(count);
    }

    @Override
    void addRandom(long[] random, long[] coefficients, int at, int width) {
        int start = at + dataSize() * width;
        java.util.Arrays.fill(coefficients, start, start + random.length, 0);
        for (int i = 0; i < random.length / width; i++) {
            for (int r = 0; r < width; r++) {
                addMultiple(i, dataSize(), random[i * width + r], coefficients, at + r, width);
            }
        }
    }

    @Override
    void removeRandom(long[] random, long[] coefficients, int size) {
        // Below l, multiplying with X_l only moves coefficients.
    }

    @Override
    public void addVanishingMultiple(long[] coefficients, int at, int count, long[] out, int outAt) {
        int l = dataSize();
        for (int i = 0; i < count; i++) {
            addMultiple(i, l, coefficients[at + i], out, outAt, 1);
        }
    }

    /** Adds {@code value} times basis element {@code index} times X_size: where X_size is in it, by X_size^2 = (X_(2 size) + 1) / 2. */
    private static void addMultiple(int index, int size, long value, long[] out, int outAt, int width) {
        if ((index & size) == 0) {
            int target = outAt + (index + size) * width;
            out[target] = F.add(out[target], value);
        } else {
            long half = F.mul(value, HALF);
            int target = outAt + (index - size) * width;
            out[target] = F.add(out[target], half);
            addMultiple(index - size, 2 * size, half, out, outAt, width);
        }
    }

    @Override
    public void decode(long[] coefficients, int coefficientsAt, int count, long[] values, int at) {
        java.util.Arrays.fill(values, at, at + dataSize(), 0);
        for (int i = 0; i < count; i += dataSize()) {
            int part = Math.min(dataSize(), count - i);
            long factor = wrapped[i / dataSize()];
            for (int j = 0; j < part; j++) {
                values[at + j] = F.add(values[at + j], F.mul(factor, coefficients[coefficientsAt + i + j]));
            }
        }
        evaluateOnData(values, at);
    }

    @Override
    public long sumOverData(long[] coefficients, int at, int count) {
        long sum = 0;
        for (int i = 0; i < count; i += dataSize()) {
            sum = F.add(sum, F.mul(wrapped[i / dataSize()], coefficients[at + i]));
        }
        return F.mul(dataSize(), sum);
    }

    /** The point of a position. */
    private Extension point(int position) {
        int log = log(length());
        long exponent = 1 + 4L * Transform.reverse(position >>> 1, log - 1);
        Extension point = F.pow(root(length()), exponent);
        return (position & 1) == 0 ? point : new Extension(point.c0(), F.neg(point.c1()));
    }

    private static long doubled(long x) {
        long square = F.mul(x, x);
        return F.sub(F.add(square, square), 1);
    }

    @Override
    public long vanishing(int position) {
        long x = point(position).c0();
        for (int size = 2; size < dataSize(); size *= 2) {
            x = doubled(x);
        }
        return x;
    }

    @Override
    public long evaluateAt(long[] coefficients, int at, int count, int position) {
        Extension point = point(position);
        int size = count;
        long[] values = java.util.Arrays.copyOfRange(coefficients, at, at + count);
        long factor = point.c1();
        long x = point.c0();
        while (size > 1) {
            int half = (size + 1) / 2;
            for (int i = 0; i < half; i++) {
                long odd = 2 * i + 1 < size ? values[2 * i + 1] : 0;
                values[i] = F.add(values[2 * i], F.mul(factor, odd));
            }
            size = half;
            factor = x;
            x = doubled(x);
        }
        return size == 0 ? 0 : values[0];
    }
}
