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
    private static final int MUTANTS = 10_000;

    /** The shortest proof: one weight, and as few columns as work allows. */
    private static final CodeParameters LEAST = CodeParameters.forOpenings(8, 2048, 2, 16);

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

    /** What dies at a hash dies there; nothing else may survive either, and nothing may end in an error. */
    @Test
    void refusesEveryByteChangedAndTenThousandMutants() throws Exception {
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(1), new Range(0, 9), 1), Networks.chain(new Dense(1, 1)), new Random(3));
        ModelOwner least = ModelOwner.commit(Goldilocks.INSTANCE, network, LEAST, SecureRandomness::create);
        Executions small = new Executions(least, 1, new long[] {5}, false);
        VerifiedLineage verified = VerifiedLineage.of(
                new Lineage(least.commitment(), least.register(), List.of()),
                least.commitment().id());
        ExecutionVerifier verifier = new ExecutionVerifier(verified, 1, false, ExecutionVerifier.UsedOpenings.NOT_KEPT);
        byte[] bytes = ProofFile.encode(small.prove());
        assertThat(verifier.verify(0, 1, small.execution, bytes)).isNull();
        Random random = new Random(2);
        for (int at = 0; at < bytes.length; at++) {
            byte[] changed = bytes.clone();
            changed[at] ^= (byte) (1 + random.nextInt(255));
            assertRefused(verifier, small, changed, at);
        }
        for (int i = 0; i < MUTANTS; i++) {
            assertRefused(verifier, small, mutant(bytes, random), i);
        }
    }

    private static void assertRefused(ExecutionVerifier verifier, Executions e, byte[] bytes, int number) {
        if (verifier.verify(0, 1, e.execution, bytes) == null) {
            throw new AssertionError("Mutant " + number + " is accepted.");
        }
    }

    /** Some bits changed, a part set to one value, moved, doubled or left out. */
    private static byte[] mutant(byte[] bytes, Random random) {
        byte[] mutant = bytes.clone();
        int from = random.nextInt(bytes.length);
        int size = 1 + random.nextInt(Math.min(64, bytes.length - from));
        switch (random.nextInt(5)) {
            case 0 -> {
                for (int i = 0; i < 1 + random.nextInt(4); i++) {
                    mutant[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 1 -> Arrays.fill(mutant, from, from + size, (byte) (random.nextBoolean() ? 0xFF : 0));
            case 2 -> System.arraycopy(bytes, random.nextInt(bytes.length - size + 1), mutant, from, size);
            case 3 -> {
                mutant = Arrays.copyOf(bytes, bytes.length + size);
                System.arraycopy(bytes, from, mutant, from + size, bytes.length - from);
            }
            default -> {
                System.arraycopy(bytes, from + size, mutant, from, bytes.length - from - size);
                mutant = Arrays.copyOf(mutant, bytes.length - size);
            }
        }
        if (Arrays.equals(mutant, bytes)) {
            mutant[from] ^= 1;
        }
        return mutant;
    }
}
