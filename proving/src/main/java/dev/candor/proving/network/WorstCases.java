package dev.candor.proving.network;

import dev.candor.proving.network.IntegerNetwork.WorstCase;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import java.util.ArrayList;
import java.util.List;

/** Interval arithmetic over a graph with its true parameters. */
public final class WorstCases {
    private WorstCases() {}

    /** The bounds of every value; {@link InvalidNetworkException} where parameters do not fit or a requantise could overflow. */
    static List<WorstCase> of(Architecture architecture, Parameters parameters) {
        List<Node> nodes = architecture.nodes();
        if (parameters.nodes().size() != nodes.size()) {
            throw new InvalidNetworkException("parameters are given for "
                    + parameters.nodes().size() + " nodes and the network has " + nodes.size());
        }
        List<WorstCase> cases = new ArrayList<>();
        cases.add(exact(architecture.input().range()));
        for (int node = 0; node < nodes.size(); node++) {
            Layer layer = nodes.get(node).layer();
            String place = "node " + node + " (" + layer.name() + ")";
            Parameters.Entry entry = parameters.nodes().get(node);
            check(place, layer, entry);
            List<Integer> taken = nodes.get(node).inputs();
            List<WorstCase> inputs = taken.stream().map(cases::get).toList();
            cases.add(of(
                    place,
                    layer,
                    entry,
                    inputs,
                    taken.stream().map(architecture::shape).toList()));
        }
        return List.copyOf(cases);
    }

    /**
     * The bounds of one layer's output.
     *
     * @param place for messages
     * @param inputs the bounds of what it takes
     * @param shapes the shapes of what it takes
     */
    public static WorstCase of(
            String place, Layer layer, Parameters.Entry entry, List<WorstCase> inputs, List<Shape> shapes) {
        Range x = inputs.getFirst().range();
        List<Range> ranges = inputs.stream().map(WorstCase::range).toList();
        return switch (layer) {
            case Dense(int fanIn, int _) -> accumulated(entry, fanIn, x, false);
            case Conv2d conv ->
                accumulated(entry, conv.fanIn(), x, conv.window().padded());
            case Requantise requantise ->
                requantised(
                        place, requantise, inputs.getFirst(), shapes.getFirst().last());
            case Relu _, SumPool2d _, Add _ -> exact(layer.outputRange(ranges));
            case MaxPool2d _, Flatten _ -> exact(x);
            case TokenLayer token -> token(token, entry, inputs, shapes);
        };
    }

    /** The bounds on whatever input there is, with no parameters: the start of a graph. */
    public static WorstCase input(Range range) {
        return exact(range);
    }

    private static WorstCase token(
            TokenLayer layer, Parameters.Entry entry, List<WorstCase> inputs, List<Shape> shapes) {
        Range x = inputs.getFirst().range();
        Range range = layer.outputRange(inputs.stream().map(WorstCase::range).toList(), shapes);
        return switch (layer) {
            case TokenLayer.Affine _ -> accumulated(entry, 1, x, false);
            case TokenLayer.Centre(int size) -> new WorstCase(range, 2L * size * x.magnitude());
            // Squares of the factor times the sum of squares.
            case TokenLayer.Normalise _ -> new WorstCase(range, 1L << 52);
            case TokenLayer.Softmax softmax -> new WorstCase(range, range.high(), 1L << softmax.fraction());
            case TokenLayer.MatMul _ -> product(range, inputs);
            case TokenLayer.Table _,
                    TokenLayer.Embedding _,
                    TokenLayer.Reshape _,
                    TokenLayer.Permute _,
                    TokenLayer.Slice _ -> exact(range);
        };
    }

    /**
     * The bounds of sums of {@code fanIn} products and a bias.
     *
     * @param entry weights and biases, {@code fanIn} consecutive weights for each bias
     * @param x the range of the inputs
     * @param padded whether an input may also be 0
     */
    private static WorstCase accumulated(Parameters.Entry entry, int fanIn, Range x, boolean padded) {
        long xLow = padded ? Math.min(x.low(), 0) : x.low();
        long xHigh = padded ? Math.max(x.high(), 0) : x.high();
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        long partial = 0;
        for (int o = 0; o < entry.biases().size(); o++) {
            long least = entry.biases().at(o);
            long most = least;
            long sum = Math.abs(least);
            for (int k = o * fanIn; k < (o + 1) * fanIn; k++) {
                int w = entry.weights().at(k);
                least += w * (w < 0 ? xHigh : xLow);
                most += w * (w < 0 ? xLow : xHigh);
                sum += Math.abs(w) * x.magnitude();
            }
            low = Math.min(low, least);
            high = Math.max(high, most);
            partial = Math.max(partial, sum);
        }
        return new WorstCase(new Range(low, high), partial);
    }

    /** An element of a product is at most what a row of the left side adds up to times the largest of the right side. */
    private static WorstCase product(Range range, List<WorstCase> inputs) {
        long rows = inputs.getFirst().rowSum();
        long right = inputs.getLast().range().magnitude();
        if (rows == WorstCase.UNKNOWN || rows > range.magnitude() / Math.max(1, right)) {
            return exact(range);
        }
        return exact(new Range(-rows * right, rows * right));
    }

    private static WorstCase requantised(String place, Requantise requantise, WorstCase input, int row) {
        Range x = input.range();
        Range z = new Range(requantise.shifted(x.low()), requantise.shifted(x.high()));
        if (!Layer.ACTIVATION.contains(z)) {
            throw new InvalidNetworkException(place + ": values within " + x + " become " + z + " at shift "
                    + requantise.shift() + ", which does not fit 16 bits; a larger shift is needed");
        }
        return new WorstCase(
                new Range(requantise.apply(x.low()), requantise.apply(x.high())),
                x.magnitude() * requantise.multiplier() + (1L << (requantise.shift() - 1)),
                rounded(requantise, input.rowSum(), row));
    }

    /** Each of the elements of a row moves by a half at most when it is rounded, and a clamp moves it towards 0. */
    private static long rounded(Requantise requantise, long rowSum, int row) {
        if (rowSum > Layer.ACCUMULATOR.high() / requantise.multiplier()) {
            return WorstCase.UNKNOWN;
        }
        return ((rowSum * requantise.multiplier()) >> requantise.shift()) + 1 + (row + 1) / 2;
    }

    private static WorstCase exact(Range range) {
        return new WorstCase(range, range.magnitude());
    }

    private static void check(String place, Layer layer, Parameters.Entry entry) {
        if (entry.weights().size() != layer.weightCount() || entry.biases().size() != layer.biasCount()) {
            throw new InvalidNetworkException(place + " is given "
                    + entry.weights().size() + " weights and " + entry.biases().size() + " biases and takes "
                    + layer.weightCount() + " and " + layer.biasCount());
        }
        for (int i = 0; i < entry.weights().size(); i++) {
            if (entry.weights().at(i) < -Layer.MOST_WEIGHT) {
                throw new InvalidNetworkException(place + " has a weight of -128; weights lie within [-127, 127]");
            }
        }
    }
}
