package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatTensor;
import dev.candor.proving.graph.TokenOperation.Gelu;
import dev.candor.proving.graph.TokenOperation.LayerNorm;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.TokenLayer;
import dev.candor.proving.quantise.Quantised.Meaning;
import java.util.Arrays;

/** The layers that stand for a transformer's operations. Tables come from StrictMath, so they are the same on every machine. */
final class TokenLayers {
    /** What goes into the table of a GELU. */
    static final int MOST_GELU = (1 << 11) - 1;

    /** What the squares are taken of when a row is normalised. */
    static final int MOST_CENTRED = (1 << 12) - 1;

    /** What a softmax is taken of. */
    static final int MOST_SCORE = (1 << 12) - 1;

    /** A result of the table is finer than what goes in by this factor. */
    private static final int GELU_STEPS = 8;

    /** A probability of 1 is 2^14, a normalised element 2^14 times less than its row's root of squares. */
    private static final int RESULT_BITS = 14;

    private static final int MOST_EXPONENTIAL = (1 << 15) - 1;
    private static final int SOFTMAX_FRACTION = 38;
    private static final int NORMALISE_FRACTION = 24;
    private static final int MOST_EPSILON = 1 << 30;

    private TokenLayers() {}

    /** {@code x} lies within {@link #MOST_SCORE}. */
    static Meaning softmax(IntegerBuilder integers, Meaning x, double factor, int size) {
        double step = x.scale() * factor;
        Range range = integers.open(x.value());
        int[] table = new int[(int) (range.high() - range.low() + 1)];
        Arrays.setAll(table, i -> (int) Math.rint(MOST_EXPONENTIAL * StrictMath.exp(-i * step)));
        TokenLayer.Softmax layer = new TokenLayer.Softmax(size, IntTensor.copyOf(table), SOFTMAX_FRACTION);
        int value = integers.add(rounded(SOFTMAX_FRACTION), integers.add(layer, x.value()));
        return new Meaning(value, Math.scalb(1.0, -RESULT_BITS));
    }

    /** From a scale of 2^-fraction to one of 2^-14: what is at most 1 fits 16 bits without a clamp. */
    private static Requantise rounded(int fraction) {
        return new Requantise(1, fraction - RESULT_BITS, (int) Layer.ACTIVATION.low(), (int) Layer.ACTIVATION.high());
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
                provable(size, (int) Math.clamp(epsilon, 1, (double) MOST_EPSILON), integers.open(x.value()));
        int value = integers.add(rounded(NORMALISE_FRACTION), integers.add(layer, x.value()));
        double scale = Math.scalb(Math.sqrt(size), -RESULT_BITS);
        double[] weights = norm.weight().toArray();
        double[] biases = norm.bias().toArray();
        double result = Weights.fitting(biases, scale * Weights.finestScale(weights));
        Parameters.Entry entry = Weights.round(weights, biases, result / scale, result);
        return new Meaning(integers.add(new TokenLayer.Affine(size), entry, value), result);
    }

    /** The least epsilon from the given one on with which products stay small enough: far below the squares of any real row. */
    private static TokenLayer.Normalise provable(int size, int epsilon, Range x) {
        int enough = epsilon;
        while (true) {
            TokenLayer.Normalise layer = new TokenLayer.Normalise(size, NORMALISE_FRACTION, enough);
            if (layer.fits(x) || enough == MOST_EPSILON) {
                return layer;
            }
            enough = Math.min(MOST_EPSILON, 2 * enough);
        }
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
