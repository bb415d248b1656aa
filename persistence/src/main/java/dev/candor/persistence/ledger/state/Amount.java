package dev.candor.persistence.ledger.state;

import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;

/**
 * A sum of money in the network's smallest unit. The supply never exceeds {@link #MAX}, so no sum of parts of it overflows.
 *
 * @param units 0 to 2^62
 */
public record Amount(long units) implements Comparable<Amount> {
    /** The largest amount, and the largest supply. */
    public static final Amount MAX = new Amount(1L << 62);

    /** Nothing. */
    public static final Amount ZERO = new Amount(0);

    private static final long MILLION = 1_000_000;

    /** Refuses negative amounts and amounts larger than any supply. */
    public Amount {
        if (units < 0 || units > 1L << 62) {
            throw new ArithmeticException("an amount lies between 0 and 2^62 units, not " + units);
        }
    }

    /** The sum; {@link ArithmeticException} beyond {@link #MAX}. */
    public Amount plus(Amount other) {
        return new Amount(Math.addExact(units, other.units));
    }

    /** The difference; {@link ArithmeticException} below zero. */
    public Amount minus(Amount other) {
        return new Amount(units - other.units);
    }

    /** The difference, zero where it would be below. */
    public Amount lessAtMost(Amount other) {
        return new Amount(Math.max(0, units - other.units));
    }

    /** The smaller of both. */
    public Amount min(Amount other) {
        return units <= other.units ? this : other;
    }

    /** The larger of both. */
    public Amount max(Amount other) {
        return units >= other.units ? this : other;
    }

    /** {@code ppm} parts in a million, rounded down. */
    public Amount share(int ppm) {
        return new Amount(
                Math.addExact(Math.multiplyExact(units / MILLION, (long) ppm), units % MILLION * ppm / MILLION));
    }

    /** Whether there is nothing. */
    public boolean isZero() {
        return units == 0;
    }

    /** Writes eight bytes. */
    public void write(CanonicalWriter out) {
        out.i64(units);
    }

    /** Reads eight bytes. */
    public static Amount read(String field, CanonicalReader in) {
        long units = in.i64(field);
        if (units < 0 || units > 1L << 62) {
            throw new MalformedBytesException(field + " is " + units + "; an amount lies between 0 and 2^62 units");
        }
        return new Amount(units);
    }

    @Override
    public int compareTo(Amount other) {
        return Long.compare(units, other.units);
    }

    @Override
    public String toString() {
        return Long.toString(units);
    }
}
