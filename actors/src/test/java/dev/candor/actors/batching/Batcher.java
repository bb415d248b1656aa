package dev.candor.actors.batching;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.model.BatchingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The batcher under test, or one with a defect, as the simulation drives it. The payload is the request's number in the order of arrival. */
final class Batcher {
    /** Defects that the simulation must find. */
    enum Mutant {
        NONE,
        /** Puts two batches into one. */
        EXCEEDS_MAX,
        /** The last in is the first out. */
        REORDERS,
        /** Waits for company though none may be waited for. */
        HOLDS_WORK,
        /** Looks again too late. */
        SLEEPS_TOO_LONG,
        /** Forgets some requests. */
        LOSES,
        /** Runs a request again. */
        RUNS_TWICE,
        /** Runs what nobody wants any more. */
        IGNORES_DEADLINES,
        /** Puts any shapes together. */
        MIXES_SHAPES,
        /** Takes more than its queue may hold. */
        IGNORES_BOUNDS,
        /** Goes on with what was cancelled. */
        IGNORES_CANCELLATION,
        /** Refuses the first as it does the last. */
        NEVER_DISPLACES,
        /** Makes room at the cost of whoever waits. */
        DISPLACES_ANYBODY
    }

    private final BatcherDecider<Integer> decider;
    private final BatchingPolicy policy;
    private final Mutant mutant;
    private final List<Ticket<Integer>> victims = new ArrayList<>();
    private @Nullable Ticket<Integer> earlier;

    Batcher(BatchingPolicy policy, Mutant mutant) {
        this.policy = policy;
        this.mutant = mutant;
        this.decider = new BatcherDecider<>(mutant == Mutant.IGNORES_BOUNDS ? unbounded(policy) : policy);
    }

    private static BatchingPolicy unbounded(BatchingPolicy policy) {
        return new BatchingPolicy(
                policy.maxBatchSize(),
                policy.preferredBatchSizes(),
                policy.maxQueueDelay(),
                policy.priorityLevels(),
                policy.defaultPriority(),
                policy.timeoutAction(),
                policy.defaultTimeout(),
                1 << 20,
                1L << 40);
    }

    Admission<Integer> offer(int number, Simulation.Request request, long now) {
        if (mutant == Mutant.NEVER_DISPLACES
                && decider.requests() > 0
                && (decider.queuedItems() + request.items() > policy.maxQueueItems()
                        || decider.queuedBytes() + request.bytes() > policy.maxQueueBytes())) {
            return new Admission.Refused<>(ErrorCode.OVERLOADED, "full", Duration.ofMillis(1));
        }
        Admission<Integer> admission = offerHonestly(number, request, now);
        if (mutant == Mutant.DISPLACES_ANYBODY
                && admission instanceof Admission.Refused<Integer>(ErrorCode code, var _, var _)
                && code == ErrorCode.OVERLOADED) {
            decider.removeAll().forEach(victims::add);
            return offerHonestly(number, request, now);
        }
        return admission;
    }

    private Admission<Integer> offerHonestly(int number, Simulation.Request request, long now) {
        boolean immortal = mutant == Mutant.IGNORES_DEADLINES;
        Admission<Integer> admission = decider.offer(
                number,
                request.items(),
                request.bytes(),
                request.priority(),
                mutant == Mutant.MIXES_SHAPES ? "any" : request.shape(),
                immortal ? now + Simulation.LATE : now + request.deadline(),
                immortal ? Duration.ZERO : Duration.ofNanos(request.timeout()),
                now);
        if (mutant == Mutant.LOSES && number % 5 == 4 && admission instanceof Ticket<Integer> ticket) {
            decider.remove(ticket);
        }
        return admission;
    }

    boolean ripe(long now) {
        return decider.ripe(now, 0) && (mutant != Mutant.HOLDS_WORK || decider.requests() > 1);
    }

    @Nullable
    Batch<Integer> take(long now) {
        Batch<Integer> batch = decider.take(now, 0);
        if (batch == null) {
            return null;
        }
        List<Ticket<Integer>> tickets = new ArrayList<>(batch.tickets());
        switch (mutant) {
            case EXCEEDS_MAX -> {
                Batch<Integer> second = decider.take(now, 0);
                tickets.addAll(second == null ? List.of() : second.tickets());
            }
            case REORDERS -> tickets = new ArrayList<>(tickets.reversed());
            case RUNS_TWICE -> {
                if (earlier != null && batch.items() + earlier.items() <= policy.maxBatchSize()) {
                    tickets.add(earlier);
                }
                earlier = tickets.getFirst();
            }
            case NONE,
                    HOLDS_WORK,
                    SLEEPS_TOO_LONG,
                    LOSES,
                    IGNORES_DEADLINES,
                    MIXES_SHAPES,
                    IGNORES_BOUNDS,
                    IGNORES_CANCELLATION,
                    NEVER_DISPLACES,
                    DISPLACES_ANYBODY -> {}
        }
        int items = tickets.stream().mapToInt(Ticket::items).sum();
        return new Batch<>(tickets, items, batch.reason());
    }

    OptionalLong nextWake(long now) {
        OptionalLong wake = decider.nextWake(now, 0);
        return mutant == Mutant.SLEEPS_TOO_LONG && wake.isPresent() ? OptionalLong.of(wake.getAsLong() + 50) : wake;
    }

    void sweep(long now) {
        decider.sweep(now);
    }

    void drainExpired(BatcherDecider.ExpiryConsumer<Integer> consumer) {
        decider.drainExpired(consumer);
        victims.forEach(victim -> consumer.accept(victim, BatcherDecider.Expiry.DISPLACED));
        victims.clear();
    }

    boolean cancel(Ticket<Integer> ticket) {
        return mutant == Mutant.IGNORES_CANCELLATION ? ticket.queued() : decider.remove(ticket);
    }

    int requests() {
        return decider.requests();
    }

    int queuedItems() {
        return decider.queuedItems();
    }

    long queuedBytes() {
        return decider.queuedBytes();
    }
}
