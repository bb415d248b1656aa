package dev.candor.proving.verifier;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.layer.Forgeries;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.MatMul;
import dev.candor.proving.network.TokenLayer.Normalise;
import dev.candor.proving.network.TokenLayer.Softmax;
import dev.candor.proving.network.Trace;
import dev.candor.proving.network.Traces;
import dev.candor.proving.proof.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Attacks on the layers of transformers: a row gets another factor, all that can be adapted to it is, and everything after it computed from it. */
final class TokenAttacks {

    private static final int SAMPLES = 2;
    private static final int SIZE = 5;
    private static final Requantise CLAMP = new Requantise(1, 1, -100, 100);
    private static final Softmax SOFTMAX = new Softmax(SIZE, exponentials(), 20);
    private static final Normalise NORMALISE = new Normalise(SIZE, 16, 4);
    private static final Range CLAMPED = new Range(-100, 100);

    /** The value that the attacked layer takes, and the one that it gives. */
    private static final int BEFORE = 2;

    private TokenAttacks() {}

    private static IntTensor exponentials() {
        int[] table = new int[300];
        Arrays.setAll(table, i -> (int) (32767 * Math.pow(0.95, i)));
        return IntTensor.copyOf(table);
    }

    private static Executions honest(Layer attacked, int shift) {
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(4), new Range(-128, 127), 1),
                Networks.chain(
                        new Dense(4, SIZE),
                        CLAMP,
                        attacked,
                        new Requantise(1, shift, -32768, 32767),
                        new Dense(SIZE, 2)),
                new Random(11));
        return new Executions(
                network, SAMPLES, Networks.input(network, SAMPLES, new Random(12)), ExecutionAttacks.PARAMETERS);
    }

    /** What whoever attacks does with the rows, one a sample. */
    @FunctionalInterface
    private interface Forgery {

        /** Changes the witness and returns what the layer is said to give. */
        long[] apply(Executions e, NetworkWitness witness, long[] x);
    }

    private static boolean forged(Executions e, Set<Check> checks, Forgery forgery) {
        IntegerNetwork network = e.owner.network();
        Trace trace =
                ReferenceExecution.run(network, SAMPLES, e.execution.inputs().toArray());
        NetworkWitness scratch = e.circuit.witness(e.field, network, trace);
        long[] y = forgery.apply(e, scratch, trace.value(BEFORE));
        Requantise requantise =
                (Requantise) network.architecture().nodes().get(3).layer();
        long[] rounded = Arrays.stream(y).map(requantise::apply).toArray();
        long[] outputs = new long[SAMPLES * 2];
        for (int b = 0; b < SAMPLES; b++) {
            for (int o = 0; o < 2; o++) {
                outputs[b * 2 + o] = network.parameters(4).biases().at(o);
                for (int i = 0; i < SIZE; i++) {
                    outputs[b * 2 + o] += network.parameters(4).weights().at(o * SIZE + i) * rounded[b * SIZE + i];
                }
            }
        }
        Trace claimed = Traces.of(
                network.architecture(),
                SAMPLES,
                List.of(trace.value(0), trace.value(1), trace.value(BEFORE), y, rounded, outputs));
        NetworkWitness witness = e.circuit.witness(e.field, network, claimed);
        forgery.apply(e, witness, trace.value(BEFORE));
        Forgeries.recount(e.circuit, witness);
        return !Arrays.equals(outputs, trace.output())
                && ExecutionAttacks.accepts(
                        e,
                        checks,
                        ExecutionAttacks.withOutputs(e, Tensor.copyOf(outputs)),
                        new AttackProver<>(e.plan, e.circuit.circuit(), checks),
                        witness);
    }

    /** Another output of a product of hidden tensors, and its hidden sum sent to match it. */
    static boolean anotherProduct(Set<Check> checks) {
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(2, 3), new Range(-128, 127), 1),
                List.of(
                        new Node(new Dense(3, 4), List.of(0)),
                        new Node(CLAMP, List.of(1)),
                        new Node(new MatMul(true), List.of(2, 2))),
                new Random(13));
        Executions e = new Executions(
                network, SAMPLES, Networks.input(network, SAMPLES, new Random(14)), ExecutionAttacks.PARAMETERS);
        return ExecutionAttacks.anotherSum(e, checks);
    }

    /** A softmax relative to something larger than the largest of its row, which no element is. */
    static boolean anotherMaximum(Set<Check> checks) {
        return softmax(checks, 5, 0, false, false);
    }

    /** A factor that is no quotient. */
    static boolean anotherQuotient(Set<Check> checks) {
        return softmax(checks, 0, 7, false, false);
    }

    /** A factor that is one too small, and a rest that is larger than the sum. */
    static boolean smallerQuotient(Set<Check> checks) {
        return softmax(checks, 0, -1, true, true);
    }

    private static boolean softmax(Set<Check> checks, int higher, int more, boolean restAdapts, boolean gapIsFree) {
        return forged(honest(SOFTMAX, 6), checks, (e, witness, x) -> {
            long[] y = new long[x.length];
            long[] maxima = new long[SAMPLES];
            long[] exponentials = new long[x.length];
            long[] marks = new long[x.length];
            int[] found = new int[x.length];
            long[] factors = new long[SAMPLES];
            long[] rests = new long[SAMPLES];
            long[] gaps = new long[SAMPLES];
            for (int row = 0; row < SAMPLES; row++) {
                int largest = row * SIZE;
                for (int i = row * SIZE; i < (row + 1) * SIZE; i++) {
                    largest = x[i] > x[largest] ? i : largest;
                }
                maxima[row] = x[largest] + higher;
                long sum = 0;
                for (int i = row * SIZE; i < (row + 1) * SIZE; i++) {
                    found[i] = (int) (maxima[row] - x[i]);
                    exponentials[i] = SOFTMAX.exponentials().at(found[i]);
                    sum += exponentials[i];
                }
                if (higher == 0) {
                    marks[largest] = 1;
                    found[largest] = SOFTMAX.exponentials().size();
                }
                long quotient = SOFTMAX.factor(sum);
                factors[row] = quotient + more;
                rests[row] = (1L << SOFTMAX.fraction()) - (restAdapts ? factors[row] : quotient) * sum;
                gaps[row] = gapIsFree ? 0 : sum - 1 - rests[row];
                for (int i = row * SIZE; i < (row + 1) * SIZE; i++) {
                    y[i] = exponentials[i] * factors[row];
                }
            }
            Forgeries.set(e.circuit, witness, "softmax-2-maximum", maxima);
            Forgeries.set(e.circuit, witness, "softmax-2-exponential", exponentials);
            Forgeries.set(e.circuit, witness, "softmax-2-mark", marks);
            Forgeries.setRows(e.circuit, witness, "softmax-2", found);
            Forgeries.setLimbs(e.circuit, witness, "softmax-2-factor", SOFTMAX.factorBits(), factors);
            Forgeries.setLimbs(e.circuit, witness, "softmax-2-rest", SOFTMAX.sumBits(), rests);
            Forgeries.setLimbs(e.circuit, witness, "softmax-2-gap", SOFTMAX.sumBits(), gaps);
            return y;
        });
    }

    /** s one too large; its product with V is claimed to be what makes the other equations hold. */
    static boolean anotherSquare(Set<Check> checks) {
        return normalise(checks, (s, v) -> {
            long product = (1L << (2 * NORMALISE.fraction())) / (s + 1);
            long below = (1L << (2 * NORMALISE.fraction())) - (s + 1) * product;
            return new long[] {s + 1, product, below, 2 * product + v - 1 - below};
        });
    }

    /** s too large, with nothing left below the square. */
    static boolean largerRoot(Set<Check> checks) {
        return normalise(checks, (s, v) -> new long[] {s + 5, (s + 5) * v, 0, 2 * (s + 5) * v + v - 1});
    }

    /** s one too small, with nothing left above the square. */
    static boolean smallerRoot(Set<Check> checks) {
        return normalise(checks, (s, v) -> {
            long product = (s - 1) * v;
            return new long[] {s - 1, product, (1L << (2 * NORMALISE.fraction())) - (s - 1) * product, 0};
        });
    }

    /** What is claimed of a row with the factor s and the sum of squares V: s, w, t and u. */
    @FunctionalInterface
    private interface Root {
        long[] claim(long s, long v);
    }

    private static boolean normalise(Set<Check> checks, Root root) {
        return forged(honest(NORMALISE, 2), checks, (e, witness, x) -> {
            long[] y = new long[x.length];
            long[][] claims = new long[4][SAMPLES];
            for (int row = 0; row < SAMPLES; row++) {
                long squares = NORMALISE.epsilon();
                for (int i = row * SIZE; i < (row + 1) * SIZE; i++) {
                    squares += x[i] * x[i];
                }
                long[] claim = root.claim(NORMALISE.factor(squares), squares);
                for (int part = 0; part < claims.length; part++) {
                    claims[part][row] = claim[part];
                }
                for (int i = row * SIZE; i < (row + 1) * SIZE; i++) {
                    y[i] = x[i] * claim[0];
                }
            }
            int product = NORMALISE.productBits(CLAMPED);
            int rest = Math.max(product + 1, NORMALISE.squareBits(CLAMPED)) + 1;
            Forgeries.setLimbs(e.circuit, witness, "normalise-2-factor", NORMALISE.factorBits(), claims[0]);
            Forgeries.setLimbs(e.circuit, witness, "normalise-2-product", product, claims[1]);
            Forgeries.setLimbs(e.circuit, witness, "normalise-2-below", rest, claims[2]);
            Forgeries.setLimbs(e.circuit, witness, "normalise-2-above", rest, claims[3]);
            return y;
        });
    }
}
