package dev.candor.proving.graph;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Immutable numbers with a shape, row-major. An empty shape is a single number. Safe to share between threads. */
public final class FloatTensor {
    private final List<Integer> shape;
    private final double[] values;

    private FloatTensor(List<Integer> shape, double[] values) {
        this.shape = List.copyOf(shape);
        this.values = values;
    }

    /** Copies {@code values}, of which there are as many as the shape says. */
    public static FloatTensor of(List<Integer> shape, double... values) {
        long elements = 1;
        for (int size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        if (elements != values.length) {
            throw new IllegalArgumentException(values.length + " numbers do not fill a tensor of shape " + shape);
        }
        return new FloatTensor(shape, values.clone());
    }

    /** {@code count} zeros. */
    public static FloatTensor zeros(int count) {
        return new FloatTensor(List.of(count), new double[count]);
    }

    /** The sizes, outermost first. */
    public List<Integer> shape() {
        return shape;
    }

    /** The number of elements. */
    public int elements() {
        return values.length;
    }

    /** The element at {@code index}, counted row-major. */
    public double at(int index) {
        return values[index];
    }

    /** The largest absolute value; 0 where there are no elements. */
    public double magnitude() {
        double most = 0;
        for (double value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    /** Whether every element is finite. */
    public boolean finite() {
        return Arrays.stream(values).allMatch(Double::isFinite);
    }

    /** A copy as an array. */
    public double[] toArray() {
        return values.clone();
    }

    /** The same elements with other sizes. */
    public FloatTensor reshaped(List<Integer> other) {
        return of(other, values);
    }

    /** With its two dimensions exchanged. */
    public FloatTensor transposed() {
        int rows = shape.get(0);
        int columns = shape.get(1);
        double[] exchanged = new double[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                exchanged[c * rows + r] = values[r * columns + c];
            }
        }
        return new FloatTensor(List.of(columns, rows), exchanged);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FloatTensor that && shape.equals(that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    /** The shape only: weights never enter logs. */
    @Override
    public String toString() {
        return "FloatTensor" + shape;
    }
}
