package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Field;
import dev.candor.proving.layer.Forgeries;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Affine;
import dev.candor.proving.network.TokenLayer.MatMul;
import dev.candor.proving.network.TokenLayer.Normalise;
import dev.candor.proving.network.TokenLayer.Softmax;
import dev.candor.proving.network.TokenLayer.Table;
import dev.candor.proving.network.Window;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The honest prover with a witness that is none. */
final class MaliciousWitnessTest {

    private static final CodeParameters PARAMETERS = CodeParameters.forOpenings(256, 2048, 2, 4);
    private static final Requantise HALF = new Requantise(1, 1, -127, 127);

    private static Executions execution() {
        Random random = new Random(8);
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(1, 6, 6), new Range(-20, 20), 1),
                Networks.chain(
                        new Conv2d(1, 2, Window.square(3, 1)),
                        new Requantise(1, 1, -127, 127),
                        new Relu(),
                        new MaxPool2d(Window.square(2, 2)),
                        new Flatten(),
                        new Dense(8, 3),
                        new Requantise(3, 1, -20000, 20000)),
                random);
        return new Executions(network, 3, Networks.input(network, 3, random), PARAMETERS);
    }

    private static Executions tokens() {
        Random random = new Random(9);
        int[] exponentials = new int[201];
        Arrays.setAll(exponentials, i -> (int) (32767 * Math.pow(0.98, i)));
        Requantise clamp = new Requantise(1, 1, -100, 100);
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(2, 3), new Range(-20, 20), 1),
                List.of(
                        new Node(new Dense(3, 3), List.of(0)),
                        new Node(clamp, List.of(1)),
                        new Node(new MatMul(true), List.of(2, 2)),
                        new Node(clamp, List.of(3)),
                        new Node(new Softmax(2, IntTensor.copyOf(exponentials), 30), List.of(4)),
                        new Node(new Requantise(1, 16, -32768, 32767), List.of(5)),
                        new Node(new MatMul(false), List.of(6, 2)),
                        new Node(clamp, List.of(7)),
                        new Node(new Normalise(3, 20, 2), List.of(8)),
                        new Node(new Requantise(1, 6, -32768, 32767), List.of(9)),
                        new Node(new Affine(3), List.of(10)),
                        new Node(new Requantise(1, 1, -50, 50), List.of(11)),
                        new Node(new Table(-50, IntTensor.copyOf(new int[101])), List.of(12)),
                        new Node(new Add(0, 0), List.of(12, 13))),
                random);
        return new Executions(network, 3, Networks.input(network, 3, random), PARAMETERS);
    }

    @Test
    void refusesAnyCellOffByOne() {
        refusesAnyCellOffByOne(execution());
    }

    @Test
    void refusesAnyCellOfTransformersOffByOne() {
        refusesAnyCellOffByOne(tokens());
    }

    private static void refusesAnyCellOffByOne(Executions execution) {
        assertThat(execution.verifier().verify(execution.statement, execution.prove()))
                .isNull();
        Random random = new Random(1);
        for (Segment segment : execution.circuit.circuit().segments().getFirst()) {
            int cell = random.nextInt(segment.rows() * segment.columns());
            long difference = random.nextBoolean() ? 1 : -1;
            Forgeries.add(execution.field, execution.witness, segment, cell, difference);
            assertThat(execution.verifier().verify(execution.statement, execution.prove()))
                    .as("%s, cell %d", segment.name(), cell)
                    .isNotNull();
            Forgeries.add(execution.field, execution.witness, segment, cell, -difference);
        }
    }

    /** r + 2^s with z - 1, and r - 2^s with z + 1, all of the clamp adapted: the equation holds, only the range of r does not. */
    @Test
    void refusesARemainderOutOfItsRange() {
        for (int direction : new int[] {1, -1}) {
            Executions execution = execution();
            Segment low = segment(execution, "requantise-6-low");
            Segment result = segment(execution, "requantise-6-result");
            Segment group = segment(execution, "requantise-6-class");
            int cell = 0;
            while (!movable(execution, cell, low, group, direction)) {
                cell++;
            }
            Requantise layer = (Requantise)
                    execution.owner.network().architecture().nodes().get(6).layer();
            // One limb only: at most 12 bits.
            assertThat(layer.shift()).isLessThanOrEqualTo(12);
            Forgeries.add(execution.field, execution.witness, low, cell, -direction);
            Forgeries.add(execution.field, execution.witness, result, cell, -direction);
            Segment limb = segment(execution, "requantise-6-remainder-0");
            Forgeries.add(execution.field, execution.witness, limb, cell, direction * (1L << layer.shift()));
            Forgeries.addRow(execution.circuit, execution.witness, "requantise-6-clamp", cell, -direction);
            Forgeries.recount(execution.circuit, execution.witness);
            assertThat(execution.verifier().verify(execution.statement, execution.prove()))
                    .isNotNull();
        }
    }

    /** A network of weights of 1 and biases of 0, on the one input of which it is known what comes before its last layer. */
    private static Executions ones(Input input, long[] values, Layer... layers) {
        List<Parameters.Entry> entries = new ArrayList<>();
        for (Layer layer : layers) {
            byte[] weights = new byte[layer.weightCount()];
            Arrays.fill(weights, (byte) 1);
            entries.add(new Parameters.Entry(ByteTensor.copyOf(weights), IntTensor.copyOf(new int[layer.biasCount()])));
        }
        IntegerNetwork network =
                new IntegerNetwork(new Architecture(input, 1, Networks.chain(layers)), new Parameters(entries));
        return new Executions(network, 1, values, PARAMETERS);
    }

    /** The first output one more, everything else adapted to it: only what ties the look-ups to the committed cells is broken. */
    private static void refusesOneMoreByATableAlone(Executions execution) {
        long[] outputs = execution.execution.outputs().toArray();
        outputs[0]++;
        Statement lie = ExecutionAttacks.withOutputs(execution, Tensor.copyOf(outputs));
        Set<Check> blind = EnumSet.complementOf(EnumSet.of(Check.LOOKUP_DENOMINATORS));
        AttackProver<NetworkWitness> prover = new AttackProver<>(execution.plan, execution.circuit.circuit(), blind);
        assertThat(ExecutionAttacks.accepts(execution, blind, lie, prover))
                .as("without the tables")
                .isTrue();
        assertThat(execution.verifier().verify(lie, execution.prove(lie))).isNotNull();
    }

    @Test
    void refusesOneWhereReluIsGivenZero() {
        Executions execution =
                ones(new Input(Shape.of(1), new Range(-20, 20), 1), new long[] {0}, new Dense(1, 1), HALF, new Relu());
        Forgeries.add(execution.field, execution.witness, segment(execution, "relu-2-result"), 0, 1);
        refusesOneMoreByATableAlone(execution);
    }

    @Test
    void refusesAMaximumThatIsNoneOfItsWindow() {
        Executions execution = ones(
                new Input(Shape.of(1, 2, 2), new Range(-20, 20), 1),
                new long[] {2, -4, 8, 6},
                new Conv2d(1, 1, Window.square(1, 1)),
                HALF,
                new MaxPool2d(Window.square(2, 2)));
        Forgeries.add(execution.field, execution.witness, segment(execution, "max-pool-2-maximum-3"), 0, 1);
        refusesOneMoreByATableAlone(execution);
    }

    /** z one more, its high part less by 1/256 modulo p. */
    @Test
    void refusesAHighPartThatWrapsModuloP() {
        Executions execution =
                ones(new Input(Shape.of(1), new Range(-20, 20), 1), new long[] {6}, new Dense(1, 1), HALF);
        Field f = execution.field;
        Forgeries.add(f, execution.witness, segment(execution, "requantise-1-low"), 0, 1);
        Forgeries.addRow(execution.circuit, execution.witness, "requantise-1-clamp", 0, 1);
        Forgeries.add(f, execution.witness, segment(execution, "requantise-1-result"), 0, 1);
        long part = f.toSigned(f.neg(f.inv(256)));
        Forgeries.add(f, execution.witness, segment(execution, "requantise-1-high"), 0, part);
        Forgeries.recount(execution.circuit, execution.witness);
        refusesOneMoreByATableAlone(execution);
    }

    private static boolean movable(Executions execution, int cell, Segment low, Segment group, int direction) {
        long l = Forgeries.cell(execution.field, execution.witness, low, cell);
        long c = Forgeries.cell(execution.field, execution.witness, group, cell);
        return c == 0 && l - direction >= 0 && l - direction < 256;
    }

    private static Segment segment(Executions execution, String name) {
        return execution.circuit.circuit().segments().getFirst().stream()
                .filter(segment -> segment.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
