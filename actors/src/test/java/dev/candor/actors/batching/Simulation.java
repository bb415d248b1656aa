package dev.candor.actors.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.batching.BatcherDecider.Expiry;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One lane with one executor under a simulated clock. It keeps a model of its own of who waits in which order, drives the batcher as a lane does, and fails
 * with the name of the property that was broken.
 */
final class Simulation {
    /** Behind everything that a scenario can reach. */
    static final long LATE = 1_000_000;

    private static final long START = 5_000;

    /**
     * A request of a scenario; times in nanoseconds after its arrival.
     *
     * @param timeout 0 for none
     */
    record Request(int items, int bytes, int priority, int shape, long deadline, long timeout) {}

    /** What happens in a scenario. */
    sealed interface Step {
        /** A request arrives. */
        record Arrive(Request request) implements Step {}

        /** Time passes. */
        record Pass(long nanos) implements Step {}

        /** A request that may or may not wait is cancelled. */
        record Cancel(int number) implements Step {}
    }

    /**
     * A scenario.
     *
     * @param run how long a batch takes
     */
    record Scenario(BatchingPolicy policy, long run, List<Step> steps) {}

    private enum Outcome {
        WAITS,
        RAN,
        EXPIRED,
        CANCELLED
    }

    /** A request as the model of this simulation has it. */
    private static final class Known {
        final int number;
        final Request request;
        final long arrivedAt;
        final Ticket<Integer> ticket;
        Outcome outcome = Outcome.WAITS;

        Known(int number, Request request, long arrivedAt, Ticket<Integer> ticket) {
            this.number = number;
            this.request = request;
            this.arrivedAt = arrivedAt;
            this.ticket = ticket;
        }

        boolean dead(long now) {
            return arrivedAt + request.deadline() <= now;
        }

        boolean timedOut(long now) {
            return request.timeout() > 0 && arrivedAt + request.timeout() <= now;
        }
    }

    private final Scenario scenario;
    private final BatchingPolicy policy;
    private final Batcher batcher;
    private final Map<Integer, Known> all = new HashMap<>();
    private long now = START;
    private long busyUntil = START;
    private int arrived;
    /** The priority for which others give way at the moment. */
    private int displacing = Integer.MAX_VALUE;

    private int batches;

    Simulation(Scenario scenario, Batcher.Mutant mutant) {
        this.scenario = scenario;
        this.policy = scenario.policy();
        this.batcher = new Batcher(policy, mutant);
    }

    /** Runs the scenario and then on until nothing waits. */
    int run() {
        for (Step step : scenario.steps()) {
            switch (step) {
                case Step.Arrive(Request request) -> arrive(request);
                case Step.Pass(long nanos) -> pass(now + nanos);
                case Step.Cancel(int number) -> cancel(number);
            }
            settle();
        }
        pass(now + LATE);
        assertThat(all.values()).as("exactly one outcome a request").noneMatch(known -> known.outcome == Outcome.WAITS);
        assertThat(batcher.requests()).isZero();
        assertThat(batcher.queuedItems()).isZero();
        assertThat(batcher.queuedBytes()).isZero();
        return batches;
    }

    private void arrive(Request request) {
        int number = arrived++;
        long items =
                waiting().stream().mapToLong(known -> known.request.items()).sum();
        long bytes =
                waiting().stream().mapToLong(known -> known.request.bytes()).sum();
        Admission<Integer> admission = batcher.offer(number, request, now);
        boolean fits = request.items() <= policy.maxBatchSize()
                && (waiting().isEmpty()
                        || (items + request.items() <= policy.maxQueueItems()
                                && bytes + request.bytes() <= policy.maxQueueBytes()));
        long lower = waiting().stream()
                .filter(known -> known.request.priority() > request.priority())
                .mapToLong(known -> known.request.items())
                .sum();
        long lowerBytes = waiting().stream()
                .filter(known -> known.request.priority() > request.priority())
                .mapToLong(known -> known.request.bytes())
                .sum();
        boolean displaces = !fits
                && request.items() <= policy.maxBatchSize()
                && items - lower + request.items() <= policy.maxQueueItems()
                && bytes - lowerBytes + request.bytes() <= policy.maxQueueBytes();
        switch (admission) {
            case Ticket<Integer> ticket -> {
                assertThat(fits || displaces).as("the queue keeps its bounds").isTrue();
                displacing = displaces ? request.priority() : Integer.MAX_VALUE;
                expire();
                displacing = Integer.MAX_VALUE;
                all.put(number, new Known(number, request, now, ticket));
                assertThat(batcher.queuedItems())
                        .as("the queue keeps its bounds")
                        .isLessThanOrEqualTo(Math.max(policy.maxQueueItems(), request.items()));
            }
            case Admission.Refused<Integer> refused ->
                assertThat(fits || displaces)
                        .as("a higher priority finds room; " + refused.sentence())
                        .isFalse();
        }
    }

    private void cancel(int number) {
        Known known = all.get(number);
        if (known != null && batcher.cancel(known.ticket)) {
            end(known, Outcome.CANCELLED);
        }
    }

