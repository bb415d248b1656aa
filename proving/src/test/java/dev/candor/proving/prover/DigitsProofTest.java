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
import dev.candor.proving.quantise.Calibration;
import dev.candor.proving.quantise.Digits;
import dev.candor.proving.quantise.QuantiseOptions;
import dev.candor.proving.quantise.Quantised;
import dev.candor.proving.quantise.Quantiser;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trained models: from their files to proofs of batches of digits, verified from bytes, with the weights hidden. */
final class DigitsProofTest {

    private static final List<double[]> IMAGES = Digits.images();

    @Test
    void provesABatchOfDigitsByThePerceptron() throws Exception {
        assertProven("mnist-mlp", Shape.of(784), 32, CodeParameters.forOpenings(1024, 8192, 8, 10));
    }

    @Test
    void provesABatchOfDigitsByLenet() throws Exception {
        assertProven("lenet5", Shape.of(1, 28, 28), 4, CodeParameters.forOpenings(2048, 16384, 8, 10));
    }

    @TempDir
    private Path folder;

    private void assertProven(String name, Shape shape, int samples, CodeParameters parameters) throws Exception {
        FloatGraph graph = TorchScriptReader.read(Digits.model(name), shape);
        Quantised quantised =
                Quantiser.quantise(graph, Calibration.of(graph, IMAGES.subList(0, 200)), QuantiseOptions.DEFAULT);
        ModelOwner owner =
                ModelOwner.commit(Goldilocks.INSTANCE, quantised.network(), parameters, SecureRandomness::create);
        byte[] file = LineageFile.encode(new Lineage(owner.commitment(), owner.register(), List.of()));
        VerifiedLineage lineage =
                VerifiedLineage.of(LineageFile.decode(file), owner.commitment().id());
        long[] input = IMAGES.subList(0, samples).stream()
                .flatMapToLong(image -> Arrays.stream(quantised.input(image)))
                .toArray();
        try (FileBudget budget = FileBudget.create(
                folder.resolve("openings"), 1, owner.commitment().openings(), "boot")) {
            ExecutionProver prover = new ExecutionProver(owner, samples, false, budget, SecureRandomness::create);
            ExecutionProver.Proven proven = prover.prove(input, List.of());
            byte[] bytes = ProofFile.encode(proven.proof());
            StatementFile claim = StatementFile.decode(proven.claim().encode());
            assertThat(claim.model()).isEqualTo(lineage.model().id());
            ExecutionVerifier verifier =
                    new ExecutionVerifier(lineage, claim.samples(), false, ExecutionVerifier.UsedOpenings.NOT_KEPT);
            assertThat(verifier.verify((int) claim.epoch(), claim.opening(), claim.execution(), bytes))
                    .isNull();
            assertThat(bytes.length).isLessThan(700_000);
        }
    }
}
