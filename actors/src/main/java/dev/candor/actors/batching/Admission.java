package dev.candor.actors.batching;

import dev.candor.actors.inference.ErrorCode;

/**
 * What becomes of a request at the entrance of a queue.
 *
 * @param <T> what the queue carries
 */
public sealed interface Admission<T> permits Ticket, Admission.Refused {
    /**
     * The queue does not take it.
     *
     * @param code OVERLOADED where a later attempt may find room, INVALID_TENSOR where none will
     * @param sentence what to change
     */
    record Refused<T>(ErrorCode code, String sentence) implements Admission<T> {}
}
