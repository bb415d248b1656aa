package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/** How provers and proof jobs speak: jobs say that there is work, a prover that is idle pulls one batch, and nothing is sent unasked. */
public final class Provers {
    /** Under which provers are registered with the Receptionist. */
    public static final ServiceKey<Message> KEY = ServiceKey.create(Message.class, "candor-provers");

    private Provers() {}

    /** What a prover hears. */
    public interface Message {}

    /** A slice has work. */
    public record Offer(int slice, ActorRef<ProofJobs.Command> from) implements Message, CborSerializable {}

    /** The work that was pulled. */
    public record Work(int slice, long lease, List<ProofJob> jobs, ActorRef<ProofJobs.Command> from)
            implements Message, CborSerializable {
        /** Copies the list. */
        public Work {
            jobs = List.copyOf(jobs);
        }
    }

    /** There was no work after all. */
    public record NoWork(int slice) implements Message, CborSerializable {}
}
