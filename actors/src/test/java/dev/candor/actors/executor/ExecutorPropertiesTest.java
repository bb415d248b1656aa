package dev.candor.actors.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.executor.DeviceSimulation.Mutant;
import dev.candor.actors.executor.DeviceSimulation.Step;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What must hold for every sequence of events at a device; {@link DeviceSimulation} checks it at each step. */
final class ExecutorPropertiesTest {
    private static final int SCENARIOS_A_MUTANT = 500;

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
    void keepsTheDeviceBusyAndWithinItsMemory(@ForAll("scenarios") List<Step> steps) {
        new DeviceSimulation(Mutant.NONE).run(steps);
    }

    @Example
    void findsMemoryOverTheBudget() {
        assertKilled(Mutant.EXCEEDS_THE_BUDGET, "the memory budget holds");
    }

    @Example
    void findsTwoAtATime() {
        assertKilled(Mutant.GRANTS_TWICE, "one thing at a time");
    }

    @Example
    void findsALostTurn() {
        assertKilled(Mutant.LOSES_TURNS, "never idle");
    }

    @Example
    void findsAnEvictionOfWhatRuns() {
        assertKilled(Mutant.EVICTS_THE_RUNNING, "what runs is not evicted");
    }

    private void assertKilled(Mutant mutant, String property) {
        Random random = new Random(7);
        List<String> failures = Stream.generate(
                        () -> scenarios().generator(1000).next(random).value())
                .limit(SCENARIOS_A_MUTANT)
                .flatMap(steps -> failure(steps, mutant))
                .toList();
        assertThat(failures).as("%s", mutant).anyMatch(message -> message.contains(property));
    }

    private static Stream<String> failure(List<Step> steps, Mutant mutant) {
        try {
            new DeviceSimulation(mutant).run(steps);
            return Stream.empty();
        } catch (AssertionError e) {
            return Stream.of(e.getMessage());
        }
    }

    @Provide
    Arbitrary<List<Step>> scenarios() {
        Arbitrary<Integer> models = Arbitraries.integers().between(0, 5);
        Arbitrary<Step> wants = Combinators.combine(
                        models,
                        Arbitraries.integers().between(50, 1_100),
                        Arbitraries.integers().between(50, 600))
                .as(Step.Want::new);
        return Arbitraries.frequencyOf(
                        Tuple.of(5, wants),
                        Tuple.of(1, models.map(Step.Unwant::new)),
                        Tuple.of(8, models.map(Step.Slot::new)),
                        Tuple.of(10, Arbitraries.integers().between(0, 7).map(roll -> new Step.Finish(roll > 0))),
                        Tuple.of(4, Arbitraries.just(new Step.File())),
                        Tuple.of(
                                1,
                                Arbitraries.integers()
                                        .between(0, 3)
                                        .map(roll -> roll == 0 ? new Step.Break() : new Step.File())),
                        Tuple.of(1, Arbitraries.integers().between(1, 40).map(Step.Pass::new)))
                .list()
                .ofMinSize(10)
                .ofMaxSize(120);
    }
}
