package dev.candor.actors.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class BatchCostLearnerTest {
    private static final int MICRO = 1_000;

    private static BatchCost learn(int batches, int each, int fixed, double noise, Random random) {
        BatchCostLearner learner = new BatchCostLearner();
        for (int i = 0; i < batches; i++) {
            int items = 1 + random.nextInt(32);
            double nanos = (each * items + fixed) * MICRO * (1 + noise * (random.nextDouble() - 0.5));
            learner.observe(items, (long) nanos);
        }
        return learner.cost();
    }

    @Property(tries = 200)
    void findsTheLineThroughNoise(
            @ForAll @IntRange(min = 1, max = 500) int each,
            @ForAll @IntRange(min = 50, max = 5_000) int fixed,
            @ForAll long seed) {
        BatchCost cost = learn(400, each, fixed, 0.1, new Random(seed));
        for (int items : new int[] {1, 8, 32}) {
            double right = (each * items + fixed) * (double) MICRO;
            // Noise is a part of the time, so that of large batches moves the line's foot.
            double noise = 0.03 * each * 32 * MICRO;
            assertThat((double) cost.nanos(items)).isCloseTo(right, within(Math.max(0.15 * right, noise)));
        }
    }

    @Property(tries = 300)
    void neverSaysThatMoreTakesLessOrAnythingLessThanNothing(@ForAll long seed) {
        Random random = new Random(seed);
        BatchCostLearner learner = new BatchCostLearner();
        for (int i = 0; i < 50; i++) {
            learner.observe(1 + random.nextInt(64), random.nextInt(10_000_000));
            assertThat(learner.cost().nanosAnItem()).isGreaterThanOrEqualTo(0).isFinite();
            assertThat(learner.cost().nanosABatch()).isGreaterThanOrEqualTo(0).isFinite();
            assertThat(learner.cost().known()).isTrue();
        }
    }

    @Example
    void oneExtraordinaryBatchChangesLittle() {
        BatchCostLearner learner = new BatchCostLearner();
        for (int i = 0; i < 100; i++) {
            learner.observe(1 + i % 8, (100 + 10 * (1 + i % 8)) * MICRO);
        }
        long before = learner.cost().nanos(8);
        learner.observe(8, 10_000_000_000L);
        assertThat(learner.cost().nanos(8)).isBetween(before, 2 * before);
    }

    @Example
    void followsADeviceThatBecameSlower() {
        BatchCostLearner learner = new BatchCostLearner();
        for (int i = 0; i < 600; i++) {
            int factor = i < 300 ? 1 : 3;
            learner.observe(1 + i % 8, (long) factor * (100 + 10 * (1 + i % 8)) * MICRO);
        }
        assertThat((double) learner.cost().nanos(8)).isCloseTo(3 * 180.0 * MICRO, within(20.0 * MICRO));
    }

    @Example
    void knowsNothingAtFirst() {
        assertThat(new BatchCostLearner().cost().known()).isFalse();
        assertThat(new BatchCostLearner().cost().nanos(5)).isZero();
    }

    @Example
    void turnsThatOthersLengthenStretchTheOutlook() {
        BatchCost cost = new BatchCost(0, 1_000);
        OutlookKeeper keeper = new OutlookKeeper(2);
        long now = 0;
        for (int i = 0; i < 60; i++) {
            keeper.left(0, 1, cost, true, now);
            // Another model's batch of the same length runs between any two.
            now += 2_000;
        }
        assertThat(keeper.outlook(cost, now).stretch()).isCloseTo(2, within(0.01));
        for (int i = 0; i < 60; i++) {
            keeper.left(0, 1, cost, true, now);
            now += 1_000;
        }
        assertThat(keeper.outlook(cost, now).stretch()).isCloseTo(1, within(0.01));
        keeper.left(0, 1, cost, false, now);
        double alone = keeper.outlook(cost, now).stretch();
        // Nothing waited, so the long time until the next batch says nothing.
        keeper.left(0, 1, cost, false, now + 1_000_000);
        assertThat(keeper.outlook(cost, now).stretch()).isEqualTo(alone);
    }

    @Example
    void theFirstDeviceThatIsFreeCounts() {
        BatchCost cost = new BatchCost(10, 100);
        OutlookKeeper keeper = new OutlookKeeper(2);
        keeper.left(0, 5, cost, false, 1_000);
        keeper.left(1, 1, cost, false, 1_000);
        Outlook both = keeper.outlook(cost, 1_000);
        assertThat(both.devices()).isEqualTo(2);
        assertThat(both.freeAt()).isEqualTo(1_110);
        // Rows 1 to 8 are in the first two batches, which run side by side; row 9 follows.
        assertThat(both.startOf(8, 4, 1_000)).isEqualTo(1_110);
        assertThat(both.startOf(9, 4, 1_000)).isEqualTo(1_110 + 140);
        assertThat(both.endOf(9, 4, 1_000)).isEqualTo(1_110 + 140 + 140);
        keeper.gone(1);
        assertThat(keeper.outlook(cost, 1_000).freeAt()).isEqualTo(1_150);
        assertThatThrownBy(() -> new Outlook(cost, 0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
