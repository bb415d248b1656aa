package dev.candor.proving.execution;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.budget.OpeningBudget;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.ModelOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Proves a small network of its own over and over, so that the loops are compiled before the first proof that somebody waits for: until then
 * they box every vector and run a hundred times slower. A service calls it before it takes work.
 */
public final class WarmUp {

    private static final int SAMPLES = 4;
    private static final Range BYTE = new Range(-128, 127);

    private WarmUp() {}

    /**
     * Proves for as long as {@code time}, at least once.
     *
     * @param workers the threads that will prove
     * @return how many proofs were made
     */
    public static int run(Workers workers, Duration time) {
        Field field = Goldilocks.INSTANCE;
        IntegerNetwork network = network(new Random(1));
        CodeParameters parameters = CodeParameters.forOpenings(1024, 8192, 4, 0);
        ModelOwner owner = ModelOwner.commit(field, network, parameters, SecureRandomness::create);
        ExecutionProver prover =
                new ExecutionProver(owner, SAMPLES, false, new Unlimited(), SecureRandomness::create, workers);
        long[] input = new Random(2)
                .longs((long) SAMPLES * network.architecture().input().shape().elements(), BYTE.low(), BYTE.high() + 1)
                .toArray();
        int proofs = 0;
        long end = System.nanoTime() + time.toNanos();
        do {
            try {
                var _ = prover.prove(input, List.<Digest>of());
            } catch (BudgetException e) {
                throw new IllegalStateException("A budget without an end has come to one.", e);
            }
            proofs++;
        } while (System.nanoTime() - end < 0);
        return proofs;
    }

    /** Openings of a model that nobody keeps: its parameters are public, so nothing is lost by opening too many columns. */
    private static final class Unlimited implements OpeningBudget {
        @Override
        public long next() {
            return 1;
        }

        @Override
        public long left() {
            return Long.MAX_VALUE;
        }
    }

    private static IntegerNetwork network(Random random) {
        List<Layer> layers = List.of(
                new Conv2d(1, 8, Window.square(5, 1, 2)),
                new Requantise(1, 5, 0, 127),
                new MaxPool2d(Window.square(2, 2)),
                new Flatten(),
                new Dense(8 * 12 * 12, 64),
                new Requantise(1, 10, 0, 127),
                new Dense(64, 10));
        List<Node> nodes = new ArrayList<>();
        List<Parameters.Entry> entries = new ArrayList<>();
        for (Layer layer : layers) {
            byte[] weights = new byte[layer.weightCount()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (byte) (random.nextInt(255) - 127);
            }
            int[] biases = random.ints(layer.biasCount(), -5000, 5000).toArray();
            nodes.add(new Node(layer, List.of(nodes.size())));
            entries.add(new Parameters.Entry(ByteTensor.copyOf(weights), IntTensor.copyOf(biases)));
        }
        Architecture.Input input = new Architecture.Input(Shape.of(1, 24, 24), BYTE, 1);
        return new IntegerNetwork(new Architecture(input, 1, nodes), new Parameters(entries));
    }
}
