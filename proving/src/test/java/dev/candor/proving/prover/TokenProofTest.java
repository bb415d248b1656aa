package dev.candor.proving.prover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.graph.Samples;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.UnprovableException;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
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
import dev.candor.proving.quantise.ModelCompiler;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.verifier.Executions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenProofTest {

    private static final CodeParameters SMALL = CodeParameters.forOpenings(256, 2048, 2, 4);
    private static final Range BYTE = new Range(-128, 127);
    private static final Requantise CLAMP = new Requantise(1, 1, -127, 127);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 33})
    void provesEveryLayerOfTransformers(int samples) {
        Random random = new Random(samples);
        accepts(Networks.everyTokenLayer(random, List.of(new Dense(8, 3))), samples, random);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void provesRandomBlocks(int seed) {
        Random random = new Random(seed);
        int tokens = 1 + random.nextInt(7);
        int heads = 1 + random.nextInt(3);
        int width = 1 + random.nextInt(5);
        accepts(block(tokens, heads, width, random), 1 + random.nextInt(3), random);
    }

    /** A block as a transformer has it, of any sizes, whose parts a random choice leaves out. */
    private static IntegerNetwork block(int tokens, int heads, int width, Random random) {
        int model = heads * width;
        Chain chain = new Chain();
        int x = chain.add(new Embedding(9, model), 0);
        int wide = chain.add(new Dense(model, 3 * model), x);
        List<Integer> parts = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            int slice = chain.add(new Slice(1, part * model, model), wide);
            int split = chain.add(new Reshape(Shape.of(tokens, heads, width)), slice);
            int head = chain.add(new Permute(List.of(1, 0, 2)), split);
            parts.add(chain.add(CLAMP, head));
        }
        int scores = chain.add(CLAMP, chain.add(new MatMul(true), parts.get(0), parts.get(1)));
        int[] exponentials = new int[255];
        Arrays.setAll(exponentials, i -> (int) (32767 * Math.pow(0.97, i)));
        int soft = chain.add(new Softmax(tokens, IntTensor.copyOf(exponentials), 38), scores);
        int probabilities = chain.add(new Requantise(1, 24, -32768, 32767), soft);
        int mixed = chain.add(new MatMul(false), probabilities, parts.get(2));
        int merged = chain.add(new Reshape(Shape.of(tokens, model)), chain.add(new Permute(List.of(1, 0, 2)), mixed));
        int attended = chain.add(CLAMP, merged);
        int sum = chain.add(new Add(3, 0), x, chain.add(new Dense(model, model), attended));
        int residual = chain.add(CLAMP, sum);
        if (random.nextBoolean()) {
            int centred = chain.add(new Requantise(1, 1, -300, 300), chain.add(new Centre(model), residual));
            int normal = chain.add(new Normalise(model, 20, 1 + random.nextInt(9)), centred);
            residual = chain.add(new Affine(model), chain.add(new Requantise(1, 8, -32768, 32767), normal));
            residual = chain.add(CLAMP, residual);
        }
        if (random.nextBoolean()) {
            int[] table = random.ints(255, -32768, 32768).toArray();
            residual = chain.add(new Table(-127, IntTensor.copyOf(table)), residual);
        }
        chain.add(new Dense(model, 2), residual);
        return Networks.random(new Input(Shape.of(tokens), new Range(0, 8), 1), chain.nodes, random);
    }

    private static final class Chain {
        private final List<Node> nodes = new ArrayList<>();

        int add(dev.candor.proving.network.Layer layer, Integer... inputs) {
            nodes.add(new Node(layer, List.of(inputs)));
            return nodes.size();
        }
    }

    /** From a trained network's file to a proof. */
    @ParameterizedTest
    @ValueSource(strings = {"block", "tokens"})
    void provesWhatIsCompiledFromTorchScript(String name) {
        Samples samples = Samples.of(name);
        IntegerNetwork network = ModelCompiler.compile(
                        Samples.file(name + ".pt"), samples.shape(), samples.inputs(), QuantiseOptions.DEFAULT)
                .quantised()
                .network();
        accepts(network, 2, new Random(7));
    }

    @Test
    void provesProductsOfPublicTensors() {
        List<Node> nodes = List.of(
                new Node(new Reshape(Shape.of(1, 2, 3)), List.of(0)),
                new Node(new MatMul(true), List.of(1, 1)),
                new Node(new Requantise(1, 3, -200, 200), List.of(2)),
                new Node(new Dense(2, 2), List.of(3)));
        Random random = new Random(3);
        accepts(Networks.random(new Input(Shape.of(2, 3), BYTE, 1), nodes, random), 3, random);
    }

    @Test
    void provesAnEmbeddingAlone() {
        Random random = new Random(4);
        accepts(
                Networks.random(
                        new Input(Shape.of(3), new Range(0, 6), 1), Networks.chain(new Embedding(7, 5)), random),
                2,
                random);
    }

    @Test
    void provesPiecesThatWereMerged() {
        Random random = new Random(5);
        accepts(
                Networks.random(
                        new Input(Shape.of(4, 3), BYTE, 1),
                        Networks.chain(
                                new Dense(3, 6),
                                CLAMP,
                                new Reshape(Shape.of(2, 12)),
                                new Permute(List.of(1, 0)),
                                new Slice(0, 1, 10),
                                new Slice(1, 1, 1),
                                new Reshape(Shape.of(5, 2)),
                                new Dense(2, 3)),
                        random),
                2,
                random);
    }

    @Test
    void refusesByNameWhatHasNoArgument() {
        Random random = new Random(6);
        Architecture hidden = Networks.random(
                        new Input(Shape.of(3), new Range(0, 6), 1), Networks.chain(new Embedding(7, 5)), random)
                .architecture();
        assertThatThrownBy(() -> new NetworkCircuit(hidden, 1, true))
                .isInstanceOf(UnprovableException.class)
                .hasMessageContaining("node 0 (embedding)");
        Architecture looked = Networks.random(
                        new Input(Shape.of(3), new Range(0, 6), 1),
                        Networks.chain(new Embedding(7, 5), new Relu()),
                        random)
                .architecture();
        assertThatThrownBy(() -> new NetworkCircuit(looked, 1))
                .isInstanceOf(UnprovableException.class)
                .hasMessageContaining("node 1 (relu): it looks up values that are no cells");
    }

    private static void accepts(IntegerNetwork network, int samples, Random random) {
        Executions execution = new Executions(network, samples, Networks.input(network, samples, random), SMALL);
        assertThat(execution.verifier().verify(execution.statement, execution.prove()))
                .isNull();
    }
}
