package dev.candor.actors.inference;

import java.util.UUID;

/** The one outcome of a request. */
public sealed interface InferenceOutcome extends CborSerializable {
    /** The attempt this belongs to. */
    UUID uuid();

    /**
     * The answer is in the journal.
     *
     * @param uuid the attempt's own, which differs from the answer's when an earlier attempt won
     * @param answer what was committed
     * @param replayed whether the answer is an earlier attempt's
     * @param timings this attempt's
     */
    record Answered(UUID uuid, Answer answer, boolean replayed, Timings timings) implements InferenceOutcome {}

    /** Nothing was answered. */
    record Refused(UUID uuid, Refusal refusal) implements InferenceOutcome {}
}
