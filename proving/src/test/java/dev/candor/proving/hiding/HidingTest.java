package dev.candor.proving.hiding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.fft.RowCode;
import dev.candor.proving.fft.RowCodes;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Affine;
import dev.candor.proving.network.TokenLayer.Centre;
import dev.candor.proving.network.TokenLayer.Embedding;
import dev.candor.proving.network.TokenLayer.MatMul;
import dev.candor.proving.network.TokenLayer.Normalise;
import dev.candor.proving.network.TokenLayer.Softmax;
import dev.candor.proving.network.TokenLayer.Table;
import dev.candor.proving.network.Trace;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.randomness.SecureRandomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two models that compute the same outputs give views of exactly the same distribution. With the challenges and the masks of products
 * fixed, a view is an affine function of the rest of the randomness, with the same linear part M for both; so the two distributions are equal
 * exactly where the difference of the views lies in the span of M, once the masks of one are shifted so that both open the same factors. The
 * number of views of each kind is then the same, whatever the field. The columns of M are found by running the prover, one for each random
 * element; M is shown to have full rank, so what one element hides nothing else can.
 */
@ParameterizedClass
@MethodSource("networks")
final class HidingTest {

    /** Which network the views are of. */
    @Parameter
    private Hidden hidden;

    /** As many columns as the random coefficients of a row allow, and none to spare. */
    private static final CodeParameters PARAMETERS = new CodeParameters(64, 3, 256, 3, 0);

    private static final Range SMALL = new Range(-9, 9);
    private static final Field FIELD = Goldilocks.INSTANCE;
    private static final long SEED = 11;

    private static View<NetworkWitness> view;
    private static View.Secret<NetworkWitness> one;
    private static View.Secret<NetworkWitness> two;
    private static long[] masksOfOne;
    private static long[] masksOfTwo;
    private static View.Seen baseOfOne;
    private static List<long[]> columns;
    private static Span span;
    private static long[] difference;

    /**
     * A network with two hidden neurons, whose order the output does not show.
     *
     * @param inputs of two samples
     */
    record Hidden(String name, Input input, List<Node> nodes, List<Long> inputs) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Hidden> networks() {
        return List.of(
                new Hidden(
                        "dense",
                        new Input(Shape.of(2), SMALL, 1),
                        Networks.chain(new Dense(2, 2), new Requantise(1, 4, 0, 7), new Dense(2, 1)),
                        List.of(3L, -5L, 7L, 2L)),
                new Hidden(
                        "rows",
                        new Input(Shape.of(1), new Range(0, 3), 1),
                        Networks.chain(
                                new Embedding(4, 2),
                                new Centre(2),
                                new Normalise(2, 6, 3),
                                new Requantise(1, 3, -8, 7),
                                new Affine(2),
                                new Requantise(1, 4, -8, 7),
                                new Table(-8, IntTensor.copyOf(new int[] {8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6, 7
                                })),
                                new Dense(2, 1)),
                        List.of(1L, 3L)),
                new Hidden(
                        "tokens",
                        new Input(Shape.of(1, 2), SMALL, 1),
                        List.of(
                                new Node(new Dense(2, 2), List.of(0)),
                                new Node(new Requantise(1, 4, 0, 7), List.of(1)),
                                new Node(
                                        new Softmax(2, IntTensor.copyOf(new int[] {7, 6, 5, 4, 3, 2, 1, 0}), 8),
                                        List.of(2)),
                                new Node(new Requantise(1, 4, -32768, 32767), List.of(3)),
                                new Node(new MatMul(true), List.of(4, 2))),
                        List.of(3L, -5L, 7L, 2L)));
    }

