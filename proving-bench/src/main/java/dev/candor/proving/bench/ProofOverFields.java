package dev.candor.proving.bench;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.Mersenne61;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.NetworkWitness;
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
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Trace;
import dev.candor.proving.network.Window;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.prover.Prover;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.verifier.Verifier;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * Whole proofs of the same random networks over both fields, one thread, warm: medians of the thread's processor time in milliseconds,
 * which other work on the machine disturbs least. Each is repeated for the seconds of the first argument (8) before it is measured.
 */
public final class ProofOverFields {

    private static final Range BYTE = new Range(-128, 127);
    private static final Requantise RELU = new Requantise(1, 1, 0, 127);

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private ProofOverFields() {}

    private record Case(String name, Shape input, List<Layer> layers, int samples, CodeParameters code) {}

    private static CodeParameters code(int dataSize, int length) {
        int randomSize = CodeParameters.forOpenings(dataSize, length, 8, 10).randomSize();
        return CodeParameters.withFewestQueries(dataSize, randomSize | 1, length, 10);
    }

    private static List<Case> cases() {
        List<Layer> mlp = List.of(new Dense(784, 128), RELU, new Dense(128, 10));
        List<Layer> lenet = List.of(
                new Conv2d(1, 6, Window.square(5, 1, 2)),
                RELU,
                new MaxPool2d(Window.square(2, 2)),
                new Conv2d(6, 16, Window.square(5, 1, 0)),
                RELU,
                new MaxPool2d(Window.square(2, 2)),
                new Flatten(),
                new Dense(400, 120),
                RELU,
                new Dense(120, 84),
                RELU,
                new Dense(84, 10));
        List<Layer> dense = List.of(
                new Dense(1024, 1024),
                RELU,
                new Dense(1024, 1024),
                RELU,
                new Dense(1024, 1024),
                RELU,
                new Dense(1024, 1024));
        return List.of(
                new Case("784-128-10, batch 1", Shape.of(784), mlp, 1, code(1024, 8192)),
                new Case("784-128-10, batch 32", Shape.of(784), mlp, 32, code(1024, 8192)),
                new Case("LeNet-5, batch 1", Shape.of(1, 28, 28), lenet, 1, code(1024, 8192)),
                new Case("LeNet-5, batch 8", Shape.of(1, 28, 28), lenet, 8, code(2048, 16384)),
                new Case("4 x dense 1024, batch 1", Shape.of(1024), dense, 1, code(2048, 16384)));
    }

    /** Prints the medians. */
    public static void main(String[] args) {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        System.out.println("| network | field | commit model | prove | verify |");
        System.out.println("|---|---|---|---|---|");
        for (Case shape : cases()) {
            for (Field field : List.of(Goldilocks.INSTANCE, Mersenne61.INSTANCE)) {
                measure(shape, field, seconds);
            }
        }
    }

    private static void measure(Case shape, Field field, int seconds) {
        Random random = new Random(1);
        IntegerNetwork network = network(shape, random);
        long[] input = random.longs((long) shape.samples * shape.input.elements(), BYTE.low(), BYTE.high() + 1)
                .toArray();
        NetworkCircuit circuit = new NetworkCircuit(network.architecture(), shape.samples);
        ProofPlan plan = new ProofPlan(field, shape.code, circuit.circuit());
        ModelCells cells = new ModelCells(field, network);
        List<CommittedRows> model = new ArrayList<>();
        double commit = median(3, () -> {
            long start = CLOCK.getCurrentThreadCpuTime();
            model.add(Prover.commit(plan, 1, cells::cells, SecureRandomness.create()));
            return CLOCK.getCurrentThreadCpuTime() - start;
        });
        Digest name = Digest.sha256(new byte[] {7});
        List<Statement> statements = new ArrayList<>();
        List<Proof> made = new ArrayList<>();
        LongSupplier prove = () -> {
            long start = CLOCK.getCurrentThreadCpuTime();
            Trace trace = ReferenceExecution.run(network, shape.samples, input);
            NetworkWitness witness = circuit.witness(field, network, trace);
            Statement statement = new Statement(
                    Statement.Kind.EXECUTION,
                    name,
                    name,
                    List.of(model.getLast().root()),
                    0,
                    1,
                    shape.samples,
                    List.of(Tensor.copyOf(input), Tensor.copyOf(trace.output())),
                    List.of(),
                    100);
            Proof proof = new Prover<>(plan, circuit.circuit())
                    .prove(statement, List.of(model.getLast()), witness, witness::cells, SecureRandomness::create);
            long time = CLOCK.getCurrentThreadCpuTime() - start;
            statements.clear();
            statements.add(statement);
            made.clear();
            made.add(proof);
            return time;
        };
        double proving = warmMedian(seconds, prove);
        LongSupplier verify = () -> {
            long start = CLOCK.getCurrentThreadCpuTime();
            if (new Verifier(plan, circuit.circuit()).verify(statements.getLast(), made.getLast()) != null) {
                throw new IllegalStateException("The verifier refused the proof that was measured.");
            }
            return CLOCK.getCurrentThreadCpuTime() - start;
        };
        double verifying = warmMedian(seconds, verify);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.1f | %.1f | %.1f |%n",
                shape.name,
                field.name(),
                commit,
                proving,
                verifying);
    }

    private static double warmMedian(int seconds, LongSupplier nanos) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            var _ = nanos.getAsLong();
        }
        return median(15, nanos);
    }

    /** The median of {@code count} times, in milliseconds. */
    private static double median(int count, LongSupplier nanos) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = nanos.getAsLong();
        }
        Arrays.sort(times);
        return times[count / 2] / 1e6;
    }

    private static IntegerNetwork network(Case shape, Random random) {
        List<Node> nodes = new ArrayList<>();
        List<Parameters.Entry> entries = new ArrayList<>();
        Architecture.Input input = new Architecture.Input(shape.input, BYTE, 1);
        List<IntegerNetwork> built = new ArrayList<>();
        for (Layer layer : shape.layers) {
            byte[] weights = new byte[layer.weightCount()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (byte) (random.nextInt(255) - 127);
            }
            int[] biases = random.ints(layer.biasCount(), -5000, 5000).toArray();
            entries.add(new Parameters.Entry(ByteTensor.copyOf(weights), IntTensor.copyOf(biases)));
            int from = nodes.size();
            nodes.add(new Node(
                    layer instanceof Requantise clamp
                            ? fitting(clamp, built.getLast().worstCase(from).range())
                            : layer,
                    List.of(from)));
            built.add(new IntegerNetwork(new Architecture(input, 1, nodes), new Parameters(entries)));
        }
        return built.getLast();
    }

    private static Requantise fitting(Requantise layer, Range range) {
        int shift = 1;
        while (true) {
            Requantise next = new Requantise(layer.multiplier(), shift, layer.low(), layer.high());
            if (Layer.ACTIVATION.contains(new Range(next.shifted(range.low()), next.shifted(range.high())))) {
                return next;
            }
            shift++;
        }
    }
}
