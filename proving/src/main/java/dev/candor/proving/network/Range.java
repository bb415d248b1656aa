package dev.candor.proving.network;

/**
 * All integers from {@code low} to {@code high}, both included.
 *
 * @param low at most {@code high}
 */
public record Range(long low, long high) {
    public Range {
        if (low > high) {
            throw new InvalidNetworkException("the range [" + low + ", " + high + "] is empty");
        }
    }

    /** The largest absolute value. */
    public long magnitude() {
        return Math.max(Math.absExact(low), Math.absExact(high));
    }

    /** Whether {@code value} lies within. */
    public boolean contains(long value) {
        return low <= value && value <= high;
    }

    /** Whether all of {@code other} lies within. */
    public boolean contains(Range other) {
        return low <= other.low && other.high <= high;
    }

    /** The smallest range that holds this and {@code value}. */
    public Range with(long value) {
        return new Range(Math.min(low, value), Math.max(high, value));
    }

    /** The smallest range that holds this and {@code other}. */
    public Range with(Range other) {
        return with(other.low).with(other.high);
    }

    /** The range of sums of a value of this and one of {@code other}; throws where it does not fit 64 bits. */
    public Range plus(Range other) {
        return new Range(Math.addExact(low, other.low), Math.addExact(high, other.high));
    }

    /** The range of products of a value of this and {@code factor}; throws where it does not fit 64 bits. */
    public Range times(long factor) {
        long a = Math.multiplyExact(low, factor);
        long b = Math.multiplyExact(high, factor);
        return new Range(Math.min(a, b), Math.max(a, b));
    }

    /** Such as {@code [-127, 127]}. */
    @Override
    public String toString() {
        return "[" + low + ", " + high + "]";
    }
}
