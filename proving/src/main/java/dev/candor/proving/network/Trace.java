package dev.candor.proving.network;

import java.util.List;

/**
 * All values of one execution of a batch. The arrays are shared, not copied: whoever is given a trace only reads. It holds the hidden
 * activations and never enters a log.
 */
public final class Trace {
    private final Architecture architecture;
    private final int batch;
    private final List<long[]> values;

    Trace(Architecture architecture, int batch, List<long[]> values) {
        this.architecture = architecture;
        this.batch = batch;
        this.values = List.copyOf(values);
    }

    /** The network's public part. */
    public Architecture architecture() {
        return architecture;
    }

    /** The number of samples. */
    public int batch() {
        return batch;
    }

    /** A value of all samples, one sample after the other, each row-major; to be read only. */
    public long[] value(int value) {
        return values.get(value);
    }

    /** The network's output, like {@link #value}. */
    public long[] output() {
        return values.getLast();
    }
}
