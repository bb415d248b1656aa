package dev.candor.multijvmtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.multijvmtests.harness.Linearizability.Answered;
import dev.candor.multijvmtests.harness.Linearizability.Conflict;
import dev.candor.multijvmtests.harness.Linearizability.Operation;
import dev.candor.multijvmtests.harness.Linearizability.Outcome;
import dev.candor.multijvmtests.harness.Linearizability.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LinearizabilityTest {
    private static Operation call(int request, long start, long end, Outcome outcome) {
        return new Operation("k", request, start, end, outcome);
    }

    @Test
    void explainsRetriesThatGetTheSameAnswer() {
        assertThat(Linearizability.violations(List.of(
                        call(1, 0, 10, new Unknown()),
                        call(1, 5, 20, new Answered("a")),
                        call(1, 30, 40, new Answered("a")))))
                .isEmpty();
    }

    @Test
    void findsTwoAnswersUnderOneKey() {
        assertThat(Linearizability.violations(
                        List.of(call(1, 0, 10, new Answered("a")), call(1, 5, 20, new Answered("b")))))
                .singleElement()
                .asString()
                .contains("key k");
    }

    @Test
    void findsAnAnswerToAnotherRequestThanTheOneThatWasFirst() {
        assertThat(Linearizability.violations(
                        List.of(call(1, 0, 10, new Answered("a")), call(2, 20, 30, new Answered("b")))))
                .isNotEmpty();
    }

    @Test
    void findsAConflictBeforeAnyoneElseBegan() {
        assertThat(Linearizability.violations(
                        List.of(call(1, 0, 10, new Conflict()), call(2, 20, 30, new Answered("a")))))
                .as("nobody had the key when the conflict was told")
                .isNotEmpty();
        assertThat(Linearizability.violations(
                        List.of(call(1, 0, 25, new Conflict()), call(2, 20, 30, new Answered("a")))))
                .as("they overlap")
                .isEmpty();
    }

    @Test
    void aCallWithoutAnOutcomeMayHaveTakenEffectLongAfterItWasGivenUp() {
        assertThat(Linearizability.violations(List.of(
                        call(1, 0, 5, new Unknown()),
                        call(2, 10, 20, new Answered("b")),
                        call(1, 30, 40, new Conflict()))))
                .isEmpty();
        assertThat(Linearizability.violations(List.of(
                        call(1, 0, 5, new Unknown()),
                        call(2, 10, 20, new Conflict()),
                        call(1, 30, 40, new Answered("a")))))
                .isEmpty();
        assertThat(Linearizability.violations(List.of(call(1, 0, 5, new Unknown()), call(1, 10, 20, new Conflict()))))
                .as("nobody asked for anything else")
                .isNotEmpty();
    }

    private enum Mutant {
        NONE,
        /** A retry runs again. */
        RUNS_AGAIN,
        /** Another request under the key gets the first one's answer. */
        ANSWERS_THE_WRONG_REQUEST,
        /** What was answered is forgotten. */
        FORGETS
    }

    /** A cell as it should be, or one of its mutants, asked by overlapping callers. */
    private static List<Operation> simulated(Mutant mutant, RandomGenerator random) {
        List<Operation> history = new ArrayList<>();
        for (int key = 0; key < 20; key++) {
            int decided = -1;
            String receipt = "";
            for (int i = 0; i < 6; i++) {
                long effect = 100L * i + random.nextInt(100);
                int request = random.nextInt(4) == 0 ? 2 : 1;
                if (decided < 0 || (mutant == Mutant.FORGETS && i == 3)) {
                    decided = request;
                    receipt = key + "-" + i;
                } else if (mutant == Mutant.RUNS_AGAIN && request == decided) {
                    receipt = key + "-" + i;
                }
                boolean given = request == decided || mutant == Mutant.ANSWERS_THE_WRONG_REQUEST;
                Outcome told = random.nextInt(5) == 0 ? new Unknown() : given ? new Answered(receipt) : new Conflict();
                history.add(new Operation(
                        "k" + key, request, effect - random.nextInt(300), effect + random.nextInt(300), told));
            }
        }
        return history;
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void explainsEveryRunOfARightCellAndFindsEachMutant(Mutant mutant) {
        int found = 0;
        for (int seed = 0; seed < 200; seed++) {
            found += Linearizability.violations(simulated(mutant, new Random(seed)))
                            .isEmpty()
                    ? 0
                    : 1;
        }
        if (mutant == Mutant.NONE) {
            assertThat(found).isZero();
        } else {
            assertThat(found).isGreaterThan(190);
        }
    }
}
