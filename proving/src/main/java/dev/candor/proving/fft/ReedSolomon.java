package dev.candor.proving.fft;

import dev.candor.proving.field.Field;
import java.util.Arrays;

/**
 * The Reed-Solomon code over a field with roots of unity. H is the group of l-th roots of unity, so Z_H = X^l - 1; L is the coset g G of
 * the group of n-th roots of unity, with g the field's generator, which is in no group of two-power order. Both are in bit-reversed order
 * (see {@link Transform}), and coefficients are those of the powers of X.
 */
public final class ReedSolomon implements RowCode {

    private final Field field;
    private final int dataSize;
    private final int randomSize;
    private final int length;
    private final Transform data;
    private final Transform word;

    /**
     * A code.
     *
     * @param dataSize l, a power of two
     * @param randomSize t, at least 0
     * @param length n, a power of two, at least l + t
     * @throws IllegalArgumentException for other sizes, or sizes for which the field has no group
     */
    public ReedSolomon(Field field, int dataSize, int randomSize, int length) {
        if (Integer.bitCount(dataSize) != 1 || Integer.bitCount(length) != 1 || dataSize < 0 || length < 0) {
            throw new IllegalArgumentException("A row of " + dataSize + " values and a word of " + length
                    + " points: both must be powers of two.");
        }
        if (randomSize < 0 || (long) dataSize + randomSize > length) {
            throw new IllegalArgumentException("A row of " + dataSize + " values and " + randomSize
                    + " random coefficients does not fit a word of " + length + " points.");
        }
        if (field.modulus() - 1 == length) {
            throw new IllegalArgumentException("All points of " + field.name() + " are " + length
                    + "-th roots of unity: none is left for the word.");
        }
        this.field = field;
        this.dataSize = dataSize;
        this.randomSize = randomSize;
        this.length = length;
        this.data = new Transform(field, Integer.numberOfTrailingZeros(dataSize), 1);
        this.word = new Transform(field, Integer.numberOfTrailingZeros(length), field.generator());
    }

    @Override
    public Field field() {
        return field;
    }

    @Override
    public int dataSize() {
        return dataSize;
    }

    @Override
    public int randomSize() {
        return randomSize;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void coefficients(long[] values, int dataAt, long[] random, int randomAt, long[] coefficients, int at) {
        System.arraycopy(values, dataAt, coefficients, at, dataSize);
        data.interpolate(coefficients, at);
        // Z_H s = X^l s - s.
        System.arraycopy(random, randomAt, coefficients, at + dataSize, randomSize);
        for (int i = 0; i < randomSize; i++) {
            coefficients[at + i] = field.sub(coefficients[at + i], random[randomAt + i]);
        }
    }

    @Override
    public void interpolate(long[] a, int at) {
        data.interpolate(a, at);
    }

    @Override
    public void evaluate(long[] coefficients, int coefficientsAt, int count, long[] values, int wordAt) {
        if (count > length) {
            throw new IllegalArgumentException(
                    "A polynomial of " + count + " coefficients has no word of " + length + " points.");
        }
        System.arraycopy(coefficients, coefficientsAt, values, wordAt, count);
        Arrays.fill(values, wordAt + count, wordAt + length, 0);
        word.evaluate(values, wordAt);
    }

    @Override
    public void decode(long[] coefficients, int coefficientsAt, int count, long[] values, int at) {
        // Modulo X^l - 1.
        Arrays.fill(values, at, at + dataSize, 0);
        for (int i = 0; i < count; i++) {
            int j = at + i % dataSize;
            values[j] = field.add(values[j], coefficients[coefficientsAt + i]);
        }
        data.evaluate(values, at);
    }

    @Override
    public long sumOverData(long[] coefficients, int at, int count) {
        long sum = 0;
        for (int i = 0; i < count; i += dataSize) {
            sum = field.add(sum, coefficients[at + i]);
        }
        return field.mul(field.fromSigned(dataSize), sum);
    }

    @Override
    public long vanishing(int position) {
        return field.sub(field.pow(word.point(position), dataSize), 1);
    }

    @Override
    public long evaluateAt(long[] coefficients, int at, int count, int position) {
        long x = word.point(position);
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = field.add(field.mul(value, x), coefficients[at + i]);
        }
        return value;
    }
}
