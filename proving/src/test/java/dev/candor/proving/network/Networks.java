package dev.candor.proving.network;

import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork.WorstCase;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import dev.candor.proving.network.TokenLayer.Affine;
import dev.candor.proving.network.TokenLayer.Centre;
import dev.candor.proving.network.TokenLayer.Embedding;
import dev.candor.proving.network.TokenLayer.MatMul;
import dev.candor.proving.network.TokenLayer.Normalise;
import dev.candor.proving.network.TokenLayer.Permute;
import dev.candor.proving.network.TokenLayer.Reshape;
import dev.candor.proving.network.TokenLayer.Slice;
import dev.candor.proving.network.TokenLayer.Softmax;
import dev.candor.proving.network.TokenLayer.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random small networks of every layer, for tests. */
public final class Networks {
    private Networks() {}

    /**
     * A network with random parameters for {@code nodes}; each requantise is given the smallest shift from the one it has on
     * that cannot overflow.
     */
    public static IntegerNetwork random(Input input, List<Node> nodes, Random random) {
        List<Node> done = new ArrayList<>();
        List<Parameters.Entry> entries = new ArrayList<>();
        List<WorstCase> tight = new ArrayList<>(List.of(WorstCases.input(input.range())));
        List<Shape> shapes = new ArrayList<>(List.of(input.shape()));
        for (Node node : nodes) {
            entries.add(parameters(node.layer(), random));
            if (node.layer() instanceof Layer.Requantise(int multiplier, int given, int low, int high)) {
                Range x = tight.get(node.inputs().getFirst()).range();
                int shift = given;
                while (!fits(new Layer.Requantise(multiplier, shift, low, high), x)) {
                    shift++;
                }
                done.add(new Node(new Layer.Requantise(multiplier, shift, low, high), node.inputs()));
            } else {
                done.add(node);
            }
            tight.add(WorstCases.of(
                    "test",
                    done.getLast().layer(),
                    entries.getLast(),
                    node.inputs().stream().map(tight::get).toList(),
                    node.inputs().stream().map(shapes::get).toList()));
            shapes.add(node.layer()
                    .outputShape(node.inputs().stream().map(shapes::get).toList()));
        }
        return new IntegerNetwork(new Architecture(input, 1, done), new Parameters(entries));
    }

    /** A network with one of each layer, of a plane of 9 x 7 bytes. */
    public static IntegerNetwork everyLayer(Random random) {
        return random(new Input(Shape.of(1, 9, 7), new Range(-128, 127), 0.5), everyLayer(), random);
    }

    /** One of each layer that fits a plane of 9 x 7. */
    static List<Node> everyLayer() {
        return List.of(
                new Node(new Conv2d(1, 3, Window.square(3, 1, 1)), List.of(0)),
                new Node(new Requantise(1, 1, -100, 100), List.of(1)),
                new Node(new Conv2d(3, 3, Window.square(3, 1, 1)), List.of(2)),
                new Node(new Requantise(5, 1, -128, 127), List.of(3)),
                new Node(new Add(3, 0), List.of(4, 2)),
                new Node(new Relu(), List.of(5)),
                new Node(new MaxPool2d(Window.square(2, 2)), List.of(6)),
                new Node(new SumPool2d(Window.square(2, 1, 1)), List.of(7)),
                new Node(new Flatten(), List.of(8)),
                new Node(new Dense(60, 5), List.of(9)),
                new Node(new Requantise(1, 1, 0, 32767), List.of(10)),
                new Node(new Dense(5, 3), List.of(11)));
    }

    /** Attention, a normalised row and a table: one of each operation of transformers, for tokens out of 11. */
    public static IntegerNetwork everyTokenLayer(Random random) {
        return random(new Input(Shape.of(6), new Range(0, 10), 1), everyTokenLayer(), random);
    }

    /** The same with more nodes behind, each of which takes the value before it. */
    public static IntegerNetwork everyTokenLayer(Random random, List<Layer> more) {
        List<Node> nodes = new ArrayList<>(everyTokenLayer());
        for (Layer layer : more) {
            nodes.add(new Node(layer, List.of(nodes.size())));
        }
        return random(new Input(Shape.of(6), new Range(0, 10), 1), nodes, random);
    }

    static List<Node> everyTokenLayer() {
        int[] square = new int[256];
        Arrays.setAll(square, i -> (i - 128) * (i - 128));
        int[] exponentials = new int[512];
        Arrays.setAll(exponentials, i -> (int) (32767 * Math.pow(0.98, i)));
        return List.of(
                new Node(new Embedding(11, 24), List.of(0)), // 6 x 24
                new Node(new Slice(1, 0, 8), List.of(1)),
                new Node(new Slice(1, 8, 8), List.of(1)),
                new Node(new Slice(1, 16, 8), List.of(1)),
                new Node(new Reshape(Shape.of(6, 2, 4)), List.of(2)),
                new Node(new Reshape(Shape.of(6, 2, 4)), List.of(3)),
                new Node(new Reshape(Shape.of(6, 2, 4)), List.of(4)),
                new Node(new Permute(List.of(1, 0, 2)), List.of(5)),
                new Node(new Permute(List.of(1, 0, 2)), List.of(6)),
                new Node(new Permute(List.of(1, 0, 2)), List.of(7)), // 2 x 6 x 4
                new Node(new MatMul(true), List.of(8, 9)), // 2 x 6 x 6
                new Node(new Requantise(1, 4, -256, 255), List.of(11)),
                new Node(new Softmax(6, IntTensor.copyOf(exponentials), 38), List.of(12)),
                new Node(new Requantise(1, 24, -32768, 32767), List.of(13)),
                new Node(new MatMul(false), List.of(14, 10)), // 2 x 6 x 4
                new Node(new Permute(List.of(1, 0, 2)), List.of(15)),
                new Node(new Reshape(Shape.of(6, 8)), List.of(16)),
                new Node(new Requantise(1, 6, -32768, 32767), List.of(17)),
                new Node(new Centre(8), List.of(18)),
                new Node(new Requantise(1, 7, -2048, 2047), List.of(19)),
                new Node(new Normalise(8, 24, 3), List.of(20)),
                new Node(new Requantise(1, 10, -32768, 32767), List.of(21)),
                new Node(new Affine(8), List.of(22)),
                new Node(new Requantise(1, 1, -128, 127), List.of(23)),
                new Node(new Table(-128, IntTensor.copyOf(square)), List.of(24)));
    }

    /** Nodes that each take the value before them. */
    public static List<Node> chain(Layer... layers) {
        List<Node> nodes = new ArrayList<>();
        for (Layer layer : layers) {
            nodes.add(new Node(layer, List.of(nodes.size())));
        }
        return nodes;
    }

    /** A random batch within the input's range. */
    public static long[] input(IntegerNetwork network, int batch, Random random) {
        Input input = network.architecture().input();
        return random.longs(
                        (long) batch * input.shape().elements(),
                        input.range().low(),
                        input.range().high() + 1)
                .toArray();
    }

    private static boolean fits(Layer.Requantise requantise, Range x) {
        return Layer.ACTIVATION.contains(new Range(requantise.shifted(x.low()), requantise.shifted(x.high())));
    }

    private static Parameters.Entry parameters(Layer layer, Random random) {
        byte[] weights = new byte[layer.weightCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) (random.nextInt(255) - 127);
        }
        int[] biases = random.ints(layer.biasCount(), -5000, 5000).toArray();
        return new Parameters.Entry(ByteTensor.copyOf(weights), IntTensor.copyOf(biases));
    }
}
