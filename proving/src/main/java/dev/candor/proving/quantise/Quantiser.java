package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.FloatGraph.FloatNode;
import dev.candor.proving.graph.FloatOperation;
import dev.candor.proving.graph.FloatOperation.AveragePool;
import dev.candor.proving.graph.FloatOperation.ChannelAffine;
import dev.candor.proving.graph.FloatOperation.Convolution;
import dev.candor.proving.graph.FloatOperation.Linear;
import dev.candor.proving.graph.FloatOperation.MaxPool;
import dev.candor.proving.graph.FloatOperation.Reshape;
import dev.candor.proving.graph.TokenOperation;
import dev.candor.proving.graph.UnsupportedModelException;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.TokenLayer;
import dev.candor.proving.quantise.Quantised.Meaning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the integer network of a trained one. Values become accumulators where weights are applied, and are requantised only where the
 * next operation needs activations; a ReLU becomes the lower clamp of that. Batch normalisation is folded into the weights before it.
 *
 * <p>A shift is the least that (1) keeps the worst case of the true weights within 16 bits and (2) brings what the samples show within the
 * activations' bits. Where precision allows it nothing is clamped but what a ReLU asks for.
 */
public final class Quantiser {
    /** What samples did not show: activations are clamped at this multiple of the largest seen, or more. */
    private static final double MARGIN = 1.25;

    /** Levels that the samples have to fill without an upper clamp, where more layers follow: their worst cases multiply. */
    private static final int ENOUGH_LEVELS = 1 << 13;

    private static final int ENOUGH_LEVELS_AT_THE_END = 1 << 8;

    private final FloatGraph graph;
    private final Calibration calibration;
    private final QuantiseOptions options;
    private final IntegerBuilder integers;
    private final int[] uses;
    private final List<Meaning> meanings = new ArrayList<>();
    private final Map<Integer, Meaning> activations = new HashMap<>();

    private Quantiser(FloatGraph graph, Calibration calibration, QuantiseOptions options) {
        this.graph = graph;
        this.calibration = calibration;
        this.options = options;
        this.uses = graph.uses();
        double most = calibration.magnitude(0);
        boolean signed = calibration.low(0) < 0;
        int levels = (1 << (signed ? options.inputBits() - 1 : options.inputBits())) - 1;
        double scale = most == 0 ? 1 : most / levels;
        Input input = Lookahead.tokens(graph) > 0
                ? new Input(graph.input(), new Range(0, Lookahead.tokens(graph) - 1L), 1)
                : new Input(graph.input(), new Range(signed ? -levels : 0, levels), scale);
        this.integers = new IntegerBuilder(input);
        meanings.add(new Meaning(0, input.scale()));
    }

    /**
     * Quantises a network.
     *
     * @throws UnsupportedModelException where an operation has no integer layer
     */
    public static Quantised quantise(FloatGraph graph, Calibration calibration, QuantiseOptions options) {
        Quantiser quantiser = new Quantiser(graph, calibration, options);
        for (int node = 0; node < graph.nodes().size(); node++) {
            quantiser.meanings.add(quantiser.node(node));
        }
        Meaning output = quantiser.meanings.get(graph.output());
        return new Quantised(quantiser.integers.build(output.scale()), quantiser.meanings);
    }

    private Meaning node(int index) {
        FloatNode node = graph.nodes().get(index);
        int first = node.inputs().getFirst();
        return switch (node.operation()) {
            case Linear linear ->
                weighted(index, linear.weight().toArray(), linear.bias().toArray(), layer(linear), linear.inputs());
            case Convolution convolution ->
                weighted(
                        index,
                        convolution.weight().toArray(),
                        convolution.bias().toArray(),
                        layer(convolution),
                        convolution.channels() * convolution.window().area());
            case ChannelAffine _ -> {
                if (!folded(first)) {
                    throw unsupported(
                            node, "stands behind no convolution or linear layer that it could be folded into");
                }
                yield meanings.get(first);
            }
            case FloatOperation.Relu _ -> relu(index + 1, first);
            case MaxPool(var window) -> {
                Meaning x = activation(first);
                yield new Meaning(integers.add(new Layer.MaxPool2d(window), x.value()), x.scale());
            }
            case AveragePool(var window, int divisor) -> {
                Meaning x = activation(first);
                yield new Meaning(integers.add(new Layer.SumPool2d(window), x.value()), x.scale() / divisor);
            }
            case Reshape(var shape) -> {
                Layer layer = shape.rank() == 1 ? new Layer.Flatten() : new TokenLayer.Reshape(shape);
                Meaning x = meanings.get(first);
                yield new Meaning(integers.add(layer, x.value()), x.scale());
            }
            case TokenOperation token -> token(index, node, token);
            case FloatOperation.Add _ -> add(first, node.inputs().getLast());
        };
    }

