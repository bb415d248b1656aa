package dev.candor.actors.batching;

import dev.candor.actors.batching.Admission.Refused;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a queue does not take a request, and when to come back. Pure. */
final class Entrance {
    /** When to come back to a queue whose speed nobody knows yet. */
    private static final Duration UNKNOWN_WAIT = Duration.ofSeconds(1);

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);
    private static final long NANOS_A_MILLI = 1_000_000;

    private final BatchingPolicy policy;

    Entrance(BatchingPolicy policy) {
        this.policy = policy;
    }

    <T> Refused<T> tooLarge(int items) {
        return new Refused<>(
                ErrorCode.INVALID_TENSOR,
                "the request has " + items + " rows and a batch of this model at most " + policy.maxBatchSize()
                        + " (max_batch_size); split the request",
                Duration.ZERO);
    }

    /**
     * Refuses a request whose time would be over before its turn came.
     *
     * @param ahead rows that wait and go before it
     */
    <T> @Nullable Refused<T> tooLate(
            Outlook outlook, long ahead, int items, long deadline, Duration queueTimeout, long now) {
        if (ahead == 0 || !outlook.known()) {
            return null;
        }
        long start = outlook.startOf(ahead + items, policy.maxBatchSize(), now);
        long late = outlook.endOf(ahead + items, policy.maxBatchSize(), now) - deadline + 1;
        boolean impatient = policy.timeoutAction() == TimeoutAction.REJECT && !queueTimeout.isZero();
        long slow = impatient ? start - (now + queueTimeout.toNanos()) + 1 : 0;
        // Whoever comes back has to meet both.
        Duration retryAfter = pause(Math.max(late, slow));
        if (late > 0) {
            return new Refused<>(
                    ErrorCode.OVERLOADED,
                    "the answer would come about " + millis(late) + " ms after the request's deadline: " + ahead
                            + " rows go before it; try again later",
                    retryAfter);
        }
        if (slow > 0) {
            return new Refused<>(
                    ErrorCode.OVERLOADED,
                    "the request would wait about " + millis(start - now) + " ms, longer than its queue timeout: "
                            + ahead
                            + " rows go before it; raise timeout or default_timeout_microseconds, or try again later",
                    retryAfter);
        }
        return null;
    }

    /** Refuses a request for which there is no room. */
    <T> Refused<T> full(Outlook outlook, int queuedItems, long queuedBytes, int items, long bytes, long now) {
        long overItems = (long) queuedItems + items - policy.maxQueueItems();
        if (queuedBytes + bytes > policy.maxQueueBytes()) {
            return new Refused<>(
                    ErrorCode.OVERLOADED,
                    "the model's queue is full: " + queuedBytes + " of " + policy.maxQueueBytes()
                            + " bytes wait (max_queue_bytes); try again later",
                    // Which requests hold the bytes is not looked into: once all have left there is room for certain.
                    roomAfter(outlook, queuedItems, now));
        }
        return new Refused<>(
                ErrorCode.OVERLOADED,
                "the model's queue is full: " + queuedItems + " of " + policy.maxQueueItems()
                        + " rows wait (max_queue_size); try again later",
                roomAfter(outlook, Math.min(overItems, queuedItems), now));
    }

    /** When {@code rows} rows will have left, from the front of the queue on. */
    Duration roomAfter(Outlook outlook, long rows, long now) {
        return outlook.known() ? pause(outlook.startOf(rows, policy.maxBatchSize(), now) - now) : UNKNOWN_WAIT;
    }

    private static Duration pause(long nanos) {
        Duration wait = Duration.ofNanos(nanos);
        return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
    }

    private static long millis(long nanos) {
        return Math.max(1, nanos / NANOS_A_MILLI);
    }
}
