package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.LongGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** The budget that all connections share, under every interleaving of two threads: each call counts at one moment. */
final class BodyBudgetLincheckTest {
    private static final long LIMIT = 3;

    private static ModelCheckingOptions options() {
        return new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(10)
                .invocationsPerIteration(200);
    }

    /** As it is. */
    public static final class Budget {
        private final BodyBudget budget = new BodyBudget(LIMIT);

        @Operation
        public boolean take(@Param(gen = LongGen.class, conf = "1:3") long bytes) {
            return budget.take(bytes);
        }

        @Operation
        public void giveBack(@Param(gen = LongGen.class, conf = "1:3") long bytes) {
            budget.giveBack(bytes);
        }

        @Operation
        public long used() {
            return budget.used();
        }
    }

    /** A mutant: what is refused is counted for a moment. */
    public static final class CountsFirst {
        private final AtomicLong used = new AtomicLong();

        @Operation
        public boolean take(@Param(gen = LongGen.class, conf = "1:3") long bytes) {
            if (used.addAndGet(bytes) > LIMIT) {
                used.addAndGet(-bytes);
                return false;
            }
            return true;
        }

        @Operation
        public void giveBack(@Param(gen = LongGen.class, conf = "1:3") long bytes) {
            used.addAndGet(-bytes);
        }

        @Operation
        public long used() {
            return used.get();
        }
    }

    @Test
    void everyCallCountsAtOneMoment() {
        options().check(Budget.class);
    }

    @Test
    void aBudgetThatCountsBeforeItRefusesIsFound() {
        assertThatThrownBy(() -> options().check(CountsFirst.class)).hasMessageContaining("Invalid execution results");
    }
}
