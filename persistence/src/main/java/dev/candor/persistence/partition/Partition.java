package dev.candor.persistence.partition;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One partition: the only judge of what was answered for the identities that fall to it, and the log of their receipts. Placed by sharding, its entity
 * id is its number; never passivated. {@link PartitionFront} serves the commands, its child {@link PartitionLog} persists the events.
 */
public final class Partition {
    private Partition() {}

    /** What a partition takes. */
    public sealed interface Command {}

    /** Was this identity answered? */
    public record Lookup(Identity identity, ActorRef<LookupReply> replyTo) implements Command, CborSerializable {}

    /** Commit these; each one's {@code replyTo} gets one outcome. */
    public record Commit(List<Commitment> entries) implements Command, CborSerializable {}

    /** Where is the receipt of this request? */
    public record FindReceipt(RequestId id, ActorRef<ReceiptReply> replyTo) implements Command, CborSerializable {}

    /** Be there: sharding starts a partition with the first message that it gets. */
    public record Wake() implements Command, CborSerializable {}

    /** Finish the writes under way, give the lease back, stop. */
    public record Stop() implements Command {}

    /** What a partition tells itself. */
    sealed interface Internal extends Command permits PartitionFront.Came, PartitionFront.LogCame {}

    /** The behaviour of {@code partition}. */
    public static Behavior<Command> create(int partition, PartitionResources resources) {
        return create(partition, resources, settings -> PartitionLog.create(partition, settings), Digest::equals);
    }

    /** As above, with the parts that the tests of the tests replace. */
    static Behavior<Command> create(
            int partition,
            PartitionResources resources,
            Function<PartitionSettings, Behavior<PartitionLog.Command>> logs,
            BiPredicate<Digest, Digest> sameBody) {
        PartitionSettings settings = resources.settings();
        AtomicInteger attempts = new AtomicInteger();
        Behavior<Command> behavior = Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new PartitionFront(context, timers, partition, resources, logs, sameBody, attempts)));
        return Behaviors.supervise(behavior)
                .onFailure(SupervisorStrategy.restartWithBackoff(settings.minBackoff(), settings.maxBackoff(), 0.2));
    }
}
