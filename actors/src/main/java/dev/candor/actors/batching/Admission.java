package dev.candor.actors.batching;

import dev.candor.actors.inference.ErrorCode;
import java.time.Duration;

/**
 * What becomes of a request at the entrance of a queue.
 *
 * @param <T> what the queue carries
 */
public sealed interface Admission<T> permits Ticket, Admission.Refused {
    /**
     * The queue does not take it.
     *
     * @param code OVERLOADED where a later attempt may find room or time, INVALID_TENSOR where nothing helps
     * @param sentence what to change
     * @param retryAfter when the same request would be taken if nothing else came; zero where it never will
     */
    record Refused<T>(ErrorCode code, String sentence, Duration retryAfter) implements Admission<T> {}
}
