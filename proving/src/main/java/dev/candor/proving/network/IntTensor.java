package dev.candor.proving.network;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Immutable 32-bit integers, row-major; the meaning of the order is said where one is used. Safe to share between threads. */
public final class IntTensor {
    /** No elements. */
    public static final IntTensor EMPTY = new IntTensor(new int[0]);

    private final int[] values;

    private IntTensor(int[] values) {
        this.values = values;
    }

    /** Copies {@code values}. */
    public static IntTensor copyOf(int[] values) {
        return new IntTensor(values.clone());
    }

    /** The number of elements. */
    public int size() {
        return values.length;
    }

    /** The element at {@code index}. */
    public int at(int index) {
        return values[index];
    }

    /** Copies the elements [{@code from}, {@code from + count}) to {@code target} from {@code targetOffset} on. */
    public void copyTo(int from, int[] target, int targetOffset, int count) {
        System.arraycopy(values, from, target, targetOffset, count);
    }

    /** A copy as an array. */
    public int[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IntTensor that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** The number of elements only: weights never enter logs. */
    @Override
    public String toString() {
        return "IntTensor[" + values.length + "]";
    }
}
