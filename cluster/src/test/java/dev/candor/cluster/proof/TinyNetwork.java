package dev.candor.cluster.proof;

import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An integer network that is proven in no time. */
final class TinyNetwork {
    static final int INPUTS = 16;
    static final int OUTPUTS = 4;

    private TinyNetwork() {}

    static IntegerNetwork of(long seed) {
        Random random = new Random(seed);
        List<Layer> layers =
                List.of(new Layer.Dense(INPUTS, 8), new Layer.Requantise(1, 7, 0, 127), new Layer.Dense(8, OUTPUTS));
        List<Node> nodes = new ArrayList<>();
        List<Parameters.Entry> entries = new ArrayList<>();
        for (Layer layer : layers) {
            byte[] weights = new byte[layer.weightCount()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (byte) (random.nextInt(255) - 127);
            }
            nodes.add(new Node(layer, List.of(nodes.size())));
            entries.add(new Parameters.Entry(
                    ByteTensor.copyOf(weights),
                    IntTensor.copyOf(random.ints(layer.biasCount(), -500, 500).toArray())));
        }
        Architecture.Input input = new Architecture.Input(Shape.of(INPUTS), new Range(-127, 127), 1.0 / 127);
        return new IntegerNetwork(new Architecture(input, 0.5, nodes), new Parameters(entries));
    }
}