    /** Goes to {@code until}, stopping wherever the lane has something to do. */
    private void pass(long until) {
        while (now < until) {
            long next = until;
            if (busyUntil > now) {
                next = Math.min(next, busyUntil);
            }
            OptionalLong wake = batcher.nextWake(now);
            if (wake.isPresent()) {
                next = Math.min(next, Math.max(now + 1, wake.getAsLong()));
            }
            now = next;
            batcher.sweep(now);
            settle();
        }
    }

    /** What a lane does after each event. */
    private void settle() {
        while (busyUntil <= now && batcher.ripe(now)) {
            Batch<Integer> batch = batcher.take(now);
            expire();
            if (batch == null) {
                break;
            }
            check(batch);
            batches++;
            busyUntil = now + scenario.run();
        }
        expire();
        if (busyUntil <= now) {
            long delay = policy.maxQueueDelay().toNanos();
            assertThat(waiting())
                    .as("nothing is held back while the executor is idle, with a delay not longer than it")
                    .allMatch(known -> delay > 0 && known.arrivedAt + delay > now);
        }
    }

    private void expire() {
        batcher.drainExpired((ticket, why) -> {
            Known known = all.get(ticket.payload());
            boolean dead = known.dead(now);
            boolean rejected = policy.timeoutAction() == TimeoutAction.REJECT && known.timedOut(now);
            if (why == Expiry.DISPLACED) {
                assertThat(known.request.priority())
                        .as("nothing gives way to its equal")
                        .isGreaterThan(displacing);
            } else {
                assertThat(why == Expiry.DEADLINE ? dead : rejected)
                        .as("nothing expires early")
                        .isTrue();
            }
            end(known, Outcome.EXPIRED);
        });
    }

    private void check(Batch<Integer> batch) {
        assertThat(batch.tickets()).isNotEmpty();
        assertThat(batch.items()).as("never over max").isBetween(1, policy.maxBatchSize());
        List<Known> expected = waiting();
        expected.sort(Comparator.<Known, Boolean>comparing(known -> known.timedOut(now))
                .thenComparingInt(known -> known.request.priority())
                .thenComparingLong(known -> known.timedOut(now) ? known.arrivedAt + known.request.timeout() : 0)
                .thenComparingInt(known -> known.number));
        for (int i = 0; i < batch.tickets().size(); i++) {
            Known known = all.get(batch.tickets().get(i).payload());
            assertThat(known.outcome).as("exactly one outcome a request").isEqualTo(Outcome.WAITS);
            assertThat(known.dead(now)).as("nothing runs that nobody wants").isFalse();
            assertThat(policy.timeoutAction() == TimeoutAction.REJECT && known.timedOut(now))
                    .as("nothing runs that waited too long")
                    .isFalse();
            assertThat(known.request.shape())
                    .as("one shape a batch")
                    .isEqualTo(all.get(batch.tickets().getFirst().payload())
                            .request
                            .shape());
            if (policy.timeoutAction() == TimeoutAction.REJECT) {
                assertThat(known.number).as("never reordered within a priority").isEqualTo(expected.get(i).number);
            }
        }
        long delay = policy.maxQueueDelay().toNanos();
        assertThat(batch.tickets())
                .as("nothing is held back while the executor is idle, with a delay not longer than it")
                .allMatch(ticket -> now <= Math.max(busyUntil, all.get(ticket.payload()).arrivedAt + delay));
        if (policy.timeoutAction() == TimeoutAction.DELAY) {
            checkDelayed(batch, expected);
        }
        checkReason(batch);
        batch.tickets().forEach(ticket -> end(all.get(ticket.payload()), Outcome.RAN));
    }

    /** Requests that have not timed out leave first and in order; those that have follow. */
    private void checkDelayed(Batch<Integer> batch, List<Known> expected) {
        List<Integer> live = expected.stream()
                .filter(known -> !known.timedOut(now))
                .map(known -> known.number)
                .toList();
        List<Integer> ran = batch.tickets().stream().map(Ticket::payload).toList();
        List<Integer> liveRan = ran.stream().filter(live::contains).toList();
        assertThat(liveRan).as("never reordered within a priority").isEqualTo(live.subList(0, liveRan.size()));
        if (liveRan.size() < ran.size()) {
            assertThat(liveRan).as("what timed out waits behind the rest").hasSameSizeAs(live);
            assertThat(ran.subList(0, liveRan.size())).isEqualTo(liveRan);
        }
    }

    private void checkReason(Batch<Integer> batch) {
        switch (batch.reason()) {
            case IDLE -> assertThat(policy.maxQueueDelay()).isZero();
            case PREFERRED -> assertThat(policy.preferredBatchSizes()).contains(batch.items());
            case DELAY, DEADLINE -> assertThat(policy.maxQueueDelay()).isPositive();
            case FULL, SHAPE -> {}
        }
    }

    private List<Known> waiting() {
        List<Known> waiting = new ArrayList<>();
        for (Known known : all.values()) {
            if (known.outcome == Outcome.WAITS) {
                waiting.add(known);
            }
        }
        return waiting;
    }

    private static void end(Known known, Outcome outcome) {
        assertThat(known.outcome).as("exactly one outcome a request").isEqualTo(Outcome.WAITS);
        known.outcome = outcome;
    }
}