    @BeforeParameterizedClassInvocation
    static void runsTheProverOnceForEachRandomElement(Hidden hidden) {
        IntegerNetwork network = Networks.random(hidden.input, hidden.nodes, new Random(3));
        IntegerNetwork swapped = withNeuronsSwapped(network);
        NetworkCircuit circuit = new NetworkCircuit(network.architecture(), 2);
        ProofPlan plan = new ProofPlan(FIELD, PARAMETERS, circuit.circuit());
        view = new View<>(plan, circuit.circuit(), SEED);
        long[] input = hidden.inputs.stream().mapToLong(Long::longValue).toArray();
        one = secret(circuit, network, input);
        two = secret(circuit, swapped, input);
        assertThat(one.tensors().getLast()).isEqualTo(two.tensors().getLast());

        Random random = new Random(SEED + 9);
        masksOfOne = random.longs(view.maskElements(), 0, 1L << 40).toArray();
        baseOfOne = view.of(one, new long[0], masksOfOne);
        List<Extension> otherFactors = view.of(two, new long[0], masksOfOne).factors();
        masksOfTwo = shifted(masksOfOne, baseOfOne.factors(), otherFactors);
        View.Seen baseOfTwo = view.of(two, new long[0], masksOfTwo);
        columns = new ArrayList<>();
        for (int i = 0; i < baseOfOne.purposes().size(); i++) {
            long[] unit = new long[i + 1];
            unit[i] = 1;
            columns.add(minus(view.of(one, unit, masksOfOne).elements(), baseOfOne.elements()));
        }
        span = new Span(FIELD, columns);
        difference = minus(baseOfTwo.elements(), baseOfOne.elements());
    }

    private static View.Secret<NetworkWitness> secret(NetworkCircuit circuit, IntegerNetwork network, long[] input) {
        Trace trace = ReferenceExecution.run(network, 2, input);
        NetworkWitness witness = circuit.witness(FIELD, network, trace);
        List<Function<Segment, long[]>> cells = List.of(witness::cells, new ModelCells(FIELD, network)::cells);
        return new View.Secret<>(witness, cells, List.of(input, trace.output()));
    }

    /** The same function with its two hidden neurons in the other order. */
    private static IntegerNetwork withNeuronsSwapped(IntegerNetwork network) {
        List<Parameters.Entry> entries = new ArrayList<>(network.parameters().nodes());
        for (int i = 0; i < entries.size(); i++) {
            ByteTensor w = entries.get(i).weights();
            IntTensor b = entries.get(i).biases();
            boolean outputs = b.size() == 2;
            // A first dense layer has two rows of weights; all others have one of two, or as many as there are tokens.
            byte[] weights = w.toArray();
            int step = i == 0 && outputs ? 2 : 1;
            for (int at = 0; at < weights.length; at++) {
                weights[at] = w.at(at ^ step);
            }
            int[] biases = outputs ? new int[] {b.at(1), b.at(0)} : b.toArray();
            entries.set(i, new Parameters.Entry(ByteTensor.copyOf(weights), IntTensor.copyOf(biases)));
        }
        return new IntegerNetwork(network.architecture(), new Parameters(entries));
    }

    /** The masks with which the other factors open to the same values: a + gamma a' is kept. Planes of each branch come one after the other. */
    private static long[] shifted(long[] masks, List<Extension> from, List<Extension> to) {
        long[] result = masks.clone();
        Extension inverse = FIELD.inv(view.gamma());
        int at = 0;
        int factor = 0;
        for (int count : view.masksOfBranches()) {
            for (int i = 0; i < count; i++) {
                Extension shift = FIELD.mul(FIELD.sub(from.get(factor), to.get(factor)), inverse);
                result[at + i] = FIELD.add(result[at + i], shift.c0());
                result[at + count + i] = FIELD.add(result[at + count + i], shift.c1());
                factor++;
            }
            at += 2 * count;
        }
        return result;
    }

    private static long[] minus(long[] a, long[] b) {
        long[] result = new long[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = FIELD.sub(a[i], b[i]);
        }
        return result;
    }

    @Test
    void aViewIsAffineInTheRandomness() {
        long[] random = new Random(1).longs(columns.size(), 0, 1L << 40).toArray();
        for (View.Secret<NetworkWitness> secret : List.of(one, two)) {
            long[] base = view.of(secret, new long[0], masksOfOne).elements();
            long[] expected = base.clone();
            for (int i = 0; i < random.length; i++) {
                for (int j = 0; j < expected.length; j++) {
                    expected[j] = FIELD.add(expected[j], FIELD.mul(random[i], columns.get(i)[j]));
                }
            }
            assertThat(view.of(secret, random, masksOfOne).elements()).isEqualTo(expected);
        }
    }

    @Test
    void twoModelsGiveViewsOfTheSameDistribution() {
        assertThat(span.solve(difference)).as("%s", hidden).isNotEmpty();
    }

    @Test
    void noRandomElementIsToSpare() {
        assertThat(span.rank()).isEqualTo(columns.size() - unusedElements());
    }

