package dev.candor.persistence.partition;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;

/** What a partition says of a request id. */
public sealed interface ReceiptReply extends CborSerializable {
    /** The request asked for. */
    RequestId id();

    /**
     * The receipt is committed: it is in the journal and counts.
     *
     * @param receipt canonical bytes
     * @param sequenceNr of the event that holds it
     * @param head of the partition's chain now
     * @param headSequenceNr the head's place
     */
    record Committed(RequestId id, Bytes receipt, long sequenceNr, Digest head, long headSequenceNr)
            implements ReceiptReply {}

    /** No receipt of this id counts. */
    record Unknown(RequestId id) implements ReceiptReply {}

    /** The partition cannot tell now. */
    record Unavailable(RequestId id, Refusal refusal) implements ReceiptReply {}
}
