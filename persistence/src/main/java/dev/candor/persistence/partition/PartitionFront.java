package dev.candor.persistence.partition;

import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.partition.Partition.Command;
import dev.candor.persistence.partition.Partition.Commit;
import dev.candor.persistence.partition.Partition.FindReceipt;
import dev.candor.persistence.partition.Partition.Lookup;
import dev.candor.persistence.partition.Partition.Question;
import dev.candor.persistence.partition.Partition.Stop;
import dev.candor.persistence.partition.Partition.Wake;
import dev.candor.persistence.partition.PartitionDecider.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
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
final class PartitionFront extends AbstractBehavior<Command> implements LeaseKeeper.Waiting {
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
    private final Partition.Parts parts;
    private final TimerScheduler<Command> timers;
    private final EarlyCommands early;
    private final ActorRef<PartitionLog.Written> logReplies;
    /** Counts on over restarts, so that nothing of an earlier life is taken for the present one's. */
    private final AtomicInteger attempts;

    private int attempt;
    private int failures;
    private long attemptSince;
    private Phase phase = Phase.BACKOFF;
    private LeaseKeeper lease;
    private PartitionDecider decider;
    private PartitionState state = PartitionState.EMPTY;
    private @Nullable ActorRef<PartitionLog.Command> log;
    private int logsAlive;
    /** The entries of the write under way; while the log was not told, their event is certainly not in the journal. */
    private List<Commitment> writing = List.of();

    private boolean logTold;
    private long writeSince;
    private int receiptSearches;

