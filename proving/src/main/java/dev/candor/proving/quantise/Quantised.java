package dev.candor.proving.quantise;

import dev.candor.proving.network.IntegerNetwork;
import java.util.List;

/**
 * An integer network and how its values stand for those of the trained one.
 *
 * @param network what is executed and proven
 * @param values for each value of the trained network the integers that stand for it
 */
public record Quantised(IntegerNetwork network, List<Meaning> values) {
    public Quantised {
        values = List.copyOf(values);
    }

    /**
     * Integers that stand for real numbers.
     *
     * @param value of the integer network
     * @param scale what 1 stands for
     */
    public record Meaning(int value, double scale) {}

    /** One sample of the input as integers: rounded, and cut to the input's range. */
    public long[] input(double[] sample) {
        return InputCodec.encode(network.architecture().input(), sample);
    }

    /** Integers of the output as real numbers. */
    public double[] output(long[] integers) {
        double[] real = new double[integers.length];
        for (int i = 0; i < real.length; i++) {
            real[i] = integers[i] * network.architecture().outputScale();
        }
        return real;
    }
}
