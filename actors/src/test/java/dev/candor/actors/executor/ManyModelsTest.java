package dev.candor.actors.executor;

import static dev.candor.actors.executor.ManyModels.FIT;
import static dev.candor.actors.executor.ManyModels.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.executor.ManyModels.Mutant;
import org.junit.jupiter.api.Test;

final class ManyModelsTest {
    private static ManyModels simulated(Mutant mutant, int requests, double perSecond) {
        ManyModels models = new ManyModels(mutant);
        models.simulate(requests, perSecond);
        return models;
    }

    @Test
    void hitsNearlyAsOftenAsAnIdealCache() {
        ManyModels models = simulated(Mutant.NONE, 20_000, 20);
        assertThat(models.answered).as("every request is answered").isEqualTo(models.requests);
        assertThat(models.failures).isZero();
        assertThat(models.hitRatio()).isGreaterThan(0.95 * models.idealRatio());
        assertThat(models.loads).as("a load is for a request").isLessThanOrEqualTo(models.requests - models.hits + FIT);
        assertThat(models.coldP99()).as("cold requests wait for few loads").isLessThan(10 * LOAD);
    }

    @Test
    void findsAnEvictionThatForgetsUse() {
        ManyModels forgetful = simulated(Mutant.FORGETS_USE, 20_000, 20);
        assertThat(forgetful.hitRatio()).isLessThan(0.95 * forgetful.idealRatio());
    }

    @Test
    void inAFloodOfColdRequestsLoadsAreSharedAndWarmModelsGoOn() {
        ManyModels models = simulated(Mutant.NONE, 40_000, 400);
        assertThat(models.answered).as("every request is answered").isEqualTo(models.requests);
        assertThat(models.failures).isZero();
        assertThat(models.loads)
                .as("requests for a cold model share a load")
                .isLessThan((models.requests - models.hits) / 2);
        assertThat(models.warmP99()).as("a warm model waits for few loads").isLessThan(5 * LOAD);
    }
}
