package dev.candor.actors.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.batching.BatcherDecider.Expiry;
import dev.candor.actors.batching.Foresight.Mutant;
import dev.candor.actors.batching.Foresight.Request;
import dev.candor.actors.batching.Foresight.Run;
import dev.candor.actors.batching.Foresight.Step;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import java.time.Duration;
import java.util.ArrayList;
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
 * What admission says of the future, held against what comes, for every sequence of arrivals: who is refused would have come too late, who comes back when
 * told to is let in, who is let in is answered in time.
 */
final class AdmissionPropertiesTest {
    private static final int SCENARIOS_A_MUTANT = 400;
    private static final long FAR = 1_000_000_000_000L;

    /** Deadlines are long enough that a request behind nothing but a running batch is never late. */
    record Scenario(int max, BatchCost cost, List<Step> steps) {
        BatchingPolicy policy() {
            return new BatchingPolicy(
                    max, List.of(), Duration.ZERO, 2, 2, TimeoutAction.REJECT, Duration.ZERO, 100_000, 1L << 30);
        }
    }

    @Property(tries = 1_500, edgeCases = EdgeCasesMode.NONE)
    void saysTheTruth(@ForAll("scenarios") Scenario scenario) {
        check(scenario, Mutant.NONE);
    }

    @Example
    void findsAdmissionWithoutForesight() {
        assertKilled(Mutant.BLIND, "who is let in is answered in time");
    }

    @Example
    void findsRefusalsOutOfCaution() {
        assertKilled(Mutant.PESSIMIST, "who is refused would have come too late in a full batch");
    }

    @Example
    void findsARetryThatIsTooSoon() {
        assertKilled(Mutant.HASTY, "who comes back when told to is let in");
    }

