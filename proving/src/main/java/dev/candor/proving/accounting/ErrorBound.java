package dev.candor.proving.accounting;

import java.math.BigInteger;

/**
 * An exact upper bound of a probability: a fraction of two whole numbers. Immutable.
 *
 * @param numerator at least 0
 * @param denominator at least 1
 */
public record ErrorBound(BigInteger numerator, BigInteger denominator) {

    /** Bits are given down to this fraction of one. */
    private static final int STEPS = 16;

    public ErrorBound {
        if (numerator.signum() < 0 || denominator.signum() <= 0) {
            throw new IllegalArgumentException("A probability is no " + numerator + " / " + denominator + ".");
        }
        BigInteger common = numerator.gcd(denominator);
        numerator = numerator.divide(common);
        denominator = denominator.divide(common);
    }

    public static final ErrorBound ZERO = of(BigInteger.ZERO, BigInteger.ONE);

    public static ErrorBound of(BigInteger numerator, BigInteger denominator) {
        return new ErrorBound(numerator, denominator);
    }

    /** C(marked, draws) / C(all, draws): the chance that distinct uniform draws all fall on marked ones. */
    public static ErrorBound allDrawsMarked(int marked, int all, int draws) {
        if (marked < 0 || marked > all || draws < 0 || draws > all) {
            throw new IllegalArgumentException(
                    draws + " distinct draws from " + all + " with " + marked + " marked make no sense.");
        }
        BigInteger numerator = BigInteger.ONE;
        BigInteger denominator = BigInteger.ONE;
        for (int i = 0; i < draws; i++) {
            numerator = numerator.multiply(BigInteger.valueOf(Math.max(0, marked - i)));
            denominator = denominator.multiply(BigInteger.valueOf(all - i));
        }
        return of(numerator, denominator);
    }

    public ErrorBound plus(ErrorBound other) {
        return of(
                numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                denominator.multiply(other.denominator));
    }

    /** This bound after {@code bits} bits of work for each try. */
    public ErrorBound afterWork(int bits) {
        return of(numerator, denominator.shiftLeft(bits));
    }

    /** Whether this is at most 2^-bits. */
    public boolean isAtMostTwoToMinus(int bits) {
        return numerator.shiftLeft(bits).compareTo(denominator) <= 0;
    }

    /** The largest multiple of 1/16 that is at most -log2 of this bound, exactly; infinite for zero. */
    public double bits() {
        if (numerator.signum() == 0) {
            return Double.POSITIVE_INFINITY;
        }
        BigInteger top = numerator.pow(STEPS);
        BigInteger bottom = denominator.pow(STEPS);
        // The largest m with top * 2^m <= bottom.
        int m = bottom.bitLength() - top.bitLength();
        boolean fits = m >= 0 ? top.shiftLeft(m).compareTo(bottom) <= 0 : top.compareTo(bottom.shiftLeft(-m)) <= 0;
        return (fits ? m : m - 1) / (double) STEPS;
    }
}
