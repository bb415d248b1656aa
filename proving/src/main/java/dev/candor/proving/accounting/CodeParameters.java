package dev.candor.proving.accounting;

import java.math.BigInteger;

/**
 * The sizes of the row code and of its tests.
 *
 * @param dataSize l, a power of two
 * @param randomSize t, the random coefficients of a row
 * @param length n, a power of two
 * @param queries Q, the columns that a proof opens
 * @param grindingBits g, the bits of work before the columns are drawn
 */
public record CodeParameters(int dataSize, int randomSize, int length, int queries, int grindingBits) {

    /** Nothing below this is accepted. */
    public static final int SECURITY_BITS = 100;

    public CodeParameters {
        if (dataSize < 1
                || Integer.bitCount(dataSize) != 1
                || length < 1
                || Integer.bitCount(length) != 1
                || length > 1 << 24) {
            throw new IllegalArgumentException("A row of " + dataSize + " values in a word of " + length
                    + ": both must be powers of two, the word at most 2^24.");
        }
        if (randomSize < 0 || grindingBits < 0 || grindingBits > 24) {
            throw new IllegalArgumentException("A row takes no " + randomSize + " random coefficients, or a proof no "
                    + grindingBits + " bits of grinding; at least 0, and at most 24 bits.");
        }
        long dimension = (long) dataSize + randomSize;
        if (2 * dimension >= length || dimension + dataSize >= length) {
            throw new IllegalArgumentException(
                    "A row of " + dimension + " coefficients must be shorter than half its word of " + length
                            + ", and with its " + dataSize + " values than the word.");
        }
        if (queries < 1 || queries > length) {
            throw new IllegalArgumentException(queries + " distinct columns of " + length + " cannot be opened.");
        }
    }

    /** k = l + t. */
    public int dimension() {
        return dataSize + randomSize;
    }

    /** The number of coefficients of the linear test's answer q: A_i p_i has fewer, Z_H u_b has k + l. */
    public int linearDimension() {
        return dimension() + dataSize;
    }

    /**
     * The chance that the columns drawn find nothing although the rows are no words, or the combination sent is not theirs: more than
     * floor((n + k) / 2) columns agree only within the unique-decoding radius.
     */
    public ErrorBound proximityQueries() {
        return ErrorBound.allDrawsMarked((length + dimension()) / 2, length, queries);
    }

    /** The chance that the columns drawn do not tell a wrong q from the right one: two of them agree on fewer columns than coefficients. */
    public ErrorBound linearQueries() {
        return ErrorBound.allDrawsMarked(linearDimension() - 1, length, queries);
    }

    /** Both tests, before grinding. */
    public ErrorBound queryError() {
        return proximityQueries().plus(linearQueries());
    }

    /** Whether the columns and the grinding together reach {@link #SECURITY_BITS}. */
    public boolean isEnough() {
        return queryError().afterWork(grindingBits).isAtMostTwoToMinus(SECURITY_BITS);
    }

    /** The smallest Q for these sizes; there always is one, since all columns leave no error. */
    public static CodeParameters withFewestQueries(int dataSize, int randomSize, int length, int grindingBits) {
        int high = 1;
        while (!new CodeParameters(dataSize, randomSize, length, high, grindingBits).isEnough()) {
            high = Math.min(2 * high, length);
        }
        int low = high / 2 + 1;
        // More columns never make the error larger.
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (new CodeParameters(dataSize, randomSize, length, middle, grindingBits).isEnough()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return new CodeParameters(dataSize, randomSize, length, low, grindingBits);
    }

    /**
     * The smallest sizes for rows that are opened in {@code openings} proofs: the least t, and with it Q, such that t is at least the columns
     * that all of them open.
     *
     * @throws IllegalArgumentException where the word is too short for them
     */
    public static CodeParameters forOpenings(int dataSize, int length, int openings, int grindingBits) {
        if (openings < 1) {
            throw new IllegalArgumentException("Rows are opened at least once, not " + openings + " times.");
        }
        int randomSize = 0;
        while (true) {
            CodeParameters parameters = withFewestQueries(dataSize, randomSize, length, grindingBits);
            long needed = (long) openings * parameters.queries();
            if (needed <= randomSize) {
                return parameters;
            }
            // Q grows with t, so no smaller t can be enough.
            randomSize = (int) Math.min(needed, length);
        }
    }

    /** |K| for a modulus: the denominator of every bound that a challenge in K gives. */
    public static BigInteger extensionSize(long modulus) {
        return new BigInteger(Long.toUnsignedString(modulus)).pow(2);
    }
}
