package dev.candor.proving.proof;

import java.util.Arrays;

/** Public integers. Immutable. */
public final class Tensor {

    private final long[] values;

    private Tensor(long[] values) {
        this.values = values;
    }

    /** Copies {@code values}. */
    public static Tensor copyOf(long... values) {
        return new Tensor(values.clone());
    }

    public int size() {
        return values.length;
    }

    public long at(int index) {
        return values[index];
    }

    /** A copy as an array. */
    public long[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Tensor that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Tensor[" + values.length + "]";
    }
}
