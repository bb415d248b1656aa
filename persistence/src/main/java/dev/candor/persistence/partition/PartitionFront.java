package dev.candor.persistence.partition;

import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.control.ControlStore.Versioned;
import dev.candor.persistence.partition.Partition.Command;
import dev.candor.persistence.partition.Partition.Commit;
import dev.candor.persistence.partition.Partition.FindReceipt;
import dev.candor.persistence.partition.Partition.Lookup;
import dev.candor.persistence.partition.Partition.Stop;
import dev.candor.persistence.partition.Partition.Wake;
import dev.candor.persistence.partition.PartitionDecider.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The front of one partition: owns the owner's lease, the judge of identities and the group commit; persists nothing itself (its child
 * {@link PartitionLog} does). Supervised by sharding.
 *
 * <p>It goes through epochs: get the lease, recover the log, write {@code Opened}, serve. Whenever the lease or the journal fails, everything that
 * waits is answered, and after a pause the next epoch begins. Nothing is written and nothing is answered unless the lease is valid then.
 */
final class PartitionFront extends AbstractBehavior<Command> {
    /** Something that an epoch waited for; of no meaning to later epochs. */
    record Came(int attempt, Inner what) implements Partition.Internal {}

    /** The log wrote an event. */
    record LogCame(PartitionLog.Written what) implements Partition.Internal {}

    /** What came. */
    sealed interface Inner {}

    record LeaseRead(Optional<Versioned> found) implements Inner {}

    record LeaseWritten(boolean ok, long sentAt) implements Inner {}

    record LeaseFailed(Throwable cause) implements Inner {}

    record LeaseWaited() implements Inner {}

    record Staged() implements Inner {}

    record StageFailed(Throwable cause) implements Inner {}

    record Found(Digest identity, List<StoredAnswer> rows) implements Inner {}

    record FindFailed(Digest identity, Throwable cause) implements Inner {}

    record ReceiptFound(FindReceipt ask, List<StoredAnswer> rows) implements Inner {}

    record ReceiptFailed(FindReceipt ask, Throwable cause) implements Inner {}

    record Again() implements Inner {}

    record DrainedTooLong() implements Inner {}

    private enum Phase {
        ACQUIRING,
        OPENING,
        READY,
        DRAINING,
        BACKOFF
    }

    private static final Duration SOON = Duration.ofSeconds(1);

    private final int partition;
    private final PartitionResources resources;
    private final PartitionSettings settings;
    private final TimerScheduler<Command> timers;
    private final Function<PartitionSettings, Behavior<PartitionLog.Command>> logs;
    private final BiPredicate<Digest, Digest> sameBody;
    private final EarlyCommands early;
    private final ActorRef<PartitionLog.Written> logReplies;
    /** Counts on over restarts, so that nothing of an earlier life is taken for the present one's. */
    private final AtomicInteger attempts;

    private int attempt;
    private int failures;
    private long attemptSince;
    private Phase phase = Phase.BACKOFF;
    private OwnerLease lease;
    private PartitionDecider decider;
    private PartitionState state = PartitionState.EMPTY;
    private @Nullable ActorRef<PartitionLog.Command> log;
    private int logsAlive;
    /** The entries of the write under way; those whose event was not handed to the log yet are certainly not in the journal. */
    private List<Commitment> writing = List.of();

    private boolean appended;
    private long writeSince;
    private int receiptSearches;

