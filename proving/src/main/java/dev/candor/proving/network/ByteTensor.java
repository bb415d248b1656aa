package dev.candor.proving.network;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Immutable 8-bit integers, row-major; the meaning of the order is said where one is used. Safe to share between threads. */
public final class ByteTensor {
    /** No elements. */
    public static final ByteTensor EMPTY = new ByteTensor(new byte[0]);

    private final byte[] values;

    private ByteTensor(byte[] values) {
        this.values = values;
    }

    /** Copies {@code values}. */
    public static ByteTensor copyOf(byte[] values) {
        return new ByteTensor(values.clone());
    }

    /** The number of elements. */
    public int size() {
        return values.length;
    }

    /** The element at {@code index}. */
    public byte at(int index) {
        return values[index];
    }

    /** Copies the elements [{@code from}, {@code from + count}) to {@code target} from {@code targetOffset} on. */
    public void copyTo(int from, byte[] target, int targetOffset, int count) {
        System.arraycopy(values, from, target, targetOffset, count);
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ByteTensor that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** The number of elements only: weights never enter logs. */
    @Override
    public String toString() {
        return "ByteTensor[" + values.length + "]";
    }
}
