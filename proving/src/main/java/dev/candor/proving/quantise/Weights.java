package dev.candor.proving.quantise;

import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Parameters;

/** Weights and biases as integers. */
final class Weights {
    private Weights() {}

    /** The least scale at which all weights lie within [-127, 127]. */
    static double finestScale(double[] weights) {
        double most = 0;
        for (double weight : weights) {
            most = Math.max(most, Math.abs(weight));
        }
        return most == 0 ? 1 : most / Layer.MOST_WEIGHT;
    }

    /** The least power of two times {@code scale} at which all biases fit 32 bits. */
    static double fitting(double[] biases, double scale) {
        double most = 0;
        for (double bias : biases) {
            most = Math.max(most, Math.abs(bias));
        }
        double fitting = scale;
        while (most / fitting > Integer.MAX_VALUE) {
            fitting *= 2;
        }
        return fitting;
    }

    /** Rounds to the nearest, halves to even. */
    static Parameters.Entry round(double[] weights, double[] biases, double weightScale, double biasScale) {
        byte[] w = new byte[weights.length];
        for (int i = 0; i < w.length; i++) {
            double rounded = Math.rint(weights[i] / weightScale);
            w[i] = (byte) Math.clamp(rounded, -Layer.MOST_WEIGHT, Layer.MOST_WEIGHT);
        }
        int[] b = new int[biases.length];
        for (int i = 0; i < b.length; i++) {
            b[i] = (int) Math.rint(biases[i] / biasScale);
        }
        return new Parameters.Entry(ByteTensor.copyOf(w), IntTensor.copyOf(b));
    }
}
