package dev.candor.proving.prover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.ProofFile;
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
import dev.candor.proving.verifier.Executions;
import dev.candor.proving.verifier.VerifiedLineage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    private static void assertProven(String name, Shape shape, int samples, CodeParameters parameters)
            throws Exception {
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
        Executions execution = new Executions(owner, samples, input, false);
        byte[] bytes = ProofFile.encode(execution.prove());
        ExecutionVerifier verifier =
                new ExecutionVerifier(lineage, samples, false, ExecutionVerifier.UsedOpenings.NOT_KEPT);
        assertThat(verifier.verify(0, 1, execution.execution, bytes)).isNull();
        assertThat(bytes.length).isLessThan(700_000);
    }
}