    PartitionFront(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int partition,
            PartitionResources resources,
            Function<PartitionSettings, Behavior<PartitionLog.Command>> logs,
            BiPredicate<Digest, Digest> sameBody,
            AtomicInteger attempts) {
        super(context);
        this.attempts = attempts;
        this.logReplies = context.messageAdapter(PartitionLog.Written.class, LogCame::new);
        this.timers = timers;
        this.partition = partition;
        this.resources = resources;
        this.settings = resources.settings();
        this.logs = logs;
        this.sameBody = sameBody;
        this.early = new EarlyCommands(settings.maxLookups());
        this.lease = newLease();
        this.decider = newDecider();
        begin();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Lookup.class, this::onLookup)
                .onMessage(Commit.class, this::onCommit)
                .onMessage(FindReceipt.class, this::onFindReceipt)
                .onMessage(Wake.class, wake -> this)
                .onMessage(Stop.class, stop -> onStop())
                .onMessage(LogCame.class, came -> onLogWritten(came.what().state()))
                .onMessage(Came.class, came -> came.attempt() == attempt ? onCame(came.what()) : this)
                .onSignal(Terminated.class, this::onLogGone)
                .onSignal(PreRestart.class, signal -> onEnd())
                .onSignal(PostStop.class, signal -> onEnd())
                .build();
    }

    private Behavior<Command> onLookup(Lookup lookup) {
        switch (phase) {
            case ACQUIRING, OPENING -> early.lookup(lookup);
            case READY -> {
                if (ownsNow()) {
                    run(decider.lookup(lookup, now()));
                } else {
                    lose("its lease ran out");
                    early.refuse(lookup, Refusals.unavailable(SOON));
                }
            }
            case DRAINING -> early.refuse(lookup, Refusals.moving(SOON));
            case BACKOFF -> early.refuse(lookup, Refusals.unavailable(SOON));
        }
        return this;
    }

    private Behavior<Command> onCommit(Commit commit) {
        switch (phase) {
            case ACQUIRING, OPENING -> early.commit(commit);
            case READY -> {
                if (ownsNow()) {
                    commit.entries().forEach(entry -> run(decider.commit(entry, now())));
                    return write();
                }
                lose("its lease ran out");
                early.refuse(commit, Refusals.unavailable(SOON));
            }
            case DRAINING -> early.refuse(commit, Refusals.moving(SOON));
            case BACKOFF -> early.refuse(commit, Refusals.unavailable(SOON));
        }
        return this;
    }

    private Behavior<Command> onFindReceipt(FindReceipt ask) {
        switch (phase) {
            case ACQUIRING, OPENING -> early.find(ask);
            case READY -> {
                if (receiptSearches >= settings.maxLookups()) {
                    early.refuse(ask, Refusals.unavailable(SOON));
                } else {
                    receiptSearches++;
                    pipe(
                            resources.answers().findById(ask.id()),
                            rows -> new ReceiptFound(ask, rows),
                            cause -> new ReceiptFailed(ask, cause));
                }
            }
            case DRAINING -> early.refuse(ask, Refusals.moving(SOON));
            case BACKOFF -> early.refuse(ask, Refusals.unavailable(SOON));
        }
        return this;
    }

    private Behavior<Command> onCame(Inner inner) {
        return switch (inner) {
            case LeaseRead read -> lease(lease.read(read.found(), now()));
            case LeaseWritten written -> lease(lease.written(written.ok(), written.sentAt(), now()));
            case LeaseFailed failed -> {
                getContext()
                        .getLog()
                        .warn(
                                "partition {}: the control store cannot be reached: {}",
                                partition,
                                failed.cause().toString());
                yield lease(lease.failed(now()));
            }
            case LeaseWaited waited -> lease(lease.waited(now()));
            case Staged staged -> append();
            case StageFailed failed -> lose("its answers could not be stored: " + failed.cause());
            case Found found -> {
                if (!ownsNow()) {
                    yield lose("its lease ran out");
                }
                List<StoredAnswer> rows = found.rows().stream()
                        .filter(row -> state.counts(row.epoch(), row.sequenceNr()))
                        .toList();
                run(decider.found(found.identity(), rows, now()));
                yield write();
            }
            case FindFailed failed -> {
                getContext()
                        .getLog()
                        .warn(
                                "partition {}: the store of answers cannot be read: {}",
                                partition,
                                failed.cause().toString());
                run(decider.findFailed(failed.identity(), Refusals.unavailable(SOON)));
                yield write();
            }
            case ReceiptFound found -> onReceiptFound(found);
            case ReceiptFailed failed -> {
                receiptSearches--;
                early.refuse(failed.ask(), Refusals.unavailable(SOON));
                yield this;
            }
            case Again again -> {
                if (logsAlive > 0) {
                    after(settings.minBackoff(), new Again());
                } else {
                    begin();
                }
                yield this;
            }
            case DrainedTooLong late -> {
                getContext().getLog().warn("partition {}: stops before its hand-off was complete", partition);
                yield Behaviors.stopped();
            }
        };
    }

    // Epochs.

    private void begin() {
        attempt = attempts.incrementAndGet();
        attemptSince = now();
        phase = Phase.ACQUIRING;
        lease = newLease();
        decider = newDecider();
        writing = List.of();
        receiptSearches = 0;
        act(lease.start());
    }

    private Behavior<Command> lease(OwnerLease.Action next) {
        act(next);
        if (lease.phase() == OwnerLease.Phase.HELD && phase == Phase.ACQUIRING) {
            phase = Phase.OPENING;
            log = getContext().spawn(logs.apply(settings), "log-" + attempt);
            logsAlive++;
            getContext().watch(log);
            log.tell(new PartitionLog.Open(lease.epoch(), logReplies));
        }
        return switch (lease.phase()) {
            case ACQUIRING, HELD -> this;
            case LOST -> lose("its lease was lost");
            case RELEASED -> Behaviors.stopped();
        };
    }

    private void act(OwnerLease.Action action) {
        switch (action) {
            case OwnerLease.Action.Read read ->
                pipe(resources.control().read(LeaseRecord.key(partition)), LeaseRead::new, LeaseFailed::new);
            case OwnerLease.Action.Write write -> {
                long sentAt = now();
                pipe(
                        resources.control().compareAndSet(LeaseRecord.key(partition), write.expected(), write.value()),
                        ok -> new LeaseWritten(ok, sentAt),
                        LeaseFailed::new);
            }
            case OwnerLease.Action.Wait wait -> after(wait.time(), new LeaseWaited());
            case OwnerLease.Action.Stop stop -> {}
        }
    }

    private Behavior<Command> onLogWritten(PartitionState after) {
        if (log == null || after.epoch() != lease.epoch()) {
            return this;
        }
        if (!ownsNow()) {
            return lose("its lease ran out during a write");
        }
        state = after;
        if (phase == Phase.OPENING) {
            phase = Phase.READY;
            failures = 0;
            resources.local().ready(partition);
            resources.meter().opened(partition, lease.epoch(), now() - attemptSince);
            getContext()
                    .getLog()
                    .info(
                            "partition {}: epoch {} serves after event {} with {} receipts",
                            partition,
                            lease.epoch(),
                            state.sequenceNr(),
                            state.receipts());
            early.drain().forEach(getContext().getSelf()::tell);
            return this;
        }
        resources.meter().written(partition, writing.size(), now() - writeSince);
        writing = List.of();
        appended = false;
        run(decider.written(now()));
        return write();
    }

    private Behavior<Command> lose(String why) {
        getContext().getLog().warn("partition {}: epoch {} ends: {}", partition, lease.epoch(), why);
        boolean draining = phase == Phase.DRAINING;
        answerAll();
        phase = Phase.BACKOFF;
        if (log != null) {
            getContext().stop(log);
            log = null;
        }
        if (draining) {
            return Behaviors.stopped();
        }
        attempt = attempts.incrementAndGet();
        Duration pause = settings.minBackoff().multipliedBy(1L << Math.min(failures, 16));
        failures++;
        Duration capped = pause.compareTo(settings.maxBackoff()) < 0 ? pause : settings.maxBackoff();
        after(capped.plusMillis(ThreadLocalRandom.current().nextLong(1 + capped.toMillis() / 5)), new Again());
        return this;
    }

    private void answerAll() {
        if (phase == Phase.READY || phase == Phase.DRAINING) {
            resources.local().gone(partition);
            resources.meter().closed(partition);
        }
        Refusal none = Refusals.unavailable(SOON);
        run(decider.fail(appended ? Refusals.unknown(SOON) : none, none));
        writing = List.of();
        appended = false;
        early.refuseAll(none);
    }

    private Behavior<Command> onLogGone(Terminated signal) {
        logsAlive--;
        if (log == null || !log.path().equals(signal.getRef().path())) {
            return this;
        }
        log = null;
        return lose("its log stopped");
    }

    private Behavior<Command> onStop() {
        if (phase == Phase.READY) {
            resources.local().gone(partition);
            phase = Phase.DRAINING;
        } else if (phase == Phase.BACKOFF) {
            return Behaviors.stopped();
        } else if (phase != Phase.DRAINING) {
            answerAll();
            return release();
        }
        after(settings.drainTimeout(), new DrainedTooLong());
        return write();
    }

    private Behavior<Command> release() {
        phase = Phase.DRAINING;
        after(settings.drainTimeout(), new DrainedTooLong());
        if (log != null) {
            ActorRef<PartitionLog.Command> idle = log;
            log = null;
            getContext().stop(idle);
        }
        Optional<OwnerLease.Action> next = lease.release(now());
        return next.isPresent() ? lease(next.get()) : this;
    }

    private Behavior<Command> onEnd() {
        answerAll();
        return this;
    }

    // Writes.

    private Behavior<Command> write() {
        boolean serving = phase == Phase.READY || phase == Phase.DRAINING;
        if (!serving || log == null || !writing.isEmpty()) {
            return this;
        }
        List<Effect> dropped = new ArrayList<>();
        writing = decider.nextWrite(now(), dropped);
        run(dropped);
        if (writing.isEmpty()) {
            return phase == Phase.DRAINING && decider.idle() ? release() : this;
        }
        if (!ownsNow()) {
            return lose("its lease ran out");
        }
        writeSince = now();
        long place = state.sequenceNr() + 1;
        List<StoredAnswer> rows = new ArrayList<>(writing.size());
        for (Commitment entry : writing) {
            rows.add(new StoredAnswer(
                    entry.answer().id(),
                    entry.identity(),
                    lease.epoch(),
                    place,
                    entry.answer().receipt(),
                    Optional.of(AnswerCodec.encode(entry.answer()))));
        }
        CompletableFuture<Done> staged = resources
                .answers()
                .stage(PartitionLog.persistenceId(partition).id(), place, rows)
                .toCompletableFuture();
        if (staged.state() == java.util.concurrent.Future.State.SUCCESS) {
            return append();
        }
        pipe(staged, done -> new Staged(), StageFailed::new);
        return this;
    }

    private Behavior<Command> append() {
        ActorRef<PartitionLog.Command> to = log;
        if (to == null || !ownsNow()) {
            // The answers' rows name this epoch and the next event. No other write may take that place under this
            // epoch, so the epoch ends.
            return lose("its lease ran out before a write");
        }
        List<PartitionEvent.Entry> entries = writing.stream()
                .map(entry -> new PartitionEvent.Entry(
                        entry.answer().receipt(), entry.identity().map(PartitionEvent.EntryKey::of)))
                .toList();
        appended = true;
        to.tell(new PartitionLog.Append(entries, logReplies));
        return this;
    }

    private Behavior<Command> onReceiptFound(ReceiptFound found) {
        receiptSearches--;
        Optional<StoredAnswer> row = found.rows().stream()
                .filter(it -> state.counts(it.epoch(), it.sequenceNr()))
                .findFirst();
        FindReceipt ask = found.ask();
        if (!ownsNow()) {
            early.refuse(ask, Refusals.unavailable(SOON));
            return this;
        }
        ask.replyTo()
                .tell(row.<ReceiptReply>map(it -> new ReceiptReply.Committed(
                                ask.id(), it.receipt(), it.sequenceNr(), state.head(), state.sequenceNr()))
                        .orElseGet(() -> new ReceiptReply.Unknown(ask.id())));
        return this;
    }

    private void run(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Tell tell -> tell(tell.commitment(), tell.outcome());
                case Effect.Reply reply -> reply.lookup().replyTo().tell(reply.reply());
                case Effect.Find find -> {
                    Digest identity = find.identity().id();
                    pipe(
                            resources.answers().findByIdentity(partition, identity),
                            rows -> new Found(identity, rows),
                            cause -> new FindFailed(identity, cause));
                }
            }
        }
    }

    private void tell(Commitment commitment, InferenceOutcome outcome) {
        if (outcome instanceof Refused refused) {
            resources.meter().refused(partition, refused.refusal().code());
        }
        commitment.replyTo().tell(outcome);
    }

    private boolean ownsNow() {
        return lease.valid(now());
    }

    private long now() {
        return resources.nanoTime().getAsLong();
    }

    private OwnerLease newLease() {
        return new OwnerLease(resources.owner(), settings.lease());
    }

    private PartitionDecider newDecider() {
        return new PartitionDecider(partition, settings, resources.answers().retention(), sameBody);
    }

    private void after(Duration time, Inner what) {
        timers.startSingleTimer(what.getClass(), new Came(attempt, what), time);
    }

    private <T> void pipe(CompletionStage<T> stage, Function<T, Inner> done, Function<Throwable, Inner> failed) {
        int of = attempt;
        getContext()
                .pipeToSelf(
                        stage, (value, cause) -> new Came(of, cause == null ? done.apply(value) : failed.apply(cause)));
    }
}
