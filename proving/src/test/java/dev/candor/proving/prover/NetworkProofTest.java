package dev.candor.proving.prover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Mersenne61;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.verifier.Executions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkProofTest {

    private static final CodeParameters SMALL = CodeParameters.forOpenings(256, 2048, 2, 4);
    private static final Range BYTE = new Range(-128, 127);
    private static final Requantise CLAMP = new Requantise(1, 1, -127, 127);
    private static final Requantise RELU = new Requantise(1, 1, 0, 127);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 33})
    void provesDenseLayers(int samples) {
        accepts(new Input(Shape.of(20), BYTE, 1), Networks.chain(new Dense(20, 7), RELU, new Dense(7, 3)), samples);
    }

    @Test
    void provesOneLayer() {
        accepts(new Input(Shape.of(5), BYTE, 1), Networks.chain(new Dense(5, 1)), 2);
    }

    @Test
    void provesDenseLayersOverSeveralRows() {
        accepts(new Input(Shape.of(3, 6), BYTE, 1), Networks.chain(new Dense(6, 5), CLAMP, new Dense(5, 2), CLAMP), 3);
    }

    @Test
    void provesConvolutionsAndPools() {
        accepts(
                new Input(Shape.of(2, 9, 8), BYTE, 1),
                Networks.chain(
                        new Conv2d(2, 3, Window.square(3, 1, 1)),
                        RELU,
                        new MaxPool2d(Window.square(2, 2)),
                        new Conv2d(3, 2, new Window(2, 3, 2, 1, 1, 0)),
                        CLAMP,
                        new SumPool2d(Window.square(2, 1)),
                        new Flatten(),
                        new Dense(4, 3)),
                3);
    }

    @Test
    void provesResidualAdditions() {
        accepts(
                new Input(Shape.of(6), BYTE, 1),
                List.of(
                        new Node(new Dense(6, 6), List.of(0)),
                        new Node(CLAMP, List.of(1)),
                        new Node(new Dense(6, 6), List.of(2)),
                        new Node(new Add(1, 0), List.of(1, 3)),
                        new Node(new Requantise(3, 1, -127, 127), List.of(4)),
                        new Node(new Relu(), List.of(5))),
                5);
    }

    @Test
    void provesOverTheCircleCode() {
        Random random = new Random(1);
        Input input = new Input(Shape.of(2, 6, 6), BYTE, 1);
        IntegerNetwork network = Networks.random(
                input,
                Networks.chain(
                        new Conv2d(2, 3, Window.square(3, 1, 1)),
                        RELU,
                        new MaxPool2d(Window.square(2, 2)),
                        new Flatten(),
                        new Dense(27, 3)),
                random);
        CodeParameters odd = CodeParameters.withFewestQueries(256, SMALL.randomSize() | 1, 2048, 4);
        Executions execution = new Executions(Mersenne61.INSTANCE, network, 3, Networks.input(network, 3, random), odd);
        assertThat(execution.verifier().verify(execution.statement, execution.prove()))
                .isNull();
    }

    @Test
    void refusesAnotherOutputInputOrOpening() {
        Executions execution =
                execution(new Input(Shape.of(20), BYTE, 1), Networks.chain(new Dense(20, 7), RELU, new Dense(7, 3)), 2);
        Proof proof = execution.prove();
        Statement s = execution.statement;
        assertThat(execution.verifier().verify(s, proof)).isNull();
        for (int tensor = 0; tensor < 2; tensor++) {
            long[] values = s.tensors().get(tensor).toArray();
            values[1]++;
            List<Tensor> tensors = new ArrayList<>(s.tensors());
            tensors.set(tensor, Tensor.copyOf(values));
            assertThat(execution.verifier().verify(with(s, tensors, s.opening()), proof))
                    .isNotNull();
        }
        assertThat(execution.verifier().verify(with(s, s.tensors(), s.opening() + 1), proof))
                .isNotNull();
    }

    private static Statement with(Statement s, List<Tensor> tensors, long opening) {
        return new Statement(
                s.kind(),
                s.descriptor(),
                s.model(),
                s.roots(),
                s.epoch(),
                opening,
                s.samples(),
                tensors,
                s.requests(),
                s.work());
    }

    private static void accepts(Input input, List<Node> nodes, int samples) {
        Executions execution = execution(input, nodes, samples);
        assertThat(execution.verifier().verify(execution.statement, execution.prove()))
                .isNull();
    }

    private static Executions execution(Input input, List<Node> nodes, int samples) {
        Random random = new Random(samples);
        IntegerNetwork network = Networks.random(input, nodes, random);
        return new Executions(network, samples, Networks.input(network, samples, random), SMALL);
    }
}
