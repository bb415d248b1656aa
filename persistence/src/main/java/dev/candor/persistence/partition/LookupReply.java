package dev.candor.persistence.partition;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Bytes;

/** What a partition says of an identity. */
public sealed interface LookupReply extends CborSerializable {
    /** The identity asked for, with the fingerprint that the word is about: who asked for several can tell the replies apart. */
    Identity identity();

    /** Nothing is in the journal under it: run it, the first commit wins. */
    record New(Identity identity) implements LookupReply {}

    /** Answered already, and with the same body. */
    record Done(Identity identity, Answer answer) implements LookupReply {}

    /** Answered already, and with another body. */
    record Conflict(Identity identity) implements LookupReply {}

    /** Answered with the same body, longer ago than answers are kept; the receipt remains. */
    record Expired(Identity identity, Bytes receipt) implements LookupReply {}

    /** The partition cannot tell now. */
    record Unavailable(Identity identity, Refusal refusal) implements LookupReply {}
}
