package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LineageTest {

    private static final CodeParameters SMALL = CodeParameters.forOpenings(256, 2048, 3, 4);

    private final Random random = new Random(5);
    private final IntegerNetwork network = Networks.random(
            new Input(Shape.of(2, 6, 6), new Range(0, 127), 1),
            Networks.chain(
                    new Conv2d(2, 3, Window.square(3, 1)),
                    new Requantise(1, 1, 0, 127),
                    new Flatten(),
                    new Dense(48, 5)),
            random);

    private ModelOwner commit() {
        return ModelOwner.commit(Goldilocks.INSTANCE, network, SMALL, SecureRandomness::create);
    }

    @Test
    void linksARootAcrossTwoRollOvers() throws RefusedException {
        ModelOwner owner = commit();
        ModelOwner.Successor one = owner.rollOver(1);
        ModelOwner.Successor two = one.owner().rollOver(1);
        Lineage lineage = new Lineage(owner.commitment(), owner.register(), List.of(one.step(), two.step()));
        VerifiedLineage verified =
                VerifiedLineage.of(lineage, owner.commitment().id());
        assertThat(verified.epochs()).isEqualTo(3);
        assertThat(verified.root(2)).isEqualTo(two.owner().root());
    }

    @Test
    void refusesALineageOfAnotherModelAndOneOutOfOrder() {
        ModelOwner owner = commit();
        ModelOwner.Successor one = owner.rollOver(1);
        ModelOwner.Successor two = one.owner().rollOver(1);
        Lineage swapped = new Lineage(owner.commitment(), owner.register(), List.of(two.step(), one.step()));
        assertThatThrownBy(() -> VerifiedLineage.of(swapped, owner.commitment().id()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("epoch 1");
        assertThatThrownBy(() -> VerifiedLineage.of(swapped, Digest.sha256(new byte[0])))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void verifiesAnExecutionFromBytesOnceAndUnderItsOwnEpoch() throws RefusedException {
        ModelOwner owner = commit();
        VerifiedLineage lineage = VerifiedLineage.of(
                new Lineage(owner.commitment(), owner.register(), List.of()),
                owner.commitment().id());
        for (boolean hidden : new boolean[] {false, true}) {
            Executions execution = new Executions(owner, 3, Networks.input(network, 3, random), hidden);
            byte[] bytes = ProofFile.encode(execution.prove());
            Set<Long> seen = new HashSet<>();
            ExecutionVerifier verifier = new ExecutionVerifier(lineage, 3, hidden, (_, opening) -> seen.add(opening));
            assertThat(verifier.verify(0, 1, execution.execution, bytes)).isNull();
            assertThat(verifier.verify(0, 1, execution.execution, bytes))
                    .extracting(Verifier.Refusal::check)
                    .isEqualTo(Check.OPENING_UNUSED);
            assertThat(verifier.verify(1, 1, execution.execution, bytes))
                    .extracting(Verifier.Refusal::check)
                    .isEqualTo(Check.LINEAGE);
            assertThat(verifier.verify(0, 2, execution.execution, bytes)).isNotNull();
            assertThat(verifier.verify(0, 3, execution.execution, bytes))
                    .extracting(Verifier.Refusal::check)
                    .isEqualTo(Check.BUDGET);
        }
    }
}
