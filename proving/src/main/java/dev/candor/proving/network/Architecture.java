package dev.candor.proving.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The public part of an integer network: a graph in topological order. Value 0 is the input, value i the output of node i - 1, and the
 * last value is the network's output. Every other value is taken by some node.
 *
 * <p>Shapes and worst-case ranges of all values are derived on construction; {@link InvalidNetworkException} where a node does not fit.
 * Immutable.
 */
public final class Architecture {
    /** The most nodes. */
    public static final int MOST_NODES = 4096;

    private final Input input;
    private final double outputScale;
    private final List<Node> nodes;
    private final List<Shape> shapes = new ArrayList<>();
    private final List<Range> ranges = new ArrayList<>();
    private final long multiplyAccumulates;

    /**
     * What goes in.
     *
     * @param shape of one sample
     * @param range within that of activations
     * @param scale what 1 stands for: real value = scale * integer; finite, above 0
     */
    public record Input(Shape shape, Range range, double scale) {
        public Input {
            Rules.activation("the network's input", range);
            requireScale(scale);
        }
    }

    /**
     * Checks and completes a graph.
     *
     * @param outputScale what 1 stands for in the output; finite, above 0
     * @param nodes in topological order
     */
    public Architecture(Input input, double outputScale, List<Node> nodes) {
        requireScale(outputScale);
        if (nodes.isEmpty() || nodes.size() > MOST_NODES) {
            throw new InvalidNetworkException(
                    "a network has " + nodes.size() + " nodes; 1 to " + MOST_NODES + " are possible");
        }
        this.input = input;
        this.outputScale = outputScale;
        this.nodes = List.copyOf(nodes);
        shapes.add(input.shape());
        ranges.add(input.range());
        boolean[] taken = new boolean[nodes.size() + 1];
        long products = 0;
        for (Node node : this.nodes) {
            products += append(node, taken);
        }
        this.multiplyAccumulates = products;
        for (int value = 0; value < nodes.size(); value++) {
            if (!taken[value]) {
                throw new InvalidNetworkException("value " + value + " is taken by no node");
            }
        }
    }

    private long append(Node node, boolean[] taken) {
        int value = shapes.size();
        String place = "node " + (value - 1) + " (" + node.layer().name() + ")";
        if (node.inputs().size() != node.layer().arity()) {
            throw new InvalidNetworkException(place + " is given "
                    + node.inputs().size() + " inputs and takes " + node.layer().arity());
        }
        List<Shape> takenShapes = new ArrayList<>();
        List<Range> takenRanges = new ArrayList<>();
        for (int input : node.inputs()) {
            if (input < 0 || input >= value) {
                throw new InvalidNetworkException(place + " takes value " + input + ", which does not come before it");
            }
            taken[input] = true;
            takenShapes.add(shapes.get(input));
            takenRanges.add(ranges.get(input));
        }
        try {
            shapes.add(node.layer().outputShape(takenShapes));
            Range range = node.layer().outputRange(takenRanges, takenShapes);
            if (!Layer.ACCUMULATOR.contains(range)) {
                throw new InvalidNetworkException("its values within " + range + " pass 2^59");
            }
            ranges.add(range);
        } catch (InvalidNetworkException e) {
            throw new InvalidNetworkException(place + ": " + e.getMessage());
        }
        return node.layer().multiplyAccumulates(takenShapes);
    }

    /** What goes in. */
    public Input input() {
        return input;
    }

    /** What 1 stands for in the output. */
    public double outputScale() {
        return outputScale;
    }

    /** The nodes, in topological order. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The number of values: nodes and the input. */
    public int values() {
        return shapes.size();
    }

    /** The output's value. */
    public int output() {
        return nodes.size();
    }

    /** The shape of a value, for one sample. */
    public Shape shape(int value) {
        return shapes.get(value);
    }

    /** The range of a value, for every choice of parameters and input in range. */
    public Range range(int value) {
        return ranges.get(value);
    }

    /** Multiplications, by weights or among activations, for one sample. */
    public long multiplyAccumulates() {
        return multiplyAccumulates;
    }

    private static void requireScale(double scale) {
        if (!(scale > 0) || scale > 1e30 || scale < 1e-30) {
            throw new InvalidNetworkException("a scale is " + scale + "; it has to lie between 1e-30 and 1e30");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Architecture that
                && input.equals(that.input)
                && Double.compare(outputScale, that.outputScale) == 0
                && nodes.equals(that.nodes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(input, outputScale, nodes);
    }

    /** The input's shape and the number of nodes. */
    @Override
    public String toString() {
        return "Architecture[" + input.shape() + ", " + nodes.size() + " nodes]";
    }
}
