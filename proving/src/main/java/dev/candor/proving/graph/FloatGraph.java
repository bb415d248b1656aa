package dev.candor.proving.graph;

import dev.candor.proving.graph.FloatOperation.AveragePool;
import dev.candor.proving.graph.FloatOperation.Convolution;
import dev.candor.proving.graph.FloatOperation.Linear;
import dev.candor.proving.graph.FloatOperation.MaxPool;
import dev.candor.proving.graph.FloatOperation.Reshape;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A trained network: nodes in topological order. Value 0 is the input, value i the output of node i - 1; {@link #output()} is one of them.
 * Immutable.
 */
public final class FloatGraph {
    private final Shape input;
    private final List<FloatNode> nodes;
    private final List<Shape> shapes;
    private final int output;

    /**
     * An operation in its place.
     *
     * @param inputs the values it takes
     * @param place where the model's file asks for it
     */
    public record FloatNode(FloatOperation operation, List<Integer> inputs, String place) {
        public FloatNode {
            inputs = List.copyOf(inputs);
        }
    }

    private FloatGraph(Shape input, List<FloatNode> nodes, List<Shape> shapes, int output) {
        this.input = input;
        this.nodes = List.copyOf(nodes);
        this.shapes = List.copyOf(shapes);
        this.output = output;
    }

    /** The shape of one sample of the input. */
    public Shape input() {
        return input;
    }

    /** The nodes. */
    public List<FloatNode> nodes() {
        return nodes;
    }

    /** The shape of a value, for one sample. */
    public Shape shape(int value) {
        return shapes.get(value);
    }

    /** The value that the network gives. */
    public int output() {
        return output;
    }

    /** How many nodes take each value; the network's output counts as one more. */
    public int[] uses() {
        int[] uses = new int[shapes.size()];
        nodes.forEach(node -> node.inputs().forEach(value -> uses[value]++));
        uses[output]++;
        return uses;
    }

    /** Collects nodes; refuses operations that do not fit what they are given. */
    public static final class Builder {
        private static final int MOST_NODES = 4000;

        private final Shape input;
        private final List<FloatNode> nodes = new ArrayList<>();
        private final List<Shape> shapes = new ArrayList<>();

        /** Begins with one input. */
        public Builder(Shape input) {
            this.input = input;
            shapes.add(input);
        }

        /** The shape of a value so far. */
        public Shape shape(int value) {
            return shapes.get(value);
        }

        /** The node that gives a value, or nothing for the input. */
        public Optional<FloatNode> node(int value) {
            return value == 0 ? Optional.empty() : Optional.of(nodes.get(value - 1));
        }

        /** Adds an operation and returns the value that it gives. */
        public int add(FloatOperation operation, List<Integer> inputs, String place) {
            if (nodes.size() == MOST_NODES) {
                throw new UnsupportedModelException("the model has more than " + MOST_NODES + " operations");
            }
            shapes.add(shapeOf(operation, inputs, place));
            nodes.add(new FloatNode(operation, inputs, place));
            return nodes.size();
        }

        /** The graph that gives {@code output}; what that does not need is left out. */
        public FloatGraph build(int output) {
            boolean[] needed = new boolean[shapes.size()];
            needed[output] = true;
            for (int value = output; value > 0; value--) {
                if (needed[value]) {
                    nodes.get(value - 1).inputs().forEach(taken -> needed[taken] = true);
                }
            }
            int[] renamed = new int[shapes.size()];
            List<FloatNode> kept = new ArrayList<>();
            List<Shape> keptShapes = new ArrayList<>(List.of(input));
            for (int value = 1; value < needed.length; value++) {
                if (needed[value]) {
                    FloatNode node = nodes.get(value - 1);
                    List<Integer> taken =
                            node.inputs().stream().map(v -> renamed[v]).toList();
                    kept.add(new FloatNode(node.operation(), taken, node.place()));
                    keptShapes.add(shapes.get(value));
                    renamed[value] = kept.size();
                }
            }
            if (kept.isEmpty() || !needed[0]) {
                throw new UnsupportedModelException("the model's output does not depend on its input");
            }
            return new FloatGraph(input, kept, keptShapes, renamed[output]);
        }

        private Shape shapeOf(FloatOperation operation, List<Integer> inputs, String place) {
            Shape x = shapes.get(inputs.getFirst());
            return switch (operation) {
                case Linear linear -> {
                    require(x.last() == linear.inputs(), operation, place, x);
                    List<Integer> sizes = new ArrayList<>(x.sizes());
                    sizes.set(sizes.size() - 1, linear.outputs());
                    yield new Shape(sizes);
                }
                case Convolution convolution -> {
                    require(x.rank() == 3 && x.size(0) == convolution.channels(), operation, place, x);
                    yield windowed(operation, place, x, convolution.window(), convolution.outputs());
                }
                case MaxPool(Window window) -> windowed(operation, place, x, window, x.size(0));
                case AveragePool(Window window, int _) -> windowed(operation, place, x, window, x.size(0));
                case FloatOperation.ChannelAffine affine -> {
                    require(affine.factor().elements() == x.size(0), operation, place, x);
                    yield x;
                }
                case Reshape(Shape shape) -> {
                    require(shape.elements() == x.elements(), operation, place, x);
                    yield shape;
                }
                case FloatOperation.Relu _ -> x;
                case TokenOperation token -> {
                    Shape shape = TokenOperation.shapeOf(
                            token, inputs.stream().map(shapes::get).toList());
                    if (shape == null) {
                        require(false, operation, place, x);
                    }
                    yield Objects.requireNonNull(shape);
                }
                case FloatOperation.Add _ -> {
                    require(x.equals(shapes.get(inputs.getLast())), operation, place, shapes.get(inputs.getLast()));
                    yield x;
                }
            };
        }

        private static Shape windowed(FloatOperation operation, String place, Shape x, Window window, int channels) {
            require(x.rank() == 3, operation, place, x);
            int down = window.positionsDown(x.size(1));
            int across = window.positionsAcross(x.size(2));
            require(down > 0 && across > 0, operation, place, x);
            return Shape.of(channels, down, across);
        }

        private static void require(boolean fits, FloatOperation operation, String place, Shape given) {
            if (!fits) {
                throw UnsupportedModelException.at(
                        operation.name(), place, "does not fit an input of " + given + "; is the input's shape right?");
            }
        }
    }
}