    /** Elements that nothing depends on: pad cells that are masks are drawn again, and the constant coefficients of u_a follow from the others. */
    private static long unusedElements() {
        return columns.stream().filter(HidingTest::isZero).count();
    }

    private static boolean isZero(long[] column) {
        for (long element : column) {
            if (element != 0) {
                return false;
            }
        }
        return true;
    }

    /** Solutions are unique, so with an element at zero the difference is out of reach exactly where it has a part in the solution. */
    @Test
    void withARandomElementAtZeroTheDistributionsDiffer() {
        long[] needed = span.solve(difference);
        Map<Purpose, Integer> failing = new EnumMap<>(Purpose.class);
        for (int i = 0; i < columns.size(); i++) {
            if (!isZero(columns.get(i)) && needed[i] != 0) {
                failing.merge(baseOfOne.purposes().get(i), 1, Integer::sum);
            }
        }
        assertThat(failing).containsOnlyKeys(Purpose.ROW, Purpose.PAD, Purpose.LINEAR_MASK, Purpose.PROXIMITY_MASK);
        // All of u_0, and of u_a and u_b what is not fixed by the sum.
        assertThat(failing).containsEntry(Purpose.PROXIMITY_MASK, 2 * PARAMETERS.dimension());
        assertThat(failing).containsEntry(Purpose.LINEAR_MASK, 4 * PARAMETERS.dimension() - 4);
        spotCheck(needed);
    }

    /** The argument above against the direct computation, for one element of each purpose. */
    private static void spotCheck(long[] needed) {
        for (Purpose purpose : List.of(Purpose.ROW, Purpose.PAD, Purpose.LINEAR_MASK, Purpose.PROXIMITY_MASK)) {
            int element = 0;
            while (baseOfOne.purposes().get(element) != purpose || needed[element] == 0) {
                element++;
            }
            List<long[]> others = new ArrayList<>(columns);
            others.remove(element);
            assertThat(new Span(FIELD, others).solve(difference))
                    .as("%s", purpose)
                    .isEmpty();
        }
    }

    /** With the masks of the products at zero for both models, the openings are the factors themselves. */
    @Test
    void withoutMasksOfProductsTheOpeningsDiffer() {
        long[] none = new long[view.maskElements()];
        long[] first = view.of(one, new long[0], none).elements();
        long[] second = view.of(two, new long[0], none).elements();
        assertThat(span.solve(minus(second, first))).isEmpty();
    }

    /** As soon as one mask is not shifted, the difference is out of reach, if the two factors differ. */
    @Test
    void withAnyMaskOfAProductFixedTheDistributionsDiffer() {
        int differing = 0;
        for (int i = 0; i < masksOfOne.length; i++) {
            if (masksOfOne[i] == masksOfTwo[i]) {
                continue;
            }
            differing++;
            long[] masks = masksOfTwo.clone();
            masks[i] = masksOfOne[i];
            long[] changed = view.of(two, new long[0], masks).elements();
            assertThat(span.solve(minus(changed, baseOfOne.elements())))
                    .as("mask %d", i)
                    .isEmpty();
        }
        assertThat(differing).isGreaterThan(10);
    }

    /** A column can be guessed: without its salt, the root confirms the guess; with it, it does not. */
    @Test
    void onlySaltsHideAColumnThatCanBeGuessed() {
        long[] data = new long[8];
        RowCode code = RowCodes.of(FIELD, 8, 3, 32);
        Randomness unsalted = new ScriptedRandomness(new long[0], new long[0]);
        assertThat(CommittedRows.of(code, data, unsalted).root())
                .isEqualTo(CommittedRows.of(code, data, new ScriptedRandomness(new long[0], new long[0]))
                        .root());
        SecureRandomness salts = SecureRandomness.create();
        assertThat(CommittedRows.of(code, data, salted(salts)).root())
                .isNotEqualTo(CommittedRows.of(code, data, salted(salts)).root());
    }

    private static Randomness salted(Randomness salts) {
        return new Randomness() {
            @Override
            public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
                Arrays.fill(out, at, at + length, 0);
            }

            @Override
            public void bytes(Purpose purpose, byte[] out, int at, int length) {
                salts.bytes(purpose, out, at, length);
            }
        };
    }
}
