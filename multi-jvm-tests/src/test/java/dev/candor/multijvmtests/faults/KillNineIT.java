package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.mutants.MutantNode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dcandor.seed=N} repeats a run's moments as nearly as processes allow, {@code -Dcandor.rounds=N} does more kills. */
@Timeout(1800)
final class KillNineIT {
    private static final long SEED = Long.getLong("candor.seed", new SecureRandom().nextInt() & 0xffff_ffffL);
    private static final int ROUNDS = Integer.getInteger("candor.rounds", 5);

    @TempDir
    private Path folder;

    @Test
    void losesAndDoublesNothingThatWasAcknowledged() throws Exception {
        System.out.println("seed " + SEED + ", " + ROUNDS + " kills, " + KillNine.RATE + " requests/s");
        long start = System.nanoTime();
        try (KillNine scenario = KillNine.start(folder, TestNode.Launch.shipped(), SEED)) {
            for (int round = 1; round <= ROUNDS; round++) {
                assertThat(scenario.killAndRead())
                        .as("after kill %d of seed %d", round, SEED)
                        .isEmpty();
                assertThat(scenario.restartAndReplay(round == ROUNDS))
                        .as("replays after kill %d of seed %d", round, SEED)
                        .isEmpty();
            }
            assertThat(scenario.finish()).as("in the end, seed %d", SEED).isEmpty();
        }
        System.out.println("took " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    }

    @Test
    void catchesTheMutantThatAnswersBeforeTheCommit() throws Exception {
        TestNode.Launch mutant =
                TestNode.Launch.shipped().as(MutantNode.class.getName(), MutantNode.Mutant.ANSWER_BEFORE_COMMIT.name());
        try (KillNine scenario = KillNine.start(folder, mutant, SEED)) {
            assertThat(scenario.killAndRead())
                    .anySatisfy(wrong -> assertThat(wrong).startsWith("lost"));
        }
    }
}
