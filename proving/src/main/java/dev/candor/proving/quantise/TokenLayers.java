package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatTensor;
import dev.candor.proving.graph.TokenOperation.Gelu;
import dev.candor.proving.graph.TokenOperation.LayerNorm;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.TokenLayer;
import dev.candor.proving.quantise.Quantised.Meaning;
import java.util.Arrays;

/** The layers that stand for a transformer's operations. Tables come from StrictMath, so they are the same on every machine. */
final class TokenLayers {
    /** What goes into the table of a GELU. */
    static final int MOST_GELU = (1 << 11) - 1;

    /** What the squares are taken of when a row is normalised. */
    static final int MOST_CENTRED = (1 << 12) - 1;

    /** A result of the table is finer than what goes in by this factor. */
    private static final int GELU_STEPS = 8;

    private static final int ONE = 1 << 14;
    private static final int ENTRY = 1 << 12;
    private static final int FRACTION = 25;
    private static final int MOST_EPSILON = 1 << 30;

    private TokenLayers() {}

    static Meaning softmax(IntegerBuilder integers, Meaning x, double factor, int size) {
        double step = x.scale() * factor;
        IntTensor high = exponentials(step * TokenLayer.Softmax.ENTRIES);
        int value = integers.add(new TokenLayer.Softmax(size, high, exponentials(step), ONE), x.value());
        return new Meaning(value, 1.0 / ONE);
    }

    private static IntTensor exponentials(double step) {
        int[] table = new int[TokenLayer.Softmax.ENTRIES];
        Arrays.setAll(table, i -> (int) Math.rint(ENTRY * StrictMath.exp(-i * step)));
        return IntTensor.copyOf(table);
    }

    /** {@code x} lies within {@link #MOST_GELU}. */
    static Meaning gelu(IntegerBuilder integers, Gelu gelu, Meaning x) {
        int low = (int) integers.open(x.value()).low();
        int[] table = new int[(int) (integers.open(x.value()).high() - low + 1)];
        Arrays.setAll(table, i -> (int) Math.rint(gelu.apply((i + low) * x.scale()) / x.scale() * GELU_STEPS));
        int value = integers.add(new TokenLayer.Table(low, IntTensor.copyOf(table)), x.value());
        return new Meaning(value, x.scale() / GELU_STEPS);
    }

    static Meaning centre(IntegerBuilder integers, Meaning x, LayerNorm norm) {
        int size = norm.weight().elements();
        return new Meaning(integers.add(new TokenLayer.Centre(size), x.value()), x.scale() / size);
    }

    /** {@code x} is centred and lies within {@link #MOST_CENTRED}. */
    static Meaning normalise(IntegerBuilder integers, LayerNorm norm, Meaning x) {
        int size = norm.weight().elements();
        double epsilon = Math.rint(size * norm.epsilon() / (x.scale() * x.scale()));
        TokenLayer.Normalise layer =
                new TokenLayer.Normalise(size, FRACTION, (int) Math.clamp(epsilon, 1, (double) MOST_EPSILON));
        int normal = integers.add(layer, x.value());
        // A row's elements are at most 2^25, so they fit 16 bits without a clamp.
        int shift = FRACTION - 14;
        Requantise rounded = new Requantise(1, shift, (int) Layer.ACTIVATION.low(), (int) Layer.ACTIVATION.high());
        int value = integers.add(rounded, normal);
        double scale = Math.scalb(Math.sqrt(size), -14);
        double[] weights = norm.weight().toArray();
        double[] biases = norm.bias().toArray();
        double result = Weights.fitting(biases, scale * Weights.finestScale(weights));
        Parameters.Entry entry = Weights.round(weights, biases, result / scale, result);
        return new Meaning(integers.add(new TokenLayer.Affine(size), entry, value), result);
    }

    static Meaning embedding(IntegerBuilder integers, Meaning x, FloatTensor weight) {
        double[] rows = weight.toArray();
        double scale = Weights.finestScale(rows);
        Parameters.Entry entry = Weights.round(rows, new double[0], scale, scale);
        TokenLayer.Embedding layer = new TokenLayer.Embedding(
                weight.shape().getFirst(), weight.shape().getLast());
        return new Meaning(integers.add(layer, entry, x.value()), scale);
    }
}
