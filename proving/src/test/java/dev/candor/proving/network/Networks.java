package dev.candor.proving.network;

import dev.candor.proving.network.Architecture.Input;
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
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random small networks of every layer, for tests. */
public final class Networks {
    private Networks() {}

    /**
     * A network with random parameters for {@code nodes}, each of which takes the value before it, and perhaps another one; each
     * requantise is given the smallest shift that cannot overflow.
     */
    public static IntegerNetwork random(Input input, List<Node> nodes, Random random) {
        List<Node> done = new ArrayList<>();
        List<Parameters.Entry> entries = new ArrayList<>();
        @Nullable IntegerNetwork network = null;
        for (Node node : nodes) {
            entries.add(parameters(node.layer(), random));
            if (node.layer() instanceof Layer.Requantise(int multiplier, int _, int low, int high)) {
                Range x = network == null
                        ? input.range()
                        : network.worstCase(node.inputs().getFirst()).range();
                int shift = 1;
                while (!fits(new Layer.Requantise(multiplier, shift, low, high), x)) {
                    shift++;
                }
                done.add(new Node(new Layer.Requantise(multiplier, shift, low, high), node.inputs()));
            } else {
                done.add(node);
            }
            network = new IntegerNetwork(new Architecture(input, 1, done), new Parameters(entries));
        }
        return Objects.requireNonNull(network);
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
