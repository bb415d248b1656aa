package dev.candor.proving.fft;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;

/**
 * The code whose words are the rows of a commitment. A row holds l data values and t random ones and is the polynomial
 * {@code p = d + Z_H s}: d has the data as its values on the set H, s has the t random coefficients, so p has k = l + t coefficients and
 * any t values of p off H are uniform and independent of the data. The word is p on the set L of n points, which is disjoint from H.
 *
 * <p>Polynomials over K are the same with each coordinate treated as a polynomial over F, since H and L lie in F. The first 2^j positions
 * of a word determine a polynomial of 2^j coefficients. Implementations are immutable; methods write only to what they are given.
 */
public interface RowCode {

    /** Polynomials that the group methods take side by side, so that every level of a transform is a loop over vectors. */
    int GROUP = 8;

    Field field();

    /** l, the number of data values of a row: the size of H. */
    int dataSize();

    /** t, the number of random coefficients of a row. */
    int randomSize();

    /** k = l + t, the number of coefficients of a row. */
    default int dimension() {
        return dataSize() + randomSize();
    }

    /** n, the length of a word: the size of L. */
    int length();

    /** The coefficients that a product of polynomials with {@code a} and {@code b} coefficients, both at least 1, may have. */
    int productDimension(int a, int b);

    /** The most positions of L at which two different polynomials of {@code count} coefficients agree. */
    int maximalAgreement(int count);

    /**
     * The coefficients of a row.
     *
     * @param data l values, from {@code dataAt}
     * @param random t values, from {@code randomAt}
     * @param coefficients where the k coefficients go, from {@code at}
     */
    void coefficients(long[] data, int dataAt, long[] random, int randomAt, long[] coefficients, int at);

    /** The l coefficients of the polynomial with the given l values on H, in place, on {@code a[at .. at + l)}. */
    void interpolate(long[] a, int at);

    /**
     * The first {@code size} values of the word of a polynomial, a power of two: {@code count} coefficients, at most {@code size}, become
     * that many values. The two arrays must not overlap.
     */
    void evaluate(long[] coefficients, int coefficientsAt, int count, long[] word, int wordAt, int size);

    /** The whole word of a polynomial. */
    default void evaluate(long[] coefficients, int coefficientsAt, int count, long[] word, int wordAt) {
        evaluate(coefficients, coefficientsAt, count, word, wordAt, length());
    }

    /** The {@code size} coefficients of the polynomial with the given first {@code size} values of its word, a power of two; in place. */
    void interpolateWord(long[] a, int at, int size);

    /** The word of a row: as {@link #coefficients}, then {@link #evaluate}. */
    default void encode(long[] data, int dataAt, long[] random, int randomAt, long[] word, int wordAt) {
        long[] coefficients = new long[dimension()];
        coefficients(data, dataAt, random, randomAt, coefficients, 0);
        evaluate(coefficients, 0, dimension(), word, wordAt);
    }

    /**
     * As {@link #coefficients(long[], int, long[], int, long[], int)}, for many rows, which is faster; each array has its rows one after the
     * other. Calls for disjoint rows may run at the same time.
     */
    void coefficients(long[] data, int dataAt, long[] random, int randomAt, long[] coefficients, int at, int rows);

    /**
     * The words of {@code rows} polynomials of {@code count} coefficients each, one after the other, as the columns of a matrix: value j of
     * row r is written to {@code columns[j * stride + first + r]}. Calls for disjoint rows may run at the same time.
     */
    void evaluateColumns(long[] coefficients, int at, int count, int rows, long[] columns, int stride, int first);

    /** {@link #interpolate} for a group: value i of polynomial r is at {@code i * GROUP + r}. */
    void interpolateGroup(long[] a);

    /** The first {@code size} values of the words of a group, a power of two, in place: {@code count} coefficients become that many values. */
    void evaluateGroup(long[] a, int count, int size);

    /**
     * Separates a group of rows of at most 2l coefficients, {@code d + Z_H s}.
     *
     * @param a the rows' coefficients; afterwards the first l are those of d
     * @param random where the t coefficients of s go
     */
    void separateGroup(long[] a, long[] random);

    /** {@code out += Z_H s} for a polynomial s of {@code count} coefficients, at most n - l; out has l more. */
    void addVanishingMultiple(long[] coefficients, int at, int count, long[] out, int outAt);

    /** The values on H of the polynomial with {@code count} coefficients: {@code data[at .. at + l)}. */
    void decode(long[] coefficients, int coefficientsAt, int count, long[] data, int at);

    /** The sum over H of the polynomial with {@code count} coefficients. */
    long sumOverData(long[] coefficients, int at, int count);

    /** Z_H at a position of L; never zero. */
    long vanishing(int position);

    /** The value at one position of L of the polynomial with {@code count} coefficients. */
    long evaluateAt(long[] coefficients, int at, int count, int position);

    /** As {@link #sumOverData(long[], int, int)}, over K. */
    default Extension sumOverData(ExtensionVector coefficients, int count) {
        return new Extension(
                sumOverData(coefficients.plane(0), 0, count), sumOverData(coefficients.plane(1), 0, count));
    }

    /** As {@link #evaluateAt(long[], int, int, int)}, over K. */
    default Extension evaluateAt(ExtensionVector coefficients, int count, int position) {
        return new Extension(
                evaluateAt(coefficients.plane(0), 0, count, position),
                evaluateAt(coefficients.plane(1), 0, count, position));
    }

    /** As {@link #evaluate(long[], int, int, long[], int, int)}, over K, for the first {@code word.size()} values. */
    default void evaluate(ExtensionVector coefficients, int count, ExtensionVector word) {
        for (int c = 0; c < Extension.DEGREE; c++) {
            evaluate(coefficients.plane(c), 0, count, word.plane(c), 0, word.size());
        }
    }

    /** As {@link #interpolateWord(long[], int, int)}, over K, on the whole vector. */
    default void interpolateWord(ExtensionVector values) {
        for (int c = 0; c < Extension.DEGREE; c++) {
            interpolateWord(values.plane(c), 0, values.size());
        }
    }
}