    private static void check(Scenario scenario, Mutant mutant) {
        List<Step> steps = scenario.steps();
        Foresight real = new Foresight(scenario.policy(), scenario.cost(), mutant);
        List<Integer> admitted = new ArrayList<>();
        List<Long> deadlines = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            switch (steps.get(i)) {
                case Step.Pass(long nanos) -> real.pass(nanos);
                case Step.Arrive(Request request) -> {
                    long arrivedAt = real.now;
                    switch (real.arrive(i, request, true)) {
                        case Ticket<Integer> ticket -> {
                            admitted.add(i);
                            deadlines.add(arrivedAt + request.deadline());
                        }
                        case Admission.Refused<Integer> refused -> refused(scenario, mutant, i, request, refused);
                    }
                }
            }
        }
        real.pass(FAR);
        for (int i = 0; i < admitted.size(); i++) {
            Run run = real.runs.get(admitted.get(i));
            assertThat(run).as("who is let in is answered in time").isNotNull();
            assertThat(run.endedAt()).as("who is let in is answered in time").isLessThanOrEqualTo(deadlines.get(i));
        }
    }

    private static void refused(
            Scenario scenario, Mutant mutant, int at, Request request, Admission.Refused<Integer> refused) {
        assertThat(refused.retryAfter()).isPositive();
        Foresight admitting = Foresight.after(scenario.policy(), scenario.cost(), mutant, scenario.steps(), at);
        long arrivedAt = admitting.now;
        admitting.arrive(at, request, false);
        admitting.pass(FAR);
        Run run = admitting.runs.get(at);
        long full = scenario.cost().nanos(scenario.max());
        boolean impatient = request.timeout() > 0;
        boolean late = run == null
                || run.startedAt() + full >= arrivedAt + request.deadline()
                || (impatient && run.startedAt() >= arrivedAt + request.timeout());
        assertThat(late)
                .as("who is refused would have come too late in a full batch")
                .isTrue();

        Foresight patient = Foresight.after(scenario.policy(), scenario.cost(), mutant, scenario.steps(), at);
        patient.pass(refused.retryAfter().toNanos());
        assertThat(patient.arrive(at, request, true))
                .as("who comes back when told to is let in")
                .isInstanceOf(Ticket.class);
    }

    private void assertKilled(Mutant mutant, String property) {
        Random random = new Random(21);
        List<String> failures = Stream.generate(
                        () -> scenarios().generator(1000).next(random).value())
                .limit(SCENARIOS_A_MUTANT)
                .flatMap(scenario -> failure(scenario, mutant))
                .toList();
        assertThat(failures).as("%s", mutant).anyMatch(message -> message.contains(property));
    }

    private static Stream<String> failure(Scenario scenario, Mutant mutant) {
        try {
            check(scenario, mutant);
            return Stream.empty();
        } catch (AssertionError e) {
            return Stream.of(e.getMessage());
        }
    }

    @Provide
    Arbitrary<Scenario> scenarios() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 8),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(1, 50))
                .as((max, each, fixed) -> new Scenario(max, new BatchCost(each * 1e6, fixed * 1e6), List.of()))
                .flatMap(bare ->
                        steps(bare).list().ofMaxSize(60).map(steps -> new Scenario(bare.max(), bare.cost(), steps)));
    }

    private static Arbitrary<Step> steps(Scenario scenario) {
        long full = scenario.cost().nanos(scenario.max());
        Arbitrary<Step> arrivals = Combinators.combine(
                        Arbitraries.longs().between(2 * full + 1, 6 * full),
                        Arbitraries.longs().between(full + 1, 4 * full),
                        Arbitraries.integers().between(0, 2))
                .as((deadline, timeout, timed) -> new Step.Arrive(new Request(2, deadline, timed == 0 ? timeout : 0)));
        Arbitrary<Step> passes = Arbitraries.longs().between(1, 2 * full).map(Step.Pass::new);
        return Arbitraries.frequencyOf(Tuple.of(8, arrivals), Tuple.of(1, passes));
    }

    /**
     * What a device that is offered twice what it can do, for 200 batches, makes of it.
     *
     * @param goodput part of the device's time that went into answers that came in time
     * @param longestHigh the longest that a request of high priority took, in full batches
     */
    private record Overload(double goodput, double longestHigh, int refused) {}

    private static Overload twice(Mutant mutant, int highEvery) {
        int max = 8;
        BatchCost cost = new BatchCost(1e5, 2e5);
        long full = cost.nanos(max);
        BatchingPolicy policy = new BatchingPolicy(
                max, List.of(), Duration.ZERO, 2, 2, TimeoutAction.REJECT, Duration.ZERO, 10 * max, 1L << 30);
        Foresight lane = new Foresight(policy, cost, mutant);
        int total = 2 * max * 200;
        List<Long> arrivals = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < total; i++) {
            int priority = highEvery > 0 && i % highEvery == 0 ? 1 : 2;
            arrivals.add(lane.now);
            refused += lane.arrive(i, new Request(priority, 5 * full, 0), true) instanceof Ticket ? 0 : 1;
            lane.pass(full / (2 * max));
        }
        long length = lane.now - arrivals.getFirst();
        lane.pass(FAR);
        int good = 0;
        double longest = 0;
        for (int i = 0; i < total; i++) {
            Run run = lane.runs.get(i);
            good += run != null && run.endedAt() <= arrivals.get(i) + 5 * full ? 1 : 0;
            if (highEvery > 0 && i % highEvery == 0) {
                longest = Math.max(
                        longest,
                        run == null ? Double.POSITIVE_INFINITY : (run.endedAt() - arrivals.get(i)) / (double) full);
            }
        }
        long expired = lane.expiries.values().stream()
                .filter(why -> why != Expiry.DISPLACED)
                .count();
        assertThat(expired)
                .as("what is let in is not given up later, but for a few before it is known how many overtake")
                .isLessThanOrEqualTo(highEvery > 0 ? total / 100 : 0);
        return new Overload(good * (full / (double) max) / length, longest, refused);
    }

    @Example
    void atTwiceTheLoadTheDeviceDoesNothingInVain() {
        Overload overload = twice(Mutant.NONE, 0);
        assertThat(overload.goodput()).isGreaterThan(0.95);
        assertThat(overload.refused()).isGreaterThan(1_000);
    }

    @Example
    void highPriorityDoesNotNoticeTheLoad() {
        // A batch that runs already, and its own.
        assertThat(twice(Mutant.NONE, 10).longestHigh()).isLessThanOrEqualTo(2.01);
        assertThat(twice(Mutant.NONE, 10).goodput()).isGreaterThan(0.95);
        assertThat(twice(Mutant.EQUAL, 10).longestHigh()).isGreaterThan(2.5);
    }
}
