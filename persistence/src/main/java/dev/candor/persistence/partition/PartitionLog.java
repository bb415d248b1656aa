package dev.candor.persistence.partition;

import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.seal.Seal;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one partition: owns its state, persists its events one at a time, is a child of {@link Partition}. It stops on any failure, of the
 * journal or of the chain; its parent then begins a new epoch.
 *
 * <p>A snapshot is a shortcut: on a store that keeps two rows of one sequence number it may hold an end of the chain that later events do not follow. Where
 * events do not chain behind a snapshot, the next log of this behaviour therefore reads all of them, from the first that is not sealed in a segment.
 */
final class PartitionLog extends EventSourcedBehavior<PartitionLog.Command, PartitionEvent, PartitionState> {
    /** What the parent may ask for, one at a time. */
    sealed interface Command {}

    /** Write {@link Opened} of a new epoch. */
    record Open(long epoch, ActorRef<Written> replyTo) implements Command {}

    /** Write one group commit. */
    record Append(List<Entry> entries, ActorRef<Written> replyTo) implements Command {}

    /** What of the log is sealed: its rows may not be in the journal any more. */
    private record Begin(PartitionState sealed) implements Command {}

    /** The event is in the journal; the state with it. */
    record Written(PartitionState state) {}

    private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);

    /** The parent asks for one thing at a time. */
    private static final int MOST_EARLY = 4;

    private final ActorContext<Command> context;
    private final int partition;
    private final PartitionSettings settings;
    private final Links links;
    private final AtomicBoolean distrustSnapshots;
    private final PartitionState sealed;
    /**
     * During recovery the journal says where an event stands. Later the events are our own, one behind the other; Pekko cannot be asked then, since it
     * counts late for a command that waited for the recovery.
     */
    private boolean recovered;

    /** How an event is applied: {@link PartitionState#apply} everywhere but in the tests of the tests. */
    @FunctionalInterface
    interface Links {
        PartitionState apply(PartitionState state, long sequenceNr, PartitionEvent event);
    }

    private PartitionLog(
            ActorContext<Command> context,
            int partition,
            PartitionSettings settings,
            Links links,
            AtomicBoolean distrustSnapshots,
            PartitionState sealed) {
        super(PersistenceId.ofUniqueId(Partition.persistenceId(partition)));
        this.context = context;
        this.partition = partition;
        this.settings = settings;
        this.links = links;
        this.distrustSnapshots = distrustSnapshots;
        this.sealed = sealed;
    }

    static Behavior<Command> create(int partition, PartitionSettings settings, Supplier<CompletionStage<Seal>> seal) {
        return create(partition, settings, seal, PartitionState::apply);
    }

    /** A log that recovers once {@code seal} says what of it is sealed, and stops where that cannot be read. */
    static Behavior<Command> create(
            int partition, PartitionSettings settings, Supplier<CompletionStage<Seal>> seal, Links links) {
        AtomicBoolean distrustSnapshots = new AtomicBoolean();
        return Behaviors.setup(context -> {
            context.pipeToSelf(seal.get(), (read, failure) -> {
                if (failure != null) {
                    throw new IllegalStateException(
                            "what is sealed of " + Partition.persistenceId(partition) + " cannot be read", failure);
                }
                return new Begin(read.state());
            });
            return Behaviors.withStash(
                    MOST_EARLY,
                    early -> Behaviors.receive(Command.class)
                            .onMessage(
                                    Begin.class,
                                    begin -> early.unstashAll(Behaviors.setup(log -> new PartitionLog(
                                            log, partition, settings, links, distrustSnapshots, begin.sealed()))))
                            .onAnyMessage(command -> {
                                early.stash(command);
                                return Behaviors.same();
                            })
                            .build());
        });
    }

    @Override
    public PartitionState emptyState() {
        return sealed;
    }

    @Override
    public CommandHandler<Command, PartitionEvent, PartitionState> commandHandler() {
        return (state, command) -> switch (command) {
            case Open open -> open(state, open);
            case Begin _ -> Effect().unhandled();
            case Append append ->
                Effect()
                        .persist(new ReceiptsCommitted(state.epoch(), state.head(), append.entries()))
                        .thenRun(after -> append.replyTo().tell(new Written(after)));
        };
    }

    private Effect<PartitionEvent, PartitionState> open(PartitionState state, Open open) {
        long highest = lastSequenceNumber(context);
        if (highest != state.sequenceNr()) {
            throw new BrokenChainException(
                    "the journal ends at event " + highest + ", the events it gave end at " + state.sequenceNr());
        }
        if (open.epoch() <= state.epoch()) {
            throw new BrokenChainException("the lease is of epoch " + open.epoch() + ", but the log is in epoch "
                    + state.epoch() + ": the control store is older than the journal");
        }
        return Effect()
                .persist(new Opened(open.epoch(), state.head()))
                .thenRun(after -> open.replyTo().tell(new Written(after)));
    }

    @Override
    public EventHandler<PartitionState, PartitionEvent> eventHandler() {
        return (state, event) -> {
            if (recovered) {
                return links.apply(state, state.sequenceNr() + 1, event);
            }
            long number = lastSequenceNumber(context);
            if (number <= sealed.sequenceNr() && state.sequenceNr() >= sealed.sequenceNr()) {
                return state; // The seal has it; its row has not left the journal yet.
            }
            try {
                return links.apply(state, number, event);
            } catch (BrokenChainException e) {
                if (distrustSnapshots.getAndSet(true)) {
                    LOG.error(
                            "{}: the journal is not what this partition's owners wrote, from its first event on: {}. Nothing of"
                                    + " it is served until that is mended; the other partitions go on. Stop whatever else writes to"
                                    + " the journal, find the first row that does not follow by `candor journal export`, and restore"
                                    + " the rows from a backup or a replica that is whole: the partition then starts by itself",
                            Partition.persistenceId(partition),
                            e.getMessage());
                }
                throw e;
            }
        };
    }

    @Override
    public Recovery recovery() {
        return distrustSnapshots.get()
                ? Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.none())
                : Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.latest());
    }

    @Override
    public SignalHandler<PartitionState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), _ -> {
                    recovered = true;
                    distrustSnapshots.set(false);
                })
                .build();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
    }

    @Override
    public String journalPluginId() {
        return settings.journalPlugin();
    }

    @Override
    public String snapshotPluginId() {
        return settings.snapshotPlugin();
    }
}
