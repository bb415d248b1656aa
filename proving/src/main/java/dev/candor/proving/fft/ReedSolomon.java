package dev.candor.proving.fft;

import dev.candor.proving.field.Field;

/**
 * The Reed-Solomon code over a field with roots of unity. With w_m = {@link Field#rootOfUnity} of order m and rev the reversal of the bits
 * of an index, cell i of H is the point w_l^rev(i), so Z_H = X^l - 1; position j of L is g w_n^rev(j), with g the field's generator, which
 * is in no group of two-power order. Coefficients are those of the powers of X.
 */
public final class ReedSolomon extends TransformCode {

    private final long rootOfLength;

    /**
     * A code.
     *
     * @param dataSize l, a power of two
     * @param randomSize t, at least 0
     * @param length n, a power of two, at least l + t
     * @throws IllegalArgumentException for other sizes, or sizes for which the field has no group
     */
    public ReedSolomon(Field field, int dataSize, int randomSize, int length) {
        checkSizes(dataSize, randomSize, length);
        if (field.modulus() - 1 == length) {
            throw new IllegalArgumentException("All points of " + field.name() + " are " + length
                    + "-th roots of unity: none is left for the word.");
        }
        super(
                field,
                dataSize,
                randomSize,
                length,
                transform(field, dataSize, 1),
                transform(field, length, field.generator()));
        this.rootOfLength = field.rootOfUnity(log(length));
    }

    /**
     * The points shift w^e: a block on level s is X^2h = (shift w^e)^2h for the size / 2h = 2^s exponents that are the same modulo 2^s, and
     * its halves are told apart by the next bit of e.
     */
    private static Transform transform(Field field, int size, long shift) {
        int log = log(size);
        long root = field.rootOfUnity(log);
        return new Transform(field, log, 0, new Transform.Blocks() {
            @Override
            public long constant(int level, long exponent) {
                int h = size >>> (level + 1);
                return field.mul(field.pow(shift, h), field.pow(root, exponent * h));
            }

            @Override
            public long second(int level, long exponent) {
                return exponent + (1L << level);
            }
        });
    }

    @Override
    public int productDimension(int a, int b) {
        return a + b - 1;
    }

    @Override
    public int maximalAgreement(int count) {
        return count - 1;
    }

    @Override
    void addRandom(long[] random, long[] coefficients, int at, int width) {
        // Z_H s = X^l s - s.
        int size = random.length;
        System.arraycopy(random, 0, coefficients, at + dataSize() * width, size);
        kernels().sub(coefficients, at, random, 0, coefficients, at, size);
    }

    @Override
    void removeRandom(long[] random, long[] coefficients, int size) {
        kernels().add(coefficients, 0, random, 0, coefficients, 0, size);
    }

    @Override
    public void addVanishingMultiple(long[] coefficients, int at, int count, long[] out, int outAt) {
        kernels().sub(out, outAt, coefficients, at, out, outAt, count);
        kernels().add(out, outAt + dataSize(), coefficients, at, out, outAt + dataSize(), count);
    }

    @Override
    public void decode(long[] coefficients, int coefficientsAt, int count, long[] values, int at) {
        // Modulo X^l - 1.
        java.util.Arrays.fill(values, at, at + dataSize(), 0);
        for (int i = 0; i < count; i += dataSize()) {
            int part = Math.min(dataSize(), count - i);
            kernels().add(values, at, coefficients, coefficientsAt + i, values, at, part);
        }
        evaluateOnData(values, at);
    }

    @Override
    public long sumOverData(long[] coefficients, int at, int count) {
        Field field = field();
        long sum = 0;
        for (int i = 0; i < count; i += dataSize()) {
            sum = field.add(sum, coefficients[at + i]);
        }
        return field.mul(field.fromSigned(dataSize()), sum);
    }

    private long point(int position) {
        return field().mul(field().generator(), field().pow(rootOfLength, Transform.reverse(position, log(length()))));
    }

    @Override
    public long vanishing(int position) {
        return field().sub(field().pow(point(position), dataSize()), 1);
    }

    @Override
    public long evaluateAt(long[] coefficients, int at, int count, int position) {
        Field field = field();
        long x = point(position);
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = field.add(field.mul(value, x), coefficients[at + i]);
        }
        return value;
    }
}
