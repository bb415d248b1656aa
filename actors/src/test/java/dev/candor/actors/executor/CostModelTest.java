package dev.candor.actors.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CostModelTest {
    private final CostModel costs = new CostModel();

    @Test
    void knowsNothingAtFirst() {
        assertThat(costs.predict(1)).isZero();
        assertThat(costs.predict(4096)).isZero();
    }

    @Test
    void learnsEachRungByItself() {
        costs.observe(1, 100);
        costs.observe(32, 500);
        assertThat(costs.predict(1)).isEqualTo(100);
        assertThat(costs.predict(17)).as("on the rung of 32").isEqualTo(500);
        assertThat(costs.predict(32)).isEqualTo(500);
    }

    @Test
    void followsChangesSlowly() {
        costs.observe(8, 1_000);
        costs.observe(8, 2_000);
        assertThat(costs.predict(8)).isEqualTo(1_200);
        for (int i = 0; i < 100; i++) {
            costs.observe(8, 2_000);
        }
        assertThat(costs.predict(8)).isBetween(1_990L, 2_000L);
    }

    @Test
    void takesTimeToGrowWithTheRowsWhereItHasNotSeenThem() {
        costs.observe(4, 100);
        assertThat(costs.predict(16)).isEqualTo(400);
        assertThat(costs.predict(1)).as("a larger batch bounds a smaller one").isEqualTo(100);
    }
}
