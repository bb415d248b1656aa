package dev.candor.proving.fft;

import dev.candor.proving.field.Field;
import dev.candor.proving.field.Kernels;

/** What the row codes share: two transforms, one for H and one for L, and rows encoded eight at a time. */
abstract sealed class TransformCode implements RowCode permits ReedSolomon, CircleCode {

    private final Field field;
    private final Kernels kernels;
    private final int dataSize;
    private final int randomSize;
    private final int length;
    private final Transform data;
    private final Transform word;

    TransformCode(Field field, int dataSize, int randomSize, int length, Transform data, Transform word) {
        this.field = field;
        this.kernels = field.kernels();
        this.dataSize = dataSize;
        this.randomSize = randomSize;
        this.length = length;
        this.data = data;
        this.word = word;
    }

    /** The logarithm of a size that is a power of two. */
    static int log(int size) {
        return Integer.numberOfTrailingZeros(size);
    }

    static void checkSizes(int dataSize, int randomSize, int length) {
        if (Integer.bitCount(dataSize) != 1 || Integer.bitCount(length) != 1 || dataSize < 0 || length < 0) {
            throw new IllegalArgumentException("A row of " + dataSize + " values and a word of " + length
                    + " points: both must be powers of two.");
        }
        if (length > 1 << 24) {
            throw new IllegalArgumentException("A word of " + length + " points is too long; at most 2^24.");
        }
        if (randomSize < 0 || (long) dataSize + randomSize > length) {
            throw new IllegalArgumentException("A row of " + dataSize + " values and " + randomSize
                    + " random coefficients does not fit a word of " + length + " points.");
        }
    }

    @Override
    public final Field field() {
        return field;
    }

    @Override
    public final int dataSize() {
        return dataSize;
    }

    @Override
    public final int randomSize() {
        return randomSize;
    }

    @Override
    public final int length() {
        return length;
    }

    /** Takes Z_H s, for s of at most l coefficients, from the first l coefficients of polynomials; the others are s. */
    abstract void removeRandom(long[] random, long[] coefficients, int size);

    /** Adds Z_H s to polynomials that have l coefficients so far, {@code width} of them interleaved, s too. */
    abstract void addRandom(long[] random, long[] coefficients, int at, int width);

    @Override
    public final void coefficients(
            long[] values, int dataAt, long[] random, int randomAt, long[] coefficients, int at) {
        System.arraycopy(values, dataAt, coefficients, at, dataSize);
        data.interpolate(coefficients, at, 1, dataSize);
        addRandom(java.util.Arrays.copyOfRange(random, randomAt, randomAt + randomSize), coefficients, at, 1);
    }

    @Override
    public final void interpolate(long[] a, int at) {
        data.interpolate(a, at, 1, dataSize);
    }

    @Override
    public final void evaluate(long[] coefficients, int coefficientsAt, int count, long[] values, int at, int size) {
        if (count > size) {
            throw new IllegalArgumentException(
                    "A polynomial of " + count + " coefficients has no word of " + size + " points.");
        }
        System.arraycopy(coefficients, coefficientsAt, values, at, count);
        if (count == 0) {
            values[at] = 0;
        }
        word.evaluate(values, at, 1, size, count);
    }

    @Override
    public final void interpolateWord(long[] a, int at, int size) {
        word.interpolate(a, at, 1, size);
    }

    @Override
    public final void coefficients(
            long[] values, int dataAt, long[] random, int randomAt, long[] coefficients, int at, int rows) {
        long[] buffer = new long[GROUP * dimension()];
        long[] mask = new long[GROUP * randomSize];
        for (int row = 0; row < rows; row += GROUP) {
            int part = Math.min(GROUP, rows - row);
            interleave(values, dataAt + row * dataSize, dataSize, part, buffer);
            data.interpolate(buffer, 0, GROUP, dataSize);
            interleave(random, randomAt + row * randomSize, randomSize, part, mask);
            addRandom(mask, buffer, 0, GROUP);
            for (int r = 0; r < part; r++) {
                int start = at + (row + r) * dimension();
                for (int i = 0; i < dimension(); i++) {
                    coefficients[start + i] = buffer[i * GROUP + r];
                }
            }
        }
    }

    @Override
    public final void evaluateColumns(
            long[] coefficients, int at, int count, int rows, long[] columns, int stride, int first) {
        if (count > length) {
            throw new IllegalArgumentException(
                    "A polynomial of " + count + " coefficients has no word of " + length + " points.");
        }
        long[] buffer = new long[GROUP * length];
        for (int row = 0; row < rows; row += GROUP) {
            int part = Math.min(GROUP, rows - row);
            interleave(coefficients, at + row * count, count, part, buffer);
            word.evaluate(buffer, 0, GROUP, length, count);
            for (int j = 0; j < length; j++) {
                System.arraycopy(buffer, j * GROUP, columns, j * stride + first + row, part);
            }
        }
    }

    @Override
    public final void interpolateGroup(long[] a) {
        data.interpolate(a, 0, GROUP, dataSize);
    }

    @Override
    public final void separateGroup(long[] a, long[] random) {
        if (randomSize > dataSize) {
            throw new IllegalArgumentException("Rows of more random coefficients than data values are not separated.");
        }
        int size = randomSize * GROUP;
        System.arraycopy(a, dataSize * GROUP, random, 0, size);
        removeRandom(random, a, size);
    }

    @Override
    public final void evaluateGroup(long[] a, int count, int size) {
        word.evaluate(a, 0, GROUP, size, count);
    }

    /** {@code part} rows of {@code size} values each, side by side; rows that are missing are zero. */
    private static void interleave(long[] from, int at, int size, int part, long[] to) {
        if (part < GROUP) {
            java.util.Arrays.fill(to, 0, size * GROUP, 0);
        }
        for (int r = 0; r < part; r++) {
            for (int i = 0; i < size; i++) {
                to[i * GROUP + r] = from[at + r * size + i];
            }
        }
    }

    /** The values on H of a polynomial of l coefficients, in place. */
    final void evaluateOnData(long[] a, int at) {
        data.evaluate(a, at, 1, dataSize, dataSize);
    }

    final Kernels kernels() {
        return kernels;
    }
}
