package dev.candor.proving.bench;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.FloatOperation;
import dev.candor.proving.graph.FloatTensor;
import dev.candor.proving.graph.TokenOperation;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Trace;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.prover.Prover;
import dev.candor.proving.quantise.Calibration;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.quantise.Quantised;
import dev.candor.proving.quantise.Quantiser;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * An encoder layer of a transformer with random weights from a fixed seed: attention of several heads, a residual sum and a normalisation, a
 * hidden layer with GELU, and again a sum and a normalisation. Run, it proves and verifies one sample and prints what each part takes.
 */
public final class TransformerBlock {

    private static final double EPSILON = 1e-5;

    private final FloatGraph.Builder graph;
    private final Random random = new Random(7);

    private TransformerBlock(Shape input) {
        this.graph = new FloatGraph.Builder(input);
    }

    /**
     * The block as a trained network.
     *
     * @param width the size of a token's row, a multiple of {@code heads}
     * @param hidden the size of the hidden layer
     */
    public static FloatGraph graph(int tokens, int width, int heads, int hidden) {
        return new TransformerBlock(Shape.of(tokens, width)).build(tokens, width, heads, hidden);
    }

    /** Random samples for it. */
    public static List<double[]> samples(int tokens, int width, int count) {
        Random random = new Random(8);
        List<double[]> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(random.doubles((long) tokens * width, -1, 1).toArray());
        }
        return samples;
    }

    private int add(FloatOperation operation, Integer... inputs) {
        return graph.add(operation, List.of(inputs), operation.name());
    }

    private int linear(int inputs, int outputs, int x) {
        double[] weights = random.doubles((long) inputs * outputs, -1, 1)
                .map(w -> w / Math.sqrt(inputs))
                .toArray();
        double[] biases = random.doubles(outputs, -0.1, 0.1).toArray();
        return add(
                new FloatOperation.Linear(
                        FloatTensor.of(List.of(outputs, inputs), weights), FloatTensor.of(List.of(outputs), biases)),
                x);
    }

    private int norm(int width, int x) {
        double[] ones = random.doubles(width, 0.9, 1.1).toArray();
        double[] biases = random.doubles(width, -0.1, 0.1).toArray();
        return add(
                new TokenOperation.LayerNorm(
                        FloatTensor.of(List.of(width), ones), FloatTensor.of(List.of(width), biases), EPSILON),
                x);
    }

    private FloatGraph build(int tokens, int width, int heads, int hidden) {
        int part = width / heads;
        int wide = linear(width, 3 * width, 0);
        List<Integer> parts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int slice = add(new TokenOperation.Slice(1, i * width, width), wide);
            int split = add(new FloatOperation.Reshape(Shape.of(tokens, heads, part)), slice);
            parts.add(add(new TokenOperation.Permute(List.of(1, 0, 2)), split));
        }
        int scores = add(new TokenOperation.MatMul(true), parts.get(0), parts.get(1));
        int shares = add(new TokenOperation.Softmax(1 / Math.sqrt(part)), scores);
        int mixed = add(new TokenOperation.MatMul(false), shares, parts.get(2));
        int joined = add(
                new FloatOperation.Reshape(Shape.of(tokens, width)),
                add(new TokenOperation.Permute(List.of(1, 0, 2)), mixed));
        int attended = norm(width, add(new FloatOperation.Add(), linear(width, width, joined), 0));
        int active = add(new TokenOperation.Gelu(false), linear(width, hidden, attended));
        int result = norm(width, add(new FloatOperation.Add(), linear(hidden, width, active), attended));
        return graph.build(result);
    }

    /**
     * Prints what each part takes, in milliseconds.
     *
     * @param args tokens, width, heads, hidden, cells a row, length of a word, how often, threads (all or none)
     */
    public static void main(String[] args) {
        int[] n = args.length == 8
                ? Arrays.stream(args).mapToInt(Integer::parseInt).toArray()
                : new int[] {64, 256, 4, 1024, 8192, 32768, 5, 2};
        FloatGraph graph = graph(n[0], n[1], n[2], n[3]);
        List<double[]> samples = samples(n[0], n[1], 4);
        Quantised quantised = Quantiser.quantise(graph, Calibration.of(graph, samples), QuantiseOptions.DEFAULT);
        CodeParameters code = CodeParameters.forOpenings(n[4], n[5], 8, 10);
        NetworkCircuit circuit = new NetworkCircuit(quantised.network().architecture(), 1);
        ProofPlan plan = new ProofPlan(Goldilocks.INSTANCE, code, circuit.circuit());
        System.out.printf(
                Locale.ROOT,
                "%s, rows %s, %d pads, %d look-ups and table rows%n",
                code,
                plan.rows(),
                plan.pads().columns(),
                circuit.circuit().lookupSize());
        ModelCells cells = new ModelCells(Goldilocks.INSTANCE, quantised.network());
        var model = Prover.commit(plan, 1, cells::cells, SecureRandomness.create());
        long[] input = quantised.input(samples.getFirst());
        Digest name = Digest.sha256(new byte[] {7});
        Workers workers = Workers.of(n[7]);
        Prover<NetworkWitness> prover = new Prover<>(plan, circuit.circuit(), workers);
        for (int round = 0; round < n[6]; round++) {
            long start = System.nanoTime();
            Trace trace = ReferenceExecution.run(quantised.network(), 1, input);
            long run = System.nanoTime();
            NetworkWitness witness = circuit.witness(Goldilocks.INSTANCE, quantised.network(), trace);
            Statement statement = new Statement(
                    Statement.Kind.EXECUTION,
                    name,
                    name,
                    List.of(model.root()),
                    0,
                    1,
                    1,
                    List.of(Tensor.copyOf(input), Tensor.copyOf(trace.output())),
                    List.of(),
                    circuit.work());
            long filled = System.nanoTime();
            Proof proof = prover.prove(statement, List.of(model), witness, witness::cells, SecureRandomness::create);
            long proven = System.nanoTime();
            Verifier.Refusal refusal = new Verifier(plan, circuit.circuit()).verify(statement, proof);
            long verified = System.nanoTime();
            if (refusal != null) {
                throw new IllegalStateException(refusal.sentence());
            }
            System.out.printf(
                    Locale.ROOT,
                    "inference %.0f, witness %.0f, prove %.0f, verify %.0f ms; %d bytes%n",
                    (run - start) / 1e6,
                    (filled - run) / 1e6,
                    (proven - filled) / 1e6,
                    (verified - proven) / 1e6,
                    ProofFile.encode(proof).length);
        }
        workers.close();
    }
}