    private Meaning token(int index, FloatNode node, TokenOperation operation) {
        int first = node.inputs().getFirst();
        Meaning before = meanings.get(first);
        return switch (operation) {
            case TokenOperation.Permute(var order) ->
                new Meaning(integers.add(new TokenLayer.Permute(order), before.value()), before.scale());
            case TokenOperation.Slice(int dimension, int from, int count) ->
                new Meaning(integers.add(new TokenLayer.Slice(dimension, from, count), before.value()), before.scale());
            case TokenOperation.Multiply(double factor) -> new Meaning(before.value(), before.scale() * factor);
            case TokenOperation.MatMul(boolean transposed) -> {
                Meaning a = activation(first);
                Meaning b = activation(node.inputs().getLast());
                yield new Meaning(
                        integers.add(new TokenLayer.MatMul(transposed), a.value(), b.value()), a.scale() * b.scale());
            }
            case TokenOperation.Softmax(double factor) ->
                TokenLayers.softmax(
                        integers,
                        clamped(before, calibration.magnitude(first) / before.scale(), TokenLayers.MOST_SCORE, false),
                        factor,
                        graph.shape(index + 1).last());
            case TokenOperation.Gelu gelu ->
                TokenLayers.gelu(
                        integers,
                        gelu,
                        clamped(before, calibration.magnitude(first) / before.scale(), TokenLayers.MOST_GELU, false));
            case TokenOperation.LayerNorm norm -> {
                Meaning centred = TokenLayers.centre(integers, activation(first), norm);
                double seen = calibration.magnitude(first) / centred.scale();
                yield TokenLayers.normalise(integers, norm, clamped(centred, seen, TokenLayers.MOST_CENTRED, false));
            }
            case TokenOperation.Embedding(var weight) -> TokenLayers.embedding(integers, before, weight);
        };
    }

    private static Layer layer(Linear linear) {
        return new Layer.Dense(linear.inputs(), linear.outputs());
    }

    private static Layer layer(Convolution convolution) {
        return new Layer.Conv2d(convolution.channels(), convolution.outputs(), convolution.window());
    }

    private Meaning weighted(int index, double[] weights, double[] biases, Layer layer, int fanIn) {
        if (!finite(weights) || !finite(biases)) {
            throw unsupported(graph.nodes().get(index), "has weights that are not finite");
        }
        int result = index + 1;
        if (folded(result)) {
            ChannelAffine affine =
                    (ChannelAffine) graph.nodes().get(user(result)).operation();
            for (int o = 0; o < biases.length; o++) {
                biases[o] = biases[o] * affine.factor().at(o) + affine.offset().at(o);
                for (int k = o * fanIn; k < (o + 1) * fanIn; k++) {
                    weights[k] *= affine.factor().at(o);
                }
            }
            result = user(result) + 1;
        }
        Meaning x = activation(graph.nodes().get(index).inputs().getFirst());
        double finest = x.scale() * Weights.finestScale(weights);
        double scale = Weights.fitting(biases, aligned(result, finest));
        int value = integers.add(layer, Weights.round(weights, biases, scale / x.scale(), scale), x.value());
        return new Meaning(value, scale);
    }

    /**
     * The scale of sums that are added to something whose scale is settled: a power of two times that, and at least {@code finest}.
     * Otherwise {@code finest}.
     */
    private double aligned(int value, double finest) {
        int user = uses[value] == 1 ? user(value) : -1;
        if (user < 0 || !(graph.nodes().get(user).operation() instanceof FloatOperation.Add)) {
            return finest;
        }
        List<Integer> summands = graph.nodes().get(user).inputs();
        int other = summands.getFirst() == value ? summands.getLast() : summands.getFirst();
        if (other == value || other >= meanings.size()) {
            return finest;
        }
        double target = meanings.get(other).scale();
        int exponent = -Math.getExponent(target / finest);
        double scale = Math.scalb(target, exponent);
        return scale < finest ? Math.scalb(scale, 1) : scale;
    }

    private Meaning relu(int result, int x) {
        Meaning before = meanings.get(x);
        if (!integers.isActivation(before.value())) {
            return requantise(before, result, true);
        }
        if (integers.open(before.value()).low() >= 0) {
            return before;
        }
        return new Meaning(integers.add(new Layer.Relu(), before.value()), before.scale());
    }

    private Meaning add(int a, int b) {
        Meaning left = meanings.get(a);
        Meaning right = meanings.get(b);
        if (shift(left.scale(), right.scale()) < 0 && shift(right.scale(), left.scale()) < 0) {
            left = activation(a);
            right = activation(b);
            if (left.scale() < right.scale()) {
                left = rescaled(left, right.scale());
            } else {
                right = rescaled(right, left.scale());
            }
        }
        int leftShift = Math.max(0, shift(left.scale(), right.scale()));
        int rightShift = Math.max(0, shift(right.scale(), left.scale()));
        return new Meaning(
                integers.add(new Layer.Add(leftShift, rightShift), left.value(), right.value()),
                Math.min(left.scale(), right.scale()));
    }

