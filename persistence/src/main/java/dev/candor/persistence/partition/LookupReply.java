package dev.candor.persistence.partition;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;

/** What a partition says of an identity. */
public sealed interface LookupReply extends CborSerializable {
    /** The identity asked for. */
    Digest identity();

    /** Nothing is in the journal under it: run it, the first commit wins. */
    record New(Digest identity) implements LookupReply {}

    /** Answered already, and with the same body. */
    record Done(Digest identity, Answer answer) implements LookupReply {}

    /** Answered already, and with another body. */
    record Conflict(Digest identity) implements LookupReply {}

    /** Answered with the same body, longer ago than answers are kept; the receipt remains. */
    record Expired(Digest identity, Bytes receipt) implements LookupReply {}

    /** The partition cannot tell now. */
    record Unavailable(Digest identity, Refusal refusal) implements LookupReply {}
}
