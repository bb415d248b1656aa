package dev.candor.torchscript;

import java.util.List;

/** A tensor's elements, row-major, as the double-precision numbers nearest to them. Immutable but for the array, which is shared. */
public final class TensorData {
    private final List<Integer> shape;
    private final double[] values;

    TensorData(List<Integer> shape, double[] values) {
        this.shape = List.copyOf(shape);
        this.values = values;
    }

    /** Its sizes; none for a single number. */
    public List<Integer> shape() {
        return shape;
    }

    /** Its elements; to be read only. */
    public double[] values() {
        return values;
    }
}
