package dev.candor.persistence.partition;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.seal.Seals;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One partition: the only judge of what was answered for the identities that fall to it, and the log of their receipts. Placed by sharding, its entity
 * id is its number; never passivated. {@link PartitionFront} serves the commands, its child {@link PartitionLog} persists the events.
 */
public final class Partition {
    private static final String PERSISTENCE_ID = "partition-";

    private Partition() {}

    /** What a partition takes. */
    public sealed interface Command permits Question, Wake, Stop, Internal {}

    /** What a partition is asked, and answers. */
    public sealed interface Question extends Command permits Lookup, Commit, FindReceipt {}

    /** Was this identity answered? */
    public record Lookup(Identity identity, ActorRef<LookupReply> replyTo) implements Question, CborSerializable {}

    /** Commit these; each one's {@code replyTo} gets one outcome. */
    public record Commit(List<Commitment> entries) implements Question, CborSerializable {}

    /** Where is the receipt of this request? */
    public record FindReceipt(RequestId id, ActorRef<ReceiptReply> replyTo) implements Question, CborSerializable {}

    /** Be there: sharding starts a partition with the first message that it gets. */
    public record Wake() implements Command, CborSerializable {}

    /** Finish the writes under way, give the lease back, stop. */
    public record Stop() implements Command {}

    /** What a partition tells itself. */
    sealed interface Internal extends Command permits Came {}

    /**
     * The parts that the tests of the tests replace.
     *
     * @param log the behaviour of the log
     * @param sameBody whether two fingerprints are of one body
     */
    record Parts(Behavior<PartitionLog.Command> log, BiPredicate<Digest, Digest> sameBody) {}

    /** The persistence id of the events of {@code partition}. */
    public static String persistenceId(int partition) {
        return PERSISTENCE_ID + partition;
    }

    /** The partition whose events have this persistence id; empty where it is of something else. */
    public static OptionalInt ofPersistenceId(String persistenceId) {
        for (int at = PERSISTENCE_ID.length(); at < persistenceId.length(); at++) {
            if (!Character.isDigit(persistenceId.charAt(at))) {
                return OptionalInt.empty();
            }
        }
        return persistenceId.startsWith(PERSISTENCE_ID) && persistenceId.length() > PERSISTENCE_ID.length()
                ? OptionalInt.of(Integer.parseInt(persistenceId.substring(PERSISTENCE_ID.length())))
                : OptionalInt.empty();
    }

    /**
     * The epoch of the partition's present or last owner, read linearizably; empty where it never had one. What was in the journal before this was read is seen by
     * every later owner.
     */
    public static CompletionStage<OptionalLong> ownerEpoch(ControlStore control, int partition) {
        return control.read(LeaseRecord.key(partition))
                .thenApply(found -> found.map(record -> OptionalLong.of(
                                LeaseRecord.decode(record.value()).epoch()))
                        .orElse(OptionalLong.empty()));
    }

    /** The behaviour of {@code partition}. */
    public static Behavior<Command> create(int partition, PartitionResources resources) {
        Seals seals = new Seals(resources.control());
        return create(
                partition,
                resources,
                new Parts(
                        PartitionLog.create(partition, resources.settings(), () -> seals.of(partition)),
                        Digest::equals));
    }

    /** As above, with these parts. */
    static Behavior<Command> create(int partition, PartitionResources resources, Parts parts) {
        PartitionSettings settings = resources.settings();
        AtomicInteger attempts = new AtomicInteger();
        Behavior<Command> behavior = Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new PartitionFront(context, timers, partition, resources, parts, attempts)));
        return Behaviors.supervise(behavior)
                .onFailure(SupervisorStrategy.restartWithBackoff(settings.minBackoff(), settings.maxBackoff(), 0.2));
    }
}
