package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatExecution;
import dev.candor.proving.graph.FloatGraph;
import java.util.List;

/** The extremes of each value of a graph over given samples. Immutable. */
public final class Calibration {
    private final double[] low;
    private final double[] high;
    private final int samples;

    private Calibration(double[] low, double[] high, int samples) {
        this.low = low;
        this.high = high;
        this.samples = samples;
    }

    /**
     * Runs {@code graph} on samples.
     *
     * @param samples at least one, each with as many numbers as the graph's input
     * @throws IllegalArgumentException where there is none, or a value is not finite
     */
    public static Calibration of(FloatGraph graph, List<double[]> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("calibration needs at least one sample");
        }
        double[] low = new double[graph.nodes().size() + 1];
        double[] high = new double[low.length];
        for (double[] sample : samples) {
            List<double[]> values = FloatExecution.run(graph, sample);
            for (int value = 0; value < low.length; value++) {
                for (double x : values.get(value)) {
                    if (!Double.isFinite(x)) {
                        throw new IllegalArgumentException(
                                value == 0
                                        ? "a calibration sample holds a number that is not finite"
                                        : "a calibration sample makes "
                                                + graph.nodes()
                                                        .get(value - 1)
                                                        .operation()
                                                        .name() + " ("
                                                + graph.nodes().get(value - 1).place() + ") give no finite number");
                    }
                    low[value] = Math.min(low[value], x);
                    high[value] = Math.max(high[value], x);
                }
            }
        }
        return new Calibration(low, high, samples.size());
    }

    /** The least element of a value, at most 0. */
    public double low(int value) {
        return low[value];
    }

    /** The largest element of a value, at least 0. */
    public double high(int value) {
        return high[value];
    }

    /** The largest absolute value. */
    public double magnitude(int value) {
        return Math.max(-low[value], high[value]);
    }

    /** The number of samples. */
    public int samples() {
        return samples;
    }
}
