package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of provers that are strangers: nothing but the proof that was made is accepted, and nothing ends in anything but a refusal. The model has one
 * weight, so that thousands of files are verified in a second.
 */
final class ProofFuzzTest {
    private static final CodeParameters LEAST = CodeParameters.forOpenings(8, 2048, 2, 16);

    /** One of each file. */
    private static final class Made {
        static final ModelOwner OWNER;
        static final Executions EXECUTION;
        static final byte[] LINEAGE;
        static final byte[] STATEMENT;
        static final byte[] PROOF;
        static final ExecutionVerifier VERIFIER;

        static {
            IntegerNetwork network = Networks.random(
                    new Input(Shape.of(1), new Range(0, 9), 1), Networks.chain(new Dense(1, 1)), new Random(3));
            OWNER = ModelOwner.commit(Goldilocks.INSTANCE, network, LEAST, SecureRandomness::create);
            EXECUTION = new Executions(OWNER, 1, new long[] {5}, false);
            LINEAGE = LineageFile.encode(new Lineage(OWNER.commitment(), OWNER.register(), List.of()));
            STATEMENT = new StatementFile(OWNER.commitment().id(), 0, 1, 1, EXECUTION.execution).encode();
            PROOF = ProofFile.encode(EXECUTION.prove());
            try {
                VERIFIER = new ExecutionVerifier(
                        VerifiedLineage.of(
                                LineageFile.decode(LINEAGE), OWNER.commitment().id()),
                        1,
                        false,
                        ExecutionVerifier.UsedOpenings.NOT_KEPT);
            } catch (MalformedFileException | RefusedException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    static Stream<byte[]> lineageFiles() {
        return Stream.of(Made.LINEAGE);
    }

    @MethodSource("lineageFiles")
    @FuzzTest(maxDuration = "10s")
    void lineages(byte[] file) {
        try {
            Lineage read = LineageFile.decode(file);
            assertThat(LineageFile.encode(read)).isEqualTo(file);
            VerifiedLineage.of(read, Made.OWNER.commitment().id());
            assertThat(file).isEqualTo(Made.LINEAGE);
        } catch (MalformedFileException | RefusedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    static Stream<byte[]> statementFiles() {
        return Stream.of(Made.STATEMENT);
    }

    @MethodSource("statementFiles")
    @FuzzTest(maxDuration = "10s")
    void statements(byte[] file) {
        try {
            assertThat(StatementFile.decode(file).encode()).isEqualTo(file);
        } catch (MalformedFileException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    static Stream<byte[]> proofFiles() {
        return Stream.of(Made.PROOF);
    }

    @MethodSource("proofFiles")
    @FuzzTest(maxDuration = "10s")
    void proofs(byte[] file) {
        boolean accepted = Made.VERIFIER.verify(0, 1, Made.EXECUTION.execution, file) == null;
        assertThat(accepted).isEqualTo(Arrays.equals(file, Made.PROOF));
    }
}
