package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.RequestId;

/** What proof jobs say to whoever asks. */
public sealed interface ProofReply extends CborSerializable {
    /** The job, as the journal has it. */
    record Known(JobState state) implements ProofReply {}

    /** There is no such job. */
    record Unknown(RequestId id) implements ProofReply {}

    /** Not done. */
    record Refused(Refusal refusal) implements ProofReply {}
}