    PartitionFront(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int partition,
            PartitionResources resources,
            Partition.Parts parts,
            AtomicInteger attempts) {
        super(context);
        this.timers = timers;
        this.partition = partition;
        this.resources = resources;
        this.settings = resources.settings();
        this.parts = parts;
        this.attempts = attempts;
        this.early = new EarlyCommands(partition, settings.maxLookups(), resources.meter());
        this.logReplies = context.messageAdapter(
                PartitionLog.Written.class, it -> new Came(attempt, new Came.LogWritten(it.state())));
        this.lease = newLease();
        this.decider = newDecider();
        begin();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Question.class, this::onQuestion)
                .onMessage(Wake.class, _ -> this)
                .onMessage(Stop.class, _ -> onStop())
                .onMessage(Came.class, came -> came.attempt() == attempt ? onCame(came.what()) : this)
                .onSignal(Terminated.class, this::onLogGone)
                .onSignal(PreRestart.class, _ -> onEnd())
                .onSignal(PostStop.class, _ -> onEnd())
                .build();
    }

    private Behavior<Command> onQuestion(Question question) {
        switch (phase) {
            case ACQUIRING, OPENING -> early.park(question);
            case READY -> {
                if (lease.valid()) {
                    return serve(question);
                }
                Behavior<Command> next = lose("its lease ran out");
                early.refuse(question, Refusals.unavailable(SOON));
                return next;
            }
            case DRAINING -> early.refuse(question, Refusals.moving(SOON));
            case BACKOFF -> early.refuse(question, Refusals.unavailable(SOON));
        }
        return this;
    }

    private Behavior<Command> serve(Question question) {
        switch (question) {
            case Lookup lookup -> run(decider.lookup(lookup, now()));
            case Commit commit -> {
                commit.entries().forEach(entry -> run(decider.commit(entry, now())));
                return write();
            }
            case FindReceipt ask -> {
                if (receiptSearches >= settings.maxLookups()) {
                    early.refuse(ask, Refusals.unavailable(SOON));
                } else {
                    receiptSearches++;
                    pipe(
                            resources.answers().findById(ask.id()),
                            rows -> new Came.ReceiptFound(ask, rows),
                            cause -> new Came.ReceiptFailed(ask, cause));
                }
            }
        }
        return this;
    }

    private Behavior<Command> onCame(Came.What what) {
        switch (what) {
            case Came.LeaseRead it -> lease.read(it);
            case Came.LeaseWritten it -> lease.written(it);
            case Came.LeaseFailed it -> {
                getContext()
                        .getLog()
                        .warn(
                                "partition {}: the control store fails: {}",
                                partition,
                                it.cause().toString());
                lease.failed();
            }
            case Came.LeaseWaited _ -> lease.waited();
            case Came.LogWritten it -> {
                return onLogWritten(it.state());
            }
            case Came.Staged _ -> {
                return append();
            }
            case Came.StageFailed it -> {
                return lose("its answers could not be stored: " + it.cause());
            }
            case Came.Found it -> {
                return onFound(it);
            }
            case Came.FindFailed it -> {
                getContext()
                        .getLog()
                        .warn(
                                "partition {}: the answers cannot be read: {}",
                                partition,
                                it.cause().toString());
                run(decider.findFailed(it.identity(), Refusals.unavailable(SOON)));
                return write();
            }
            case Came.ReceiptFound it -> onReceiptFound(it);
            case Came.ReceiptFailed it -> {
                receiptSearches--;
                early.refuse(it.ask(), Refusals.unavailable(SOON));
            }
            case Came.Again _ -> {
                if (logsAlive > 0) {
                    after(settings.minBackoff(), new Came.Again());
                } else {
                    begin();
                }
            }
            case Came.DrainedTooLong _ -> {
                getContext().getLog().warn("partition {}: stops before its hand-off was complete", partition);
                return Behaviors.stopped();
            }
        }
        return onLease();
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
        lease.start();
    }

    private Behavior<Command> onLease() {
        return switch (phase) {
            case BACKOFF -> this;
            case ACQUIRING, OPENING, READY, DRAINING ->
                switch (lease.phase()) {
                    case ACQUIRING -> this;
                    case HELD -> phase == Phase.ACQUIRING ? open() : this;
                    case LOST -> lose("its lease was lost");
                    case RELEASED -> Behaviors.stopped();
                };
        };
    }

    private Behavior<Command> open() {
        phase = Phase.OPENING;
        log = getContext().spawn(parts.log(), "log-" + attempt);
        logsAlive++;
        getContext().watch(log);
        log.tell(new PartitionLog.Open(lease.epoch(), logReplies));
        return this;
    }

    private Behavior<Command> onLogWritten(PartitionState after) {
        if (log == null || after.epoch() != lease.epoch()) {
            return this;
        }
        if (!lease.valid()) {
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
        logTold = false;
        run(decider.written(now()));
        return write();
    }

    private Behavior<Command> lose(String why) {
        getContext().getLog().warn("partition {}: epoch {} ends: {}", partition, lease.epoch(), why);
        boolean draining = phase == Phase.DRAINING;
        answerAll();
        phase = Phase.BACKOFF;
        stopLog();
        if (draining) {
            return Behaviors.stopped();
        }
        attempt = attempts.incrementAndGet();
        Duration pause = settings.minBackoff().multipliedBy(1L << Math.min(failures, 16));
        failures++;
        Duration capped = pause.compareTo(settings.maxBackoff()) < 0 ? pause : settings.maxBackoff();
        long spread = ThreadLocalRandom.current().nextLong(1 + capped.toMillis() / 5);
        after(capped.plusMillis(spread), new Came.Again());
        return this;
    }

    private void answerAll() {
        if (phase == Phase.READY || phase == Phase.DRAINING) {
            resources.local().gone(partition);
            resources.meter().closed(partition);
        }
        Refusal none = Refusals.unavailable(SOON);
        run(decider.fail(logTold ? Refusals.unknown(SOON) : none, none));
        writing = List.of();
        logTold = false;
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
        return switch (phase) {
            case READY -> {
                resources.local().gone(partition);
                phase = Phase.DRAINING;
                after(settings.drainTimeout(), new Came.DrainedTooLong());
                yield write();
            }
            case ACQUIRING, OPENING -> {
                answerAll();
                yield release();
            }
            case DRAINING -> this;
            case BACKOFF -> Behaviors.stopped();
        };
    }

    private Behavior<Command> release() {
        phase = Phase.DRAINING;
        after(settings.drainTimeout(), new Came.DrainedTooLong());
        stopLog();
        lease.release();
        return onLease();
    }

    private void stopLog() {
        ActorRef<PartitionLog.Command> stopping = log;
        log = null;
        if (stopping != null) {
            getContext().stop(stopping);
        }
    }

    private Behavior<Command> onEnd() {
        answerAll();
        phase = Phase.BACKOFF;
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
        if (!lease.valid()) {
            return lose("its lease ran out");
        }
        writeSince = now();
        long place = state.sequenceNr() + 1;
        List<StoredAnswer> rows =
                writing.stream().map(entry -> row(entry, place)).toList();
        CompletableFuture<Done> staged = resources
                .answers()
                .stage(Partition.persistenceId(partition), place, rows)
                .toCompletableFuture();
        if (staged.state() == Future.State.SUCCESS) {
            return append();
        }
        pipe(staged, _ -> new Came.Staged(), Came.StageFailed::new);
        return this;
    }

    private StoredAnswer row(Commitment entry, long place) {
        return new StoredAnswer(
                entry.answer().id(),
                entry.identity(),
                lease.epoch(),
                place,
                entry.answer().receipt(),
                Optional.of(AnswerCodec.encode(entry.answer())));
    }

    private Behavior<Command> append() {
        ActorRef<PartitionLog.Command> to = log;
        if (to == null || !lease.valid()) {
            // The rows of the answers name this epoch and the next event. Under this epoch no other write may take that
            // place: the epoch ends.
            return lose("its lease ran out before a write");
        }
        List<PartitionEvent.Entry> entries = writing.stream()
                .map(entry -> new PartitionEvent.Entry(
                        entry.answer().receipt(), entry.identity().map(PartitionEvent.EntryKey::of)))
                .toList();
        logTold = true;
        to.tell(new PartitionLog.Append(entries, logReplies));
        return this;
    }

    private Behavior<Command> onFound(Came.Found found) {
        if (!lease.valid()) {
            return lose("its lease ran out");
        }
        run(decider.found(found.identity(), counting(found.rows()), now()));
        return write();
    }

    private void onReceiptFound(Came.ReceiptFound found) {
        receiptSearches--;
        FindReceipt ask = found.ask();
        if (!lease.valid()) {
            early.refuse(ask, Refusals.unavailable(SOON));
            return;
        }
        ask.replyTo()
                .tell(counting(found.rows()).stream()
                        .findFirst()
                        .<ReceiptReply>map(row -> new ReceiptReply.Committed(
                                ask.id(), row.receipt(), row.sequenceNr(), state.head(), state.sequenceNr()))
                        .orElseGet(() -> new ReceiptReply.Unknown(ask.id())));
    }

    private List<StoredAnswer> counting(List<StoredAnswer> rows) {
        return rows.stream()
                .filter(row -> state.counts(row.epoch(), row.sequenceNr()))
                .toList();
    }

    private void run(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Tell tell -> {
                    if (tell.outcome() instanceof Refused refused) {
                        resources.meter().refused(partition, refused.refusal().code());
                    }
                    tell.commitment().replyTo().tell(tell.outcome());
                }
                case Effect.Reply reply -> reply.lookup().replyTo().tell(reply.reply());
                case Effect.Find find -> {
                    Digest identity = find.identity().id();
                    pipe(
                            resources.answers().findByIdentity(partition, identity),
                            rows -> new Came.Found(identity, rows),
                            cause -> new Came.FindFailed(identity, cause));
                }
            }
        }
    }

    private long now() {
        return resources.nanoTime().getAsLong();
    }

    private LeaseKeeper newLease() {
        return new LeaseKeeper(partition, resources, this);
    }

    private PartitionDecider newDecider() {
        return new PartitionDecider(partition, settings, resources.answers().retention(), parts.sameBody());
    }

    @Override
    public void after(Duration time, Came.What what) {
        timers.startSingleTimer(what.getClass(), new Came(attempt, what), time);
    }

    @Override
    public void cancel(Class<? extends Came.What> kind) {
        timers.cancel(kind);
    }

    @Override
    public <T> void pipe(CompletionStage<T> stage, Function<T, Came.What> done, Function<Throwable, Came.What> failed) {
        int of = attempt;
        getContext()
                .pipeToSelf(
                        stage, (value, cause) -> new Came(of, cause == null ? done.apply(value) : failed.apply(cause)));
    }
}
