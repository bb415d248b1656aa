package dev.candor.persistence.partition;

import dev.candor.persistence.partition.Partition.Command;
import dev.candor.persistence.partition.Partition.Question;
import dev.candor.persistence.partition.Partition.Stop;
import dev.candor.persistence.partition.Partition.Wake;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front of one partition: owns the owner's lease and the present {@link PartitionEpoch}; persists nothing itself (its child {@link PartitionLog}
 * does). Supervised by sharding.
 *
 * <p>It goes through epochs: get the lease, recover the log, write {@code Opened}, serve. Whenever the lease or the journal fails, everything that
 * waits is answered, and after a pause the next epoch begins. Nothing is written and nothing is answered unless the lease is valid then.
 */
final class PartitionFront extends AbstractBehavior<Command> implements LeaseKeeper.Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionFront.class);

    private enum Phase {
        ACQUIRING,
        OPENING,
        READY,
        DRAINING,
        BACKOFF
    }

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
    private @Nullable ActorRef<PartitionLog.Command> log;
    private int logsAlive;
    private @Nullable PartitionEpoch epoch;

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
                return next(
                        Objects.requireNonNull(epoch, "ready without an epoch").serve(question));
            }
            case DRAINING -> early.refuse(question, Refusals.moving());
            case BACKOFF -> early.refuse(question, Refusals.unavailable());
        }
        return this;
    }

    private Behavior<Command> onCame(Came.What what) {
        return switch (what) {
            case Came.OfLease it -> onLease(it);
            case Came.OfEpoch it -> epoch == null ? this : next(onEpoch(epoch, it));
            case Came.LogWritten it -> onLogWritten(it.state());
            case Came.Again again -> {
                if (logsAlive > 0) {
                    after(settings.minBackoff(), again);
                } else {
                    begin();
                }
                yield this;
            }
            case Came.DrainedTooLong _ -> {
                LOG.warn("partition {}: stops before its hand-off was complete", partition);
                yield Behaviors.stopped();
            }
        };
    }

    private Optional<String> onEpoch(PartitionEpoch now, Came.OfEpoch what) {
        return switch (what) {
            case Came.Staged _ -> now.staged();
            case Came.StageFailed it -> Optional.of("its answers could not be stored: " + it.cause());
            case Came.Found it -> now.found(it);
            case Came.FindFailed it -> {
                LOG.warn(
                        "partition {}: the answers cannot be read: {}",
                        partition,
                        it.cause().toString());
                yield now.findFailed(it);
            }
            case Came.ReceiptFound it -> {
                now.receiptFound(it);
                yield Optional.empty();
            }
            case Came.ReceiptFailed it -> {
                now.receiptFailed(it);
                yield Optional.empty();
            }
        };
    }

    /** What follows after the epoch did something: its end if there is a reason for it, the hand-off if nothing is left to do before it. */
    private Behavior<Command> next(Optional<String> end) {
        if (end.isPresent()) {
            return lose(end.get());
        }
        return phase == Phase.DRAINING && log != null && (epoch == null || epoch.idle()) ? release() : this;
    }

    // Epochs.

    private void begin() {
        attempt = attempts.incrementAndGet();
        attemptSince = now();
        phase = Phase.ACQUIRING;
        lease = newLease();
        lease.start();
    }

    private Behavior<Command> onLease(Came.OfLease what) {
        switch (what) {
            case Came.LeaseRead it -> lease.read(it);
            case Came.LeaseWritten it -> lease.written(it);
            case Came.LeaseFailed it -> {
                LOG.warn(
                        "partition {}: the control store fails: {}",
                        partition,
                        it.cause().toString());
                lease.failed();
            }
            case Came.LeaseWaited _ -> lease.waited();
        }
        return afterLease();
    }

    private Behavior<Command> afterLease() {
        return switch (lease.phase()) {
            case ACQUIRING -> this;
            case HELD -> phase == Phase.ACQUIRING ? open() : this;
            case LOST -> lose("its lease was lost");
            case RELEASED -> Behaviors.stopped();
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

    private Behavior<Command> onLogWritten(PartitionState state) {
        if (log == null || state.epoch() != lease.epoch()) {
            return this;
        }
        if (epoch != null) {
            return next(epoch.written(state));
        }
        if (!lease.valid()) {
            return lose("its lease ran out during the recovery");
        }
        epoch = new PartitionEpoch(partition, resources, parts, lease, log, logReplies, this, early, state);
        phase = Phase.READY;
        failures = 0;
        resources.local().ready(partition);
        resources.meter().opened(partition, lease.epoch(), now() - attemptSince);
        LOG.info(
                "partition {}: epoch {} serves after event {} with {} receipts",
                partition,
                lease.epoch(),
                state.sequenceNr(),
                state.receipts());
        early.drain().forEach(getContext().getSelf()::tell);
        return this;
    }

    private Behavior<Command> lose(String why) {
        LOG.warn("partition {}: epoch {} ends: {}", partition, lease.epoch(), why);
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
        if (epoch != null) {
            resources.local().gone(partition);
            resources.meter().closed(partition);
            epoch.end();
            epoch = null;
        }
        early.refuseAll(Refusals.unavailable());
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
                yield next(Optional.empty());
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
        return afterLease();
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

    private long now() {
        return resources.nanoTime().getAsLong();
    }

    private LeaseKeeper newLease() {
        return new LeaseKeeper(partition, resources, this);
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
