package dev.candor.actors.routing;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.value.Deadline;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A signed answer on its way into the journal.
 *
 * @param uuid the attempt that it answers
 * @param identity present when the caller gave a key: then the partition decides whether this answer is the first
 * @param answer with its receipt; {@code answer.id().partition()} is where it goes
 * @param timings so far; the partition adds the commit
 * @param deadline the caller's
 * @param replyTo gets the outcome once the answer is committed and synced, or a refusal
 */
public record Commitment(
        UUID uuid,
        Optional<Identity> identity,
        Answer answer,
        Timings timings,
        Deadline deadline,
        ActorRef<InferenceOutcome> replyTo)
        implements CborSerializable {}
