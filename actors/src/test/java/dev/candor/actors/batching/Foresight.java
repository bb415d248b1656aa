package dev.candor.actors.batching;

import dev.candor.actors.model.BatchingPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One lane with one device under a simulated clock, whose batches take exactly what the lane expects of them: what admission says can be held against what
 * becomes of the requests. The payload is the request's number.
 */
final class Foresight {
    /** Defects that the properties must find. */
    enum Mutant {
        NONE,
        /** Takes whatever comes. */
        BLIND,
        /** Believes that everything takes twice as long. */
        PESSIMIST,
        /** Says to come back too soon. */
        HASTY,
        /** Treats all priorities alike. */
        EQUAL
    }

    /** A request; times in nanoseconds after its arrival, the timeout 0 for none. */
    record Request(int priority, long deadline, long timeout) {}

    /** What happens. */
    sealed interface Step {
        /** A request of one row arrives. */
        record Arrive(Request request) implements Step {}

        /** Time passes. */
        record Pass(long nanos) implements Step {}
    }

    /** When a request ran. */
    record Run(long startedAt, long endedAt) {}

    private final BatcherDecider<Integer> batcher;
    private final OutlookKeeper keeper = new OutlookKeeper(1);
    private final BatchCost cost;
    private final Mutant mutant;
    final Map<Integer, Run> runs = new HashMap<>();
    final Map<Integer, BatcherDecider.Expiry> expiries = new HashMap<>();
    long now = 1_000;
    private long busyUntil = now;

    Foresight(BatchingPolicy policy, BatchCost cost, Mutant mutant) {
        this.batcher = new BatcherDecider<>(policy);
        this.cost = cost;
        this.mutant = mutant;
    }

    private Outlook outlook() {
        return switch (mutant) {
            case NONE, HASTY, EQUAL -> keeper.outlook(cost, now);
            case BLIND -> Outlook.UNKNOWN;
            case PESSIMIST -> keeper.outlook(new BatchCost(2 * cost.nanosAnItem(), 2 * cost.nanosABatch()), now);
        };
    }

    /** A request arrives; {@code foreseeing} false lets it in whatever its prospects are. */
    Admission<Integer> arrive(int number, Request request, boolean foreseeing) {
        batcher.expect(foreseeing ? outlook() : Outlook.UNKNOWN);
        Admission<Integer> admission = batcher.offer(
                number,
                1,
                4,
                mutant == Mutant.EQUAL ? 1 : request.priority(),
                "same",
                now + request.deadline(),
                Duration.ofNanos(request.timeout()),
                now);
        settle();
        if (mutant == Mutant.HASTY && admission instanceof Admission.Refused<Integer> refused) {
            return new Admission.Refused<>(
                    refused.code(), refused.sentence(), refused.retryAfter().dividedBy(2));
        }
        return admission;
    }

    /** Time passes. */
    void pass(long nanos) {
        long until = now + nanos;
        while (busyUntil < until && batcher.requests() > 0) {
            now = Math.max(now, busyUntil);
            settle();
        }
        now = until;
        settle();
    }

    private void settle() {
        if (busyUntil <= now && batcher.requests() > 0) {
            batcher.expect(outlook());
            @Nullable Batch<Integer> batch = batcher.take(now, 0);
            if (batch != null) {
                keeper.left(0, batch.items(), cost, batcher.requests() > 0, now);
                busyUntil = now + cost.nanos(batch.items());
                for (Ticket<Integer> ticket : batch.tickets()) {
                    runs.put(ticket.payload(), new Run(now, busyUntil));
                }
            }
        }
        batcher.drainExpired((ticket, why) -> expiries.put(ticket.payload(), why));
    }

    /** What the steps before {@code end} lead to. Refused requests stay away. */
    static Foresight after(BatchingPolicy policy, BatchCost cost, Mutant mutant, List<Step> steps, int end) {
        Foresight foresight = new Foresight(policy, cost, mutant);
        for (int i = 0; i < end; i++) {
            switch (steps.get(i)) {
                case Step.Arrive(Request request) -> foresight.arrive(i, request, true);
                case Step.Pass(long nanos) -> foresight.pass(nanos);
            }
        }
        return foresight;
    }
}
