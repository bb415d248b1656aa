package dev.candor.actors.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.batching.Batcher.Mutant;
import dev.candor.actors.batching.Simulation.Request;
import dev.candor.actors.batching.Simulation.Scenario;
import dev.candor.actors.batching.Simulation.Step;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import java.time.Duration;
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

/**
 * What must hold for every sequence of arrivals, cancellations and passing time; {@link Simulation} checks it at each step: never over max, never out of order
 * within a priority, nothing held back while the executor is idle, nothing run that nobody wants, one shape a batch, exactly one outcome a request.
 */
final class BatcherPropertiesTest {
    private static final int SCENARIOS_A_MUTANT = 300;

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
    void holdsItsPromisesWithoutADelay(@ForAll("workConserving") Scenario scenario) {
        new Simulation(scenario, Mutant.NONE).run();
    }

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
    void holdsItsPromisesWithADelay(@ForAll("delaying") Scenario scenario) {
        new Simulation(scenario, Mutant.NONE).run();
    }

    @Example
    void findsABatchOverMax() {
        assertKilled(Mutant.EXCEEDS_MAX, "never over max");
    }

    @Example
    void findsAReordering() {
        assertKilled(Mutant.REORDERS, "never reordered");
    }

    @Example
    void findsWorkThatIsHeldBack() {
        assertKilled(Mutant.HOLDS_WORK, "nothing is held back");
    }

    @Example
    void findsADelayThatIsTooLong() {
        assertKilled(Mutant.SLEEPS_TOO_LONG, "with a delay not longer than it");
    }

    @Example
    void findsALostRequest() {
        assertKilled(Mutant.LOSES, "");
    }

    @Example
    void findsARequestThatRanTwice() {
        assertKilled(Mutant.RUNS_TWICE, "exactly one outcome");
    }

    @Example
    void findsARunBehindItsDeadline() {
        assertKilled(Mutant.IGNORES_DEADLINES, "nothing runs that");
    }

    @Example
    void findsMixedShapes() {
        assertKilled(Mutant.MIXES_SHAPES, "one shape a batch");
    }

    @Example
    void findsAnOverfullQueue() {
        assertKilled(Mutant.IGNORES_BOUNDS, "keeps its bounds");
    }

    @Example
    void findsACancelledRequestThatRan() {
        assertKilled(Mutant.IGNORES_CANCELLATION, "exactly one outcome");
    }

    @Example
    void findsARefusalOfTheFirst() {
        assertKilled(Mutant.NEVER_DISPLACES, "a higher priority finds room");
    }

    @Example
    void findsAnEqualThatGivesWay() {
        assertKilled(Mutant.DISPLACES_ANYBODY, "");
    }

    /** Some scenario must fail, and the first failure must name the property. */
    private void assertKilled(Mutant mutant, String property) {
        Random random = new Random(20);
        List<String> failures = Stream.of(workConserving(), delaying())
                .flatMap(scenarios -> Stream.generate(
                                () -> scenarios.generator(1000).next(random).value())
                        .limit(SCENARIOS_A_MUTANT))
                .flatMap(scenario -> failure(scenario, mutant))
                .toList();
        assertThat(failures).as("%s", mutant).anyMatch(message -> message.contains(property));
    }

    private static Stream<String> failure(Scenario scenario, Mutant mutant) {
        try {
            new Simulation(scenario, mutant).run();
            return Stream.empty();
        } catch (AssertionError e) {
            return Stream.of(e.getMessage());
        }
    }

    @Provide
    Arbitrary<Scenario> workConserving() {
        return scenarios(Arbitraries.just(0L));
    }

    @Provide
    Arbitrary<Scenario> delaying() {
        return scenarios(Arbitraries.longs().between(1, 40).map(micros -> micros * 1_000));
    }

    private static Arbitrary<Scenario> scenarios(Arbitrary<Long> delays) {
        return policies(delays)
                .flatMap(policy -> Combinators.combine(
                                Arbitraries.longs().between(1, 30_000),
                                steps(policy).list().ofMaxSize(60))
                        .as((run, steps) -> new Scenario(policy, run, steps)));
    }

    private static Arbitrary<BatchingPolicy> policies(Arbitrary<Long> delays) {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(1, 12).list().ofMaxSize(2),
                        delays,
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(TimeoutAction.class),
                        Arbitraries.integers().between(1, 40),
                        Arbitraries.integers().between(1, 400))
                .as((max, preferred, delay, levels, action, items, bytes) -> new BatchingPolicy(
                        max,
                        preferred.stream().filter(size -> size <= max).toList(),
                        Duration.ofNanos(delay),
                        levels,
                        levels,
                        action,
                        Duration.ZERO,
                        items,
                        bytes));
    }

    private static Arbitrary<Step> steps(BatchingPolicy policy) {
        Arbitrary<Step> arrivals = Combinators.combine(
                        Arbitraries.integers().between(1, policy.maxBatchSize() + 1),
                        Arbitraries.integers().between(1, 100),
                        Arbitraries.integers().between(1, policy.priorityLevels()),
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.longs().between(1, 200_000),
                        Arbitraries.longs().between(0, 60_000))
                .as((items, bytes, priority, shape, deadline, timeout) -> new Step.Arrive(
                        new Request(items, bytes, priority, shape, deadline, timeout > 30_000 ? 0 : timeout)));
        Arbitrary<Step> passes = Arbitraries.longs().between(1, 40_000).map(Step.Pass::new);
        Arbitrary<Step> cancellations = Arbitraries.integers().between(0, 40).map(Step.Cancel::new);
        return Arbitraries.frequencyOf(Tuple.of(6, arrivals), Tuple.of(3, passes), Tuple.of(1, cancellations));
    }
}
