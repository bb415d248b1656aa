package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Files of every kind, read back, cut, extended and changed. */
final class FilesTest {

    private static final CodeParameters SMALL = CodeParameters.forOpenings(256, 2048, 3, 0);
    private static final int MUTANTS = 3000;

    private static ModelOwner owner;
    private static Executions execution;
    private static byte[] lineage;
    private static byte[] statement;
    private static byte[] proof;

    @BeforeAll
    static void makesOneFileOfEachKind() {
        Random random = new Random(5);
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(3), new Range(0, 127), 1),
                Networks.chain(new Dense(3, 2), new Requantise(1, 1, 0, 127), new Dense(2, 2)),
                random);
        owner = ModelOwner.commit(Goldilocks.INSTANCE, network, SMALL, SecureRandomness::create);
        execution = new Executions(owner, 1, Networks.input(network, 1, random), false);
        ModelOwner.Successor next = owner.rollOver(2);
        lineage = LineageFile.encode(new Lineage(owner.commitment(), owner.register(), List.of(next.step())));
        statement = new StatementFile(owner.commitment().id(), 0, 1, 1, execution.execution).encode();
        proof = ProofFile.encode(execution.prove());
    }

    private static ExecutionVerifier verifier() throws MalformedFileException, RefusedException {
        VerifiedLineage verified = VerifiedLineage.of(
                LineageFile.decode(lineage), owner.commitment().id());
        return new ExecutionVerifier(verified, 1, false, ExecutionVerifier.UsedOpenings.NOT_KEPT);
    }

    @Test
    void verifiesFromFilesAlone() throws Exception {
        StatementFile claim = StatementFile.decode(statement);
        assertThat(claim.model()).isEqualTo(owner.commitment().id());
        assertThat(verifier().verify((int) claim.epoch(), claim.opening(), claim.execution(), proof))
                .isNull();
    }

    @Test
    void writesWhatItReads() throws Exception {
        assertThat(StatementFile.decode(statement).encode()).isEqualTo(statement);
        assertThat(LineageFile.encode(LineageFile.decode(lineage))).isEqualTo(lineage);
        assertThat(ProofFile.encode(ProofFile.decode(execution.plan, proof))).isEqualTo(proof);
    }

    @Test
    void refusesFilesThatAreCutOrExtended() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            int length = i < 20 ? i : random.nextInt(proof.length);
            assertMalformed(() -> ProofFile.decode(execution.plan, Arrays.copyOf(proof, length)));
            assertMalformed(() -> StatementFile.decode(Arrays.copyOf(statement, length % statement.length)));
            assertMalformed(() -> LineageFile.decode(Arrays.copyOf(lineage, length % lineage.length)));
        }
        assertMalformed(() -> ProofFile.decode(execution.plan, Arrays.copyOf(proof, proof.length + 1)));
        assertMalformed(() -> StatementFile.decode(Arrays.copyOf(statement, statement.length + 1)));
        assertMalformed(() -> LineageFile.decode(Arrays.copyOf(lineage, lineage.length + 1)));
    }

    private static void assertMalformed(org.assertj.core.api.ThrowableAssert.ThrowingCallable decode) {
        assertThatThrownBy(decode).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void refusesElementsThatAreNotCanonical() {
        byte[] changed = proof.clone();
        // The first message: 12 bytes of magic, a zero, two of version, the root.
        Arrays.fill(changed, 47, 55, (byte) 0xFF);
        assertMalformed(() -> ProofFile.decode(execution.plan, changed));
    }

    @Test
    void refusesMutantsOfAProof() throws Exception {
        ExecutionVerifier verifier = verifier();
        Random random = new Random(2);
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = proof.clone();
            int at = i < 600 ? i : random.nextInt(proof.length);
            mutant[at] ^= (byte) (1 << random.nextInt(8));
            assertThat(verifier.verify(0, 1, execution.execution, mutant))
                    .as("byte %d", at)
                    .isNotNull();
        }
    }
}