    /** The s with coarse = fine * 2^s, or -1 where there is none from 0 to 30. */
    private static int shift(double coarse, double fine) {
        int shift = Math.getExponent(coarse / fine);
        boolean exact = shift >= 0 && shift <= Layer.Add.MOST_SHIFT && Math.scalb(fine, shift) == coarse;
        return exact ? shift : -1;
    }

    /** Activations at a coarser scale that is no power of two away: a multiplier of 25 bits. */
    private Meaning rescaled(Meaning x, double scale) {
        double factor = x.scale() / scale;
        int shift = Math.min(Requantise.MOST_SHIFT, 24 - Math.getExponent(factor));
        int multiplier = (int) Math.max(1, Math.rint(Math.scalb(factor, shift)));
        Requantise layer =
                new Requantise(multiplier, shift, (int) Layer.ACTIVATION.low(), (int) Layer.ACTIVATION.high());
        return new Meaning(integers.add(layer, x.value()), scale);
    }

    /** A value as activations: as it is, or requantised once for everyone who asks. */
    private Meaning activation(int value) {
        Meaning x = meanings.get(value);
        if (integers.isActivation(x.value())) {
            return x;
        }
        Meaning known = activations.get(value);
        if (known == null) {
            known = requantise(x, value, false);
            activations.put(value, known);
        }
        return known;
    }

    /** Requantises sums to what the samples show of {@code shown}. */
    private Meaning requantise(Meaning x, int shown, boolean relu) {
        double seen = (relu ? calibration.high(shown) : calibration.magnitude(shown)) / x.scale();
        int least = leastShift(integers.tight(x.value()));
        int most = Math.min(options.mostActivation(), Lookahead.mostActivation(graph, shown));
        double levels = Math.scalb(seen, -least);
        boolean lasts = levels >= ENOUGH_LEVELS
                || (levels >= ENOUGH_LEVELS_AT_THE_END && Lookahead.weightedLayersAfter(graph, shown) < 2);
        if (most < Layer.ACTIVATION.high() || !lasts) {
            return clamped(x, seen, most, relu);
        }
        int low = relu ? 0 : (int) Layer.ACTIVATION.low();
        Requantise layer = new Requantise(1, least, low, (int) Layer.ACTIVATION.high());
        return new Meaning(integers.add(layer, x.value()), Math.scalb(x.scale(), least));
    }

    /** Requantises to at most {@code most}, with what the samples show, and a margin, within that. */
    private Meaning clamped(Meaning x, double seen, int most, boolean relu) {
        int shift = leastShift(integers.tight(x.value()));
        while (Math.scalb(seen * MARGIN, -shift) > most && shift < Requantise.MOST_SHIFT) {
            shift++;
        }
        int high = (int) Math.min(most, onesAbove(Math.scalb(seen * MARGIN, -shift)));
        Requantise layer = new Requantise(1, shift, relu ? 0 : -high, high);
        return new Meaning(integers.add(layer, x.value()), Math.scalb(x.scale(), shift));
    }

    private static int leastShift(Range x) {
        int shift = 1;
        while (!Layer.ACTIVATION.contains(
                new Range((x.low() + (1L << (shift - 1))) >> shift, (x.high() + (1L << (shift - 1))) >> shift))) {
            shift++;
        }
        return shift;
    }

    /** The least 2^b - 1 that is at least {@code x}, and at least 1. */
    private static long onesAbove(double x) {
        long ones = 1;
        while (ones < x) {
            ones = 2 * ones + 1;
        }
        return ones;
    }

    /** Whether {@code value} is a weighted sum that only a batch normalisation takes. */
    private boolean folded(int value) {
        boolean weighted = value > 0
                && (graph.nodes().get(value - 1).operation() instanceof Linear
                        || graph.nodes().get(value - 1).operation() instanceof Convolution);
        return weighted
                && uses[value] == 1
                && value != graph.output()
                && graph.nodes().get(user(value)).operation() instanceof ChannelAffine;
    }

    /** The first node that takes {@code value}, or -1. */
    private int user(int value) {
        for (int node = 0; node < graph.nodes().size(); node++) {
            if (graph.nodes().get(node).inputs().contains(value)) {
                return node;
            }
        }
        return -1;
    }

    private static boolean finite(double[] numbers) {
        return Arrays.stream(numbers).allMatch(Double::isFinite);
    }

    private static UnsupportedModelException unsupported(FloatNode node, String problem) {
        return UnsupportedModelException.at(node.operation().name(), node.place(), problem);
    }
}
