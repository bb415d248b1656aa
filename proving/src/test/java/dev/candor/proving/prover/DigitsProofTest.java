package dev.candor.proving.prover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.budget.FileBudget;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.TorchScriptReader;
import dev.candor.proving.network.Shape;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.quantise.Calibration;
import dev.candor.proving.quantise.Digits;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.quantise.Quantised;
import dev.candor.proving.quantise.Quantiser;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.ModelOwner;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trained models: from their files to proofs of batches of digits, verified from bytes, with the weights hidden. */
final class DigitsProofTest {

    private static final List<double[]> IMAGES = Digits.images();

    /** How many batches of 32 to prove by each model; one of fewer digits where nothing is asked for. */
    private static final int BATCHES = Integer.getInteger("candor.digits.batches", 0);

    @Test
    void provesDigitsByThePerceptron() throws Exception {
        assertProven("mnist-mlp", Shape.of(784), CodeParameters.forOpenings(1024, 8192, 8, 10));
    }

    @Test
    void provesDigitsByLenet() throws Exception {
        assertProven("lenet5", Shape.of(1, 28, 28), CodeParameters.forOpenings(4096, 16384, 8, 10));
    }

    @TempDir
    private Path folder;

    private void assertProven(String name, Shape shape, CodeParameters parameters) throws Exception {
        FloatGraph graph = TorchScriptReader.read(Digits.model(name), shape);
        Quantised quantised =
                Quantiser.quantise(graph, Calibration.of(graph, IMAGES.subList(0, 200)), QuantiseOptions.DEFAULT);
        ModelOwner owner =
                ModelOwner.commit(Goldilocks.INSTANCE, quantised.network(), parameters, SecureRandomness::create);
        ModelCommitment model = owner.commitment();
        Proof registration = owner.register();
        List<Lineage.RollOver> steps = new ArrayList<>();
        int samples = BATCHES == 0 ? 4 : 32;
        int from = 0;
        int proven = 0;
        Timings timings = new Timings();
        while (proven < Math.max(1, BATCHES) && from < IMAGES.size()) {
            byte[] file = LineageFile.encode(new Lineage(model, registration, steps));
            VerifiedLineage lineage = VerifiedLineage.of(LineageFile.decode(file), model.id());
            Path openings = folder.resolve("openings-" + owner.epoch());
            try (FileBudget budget = FileBudget.create(openings, 1, model.openings(), 1, "boot")) {
                while (budget.left() > 0 && proven < Math.max(1, BATCHES) && from < IMAGES.size()) {
                    int count = Math.min(samples, IMAGES.size() - from);
                    prove(owner, quantised, lineage, budget, IMAGES.subList(from, from + count), timings);
                    from += count;
                    proven++;
                }
                ModelOwner.Successor next = owner.rollOver(budget.forRollOver());
                steps.add(next.step());
                owner = next.owner();
            }
        }
        timings.print(name, proven, steps.size());
    }

    private static void prove(
            ModelOwner owner,
            Quantised quantised,
            VerifiedLineage lineage,
            FileBudget budget,
            List<double[]> images,
            Timings timings)
            throws Exception {
        long[] input = images.stream()
                .flatMapToLong(image -> Arrays.stream(quantised.input(image)))
                .toArray();
        ExecutionProver prover = new ExecutionProver(owner, images.size(), false, budget, SecureRandomness::create);
        ExecutionVerifier verifier =
                new ExecutionVerifier(lineage, images.size(), false, ExecutionVerifier.UsedOpenings.NOT_KEPT);
        long start = System.nanoTime();
        ExecutionProver.Proven proven = prover.prove(input, List.of());
        byte[] bytes = ProofFile.encode(proven.proof());
        long made = System.nanoTime();
        StatementFile claim = StatementFile.decode(proven.claim().encode());
        assertThat(claim.model()).isEqualTo(lineage.model().id());
        assertThat(verifier.verify((int) claim.epoch(), claim.opening(), claim.execution(), bytes))
                .isNull();
        timings.add(made - start, System.nanoTime() - made, bytes.length);
        assertThat(bytes.length).isLessThan(1_000_000);
    }

    /** Figures for a person; nothing is asserted of them. */
    private static final class Timings {

        private final List<Long> proving = new ArrayList<>();
        private final List<Long> verifying = new ArrayList<>();
        private long bytes;

        void add(long prove, long verify, long size) {
            proving.add(prove);
            verifying.add(verify);
            bytes = Math.max(bytes, size);
        }

        void print(String name, int batches, int epochs) {
            System.out.printf(
                    "%s: %d batches of digits proven and verified, median %d ms and %d ms, at most %d bytes, %d epochs%n",
                    name, batches, median(proving), median(verifying), bytes, epochs);
        }

        private static long median(List<Long> nanoseconds) {
            return nanoseconds.stream().sorted().toList().get(nanoseconds.size() / 2) / 1_000_000;
        }
    }
}
