package dev.candor.actors.lane;

import dev.candor.actors.batching.Admission;
import dev.candor.actors.batching.Batch;
import dev.candor.actors.batching.BatcherDecider;
import dev.candor.actors.batching.BatcherDecider.Expiry;
import dev.candor.actors.batching.OutlookKeeper;
import dev.candor.actors.batching.Ticket;
import dev.candor.actors.executor.Executor;
import dev.candor.actors.executor.Notice;
import dev.candor.actors.executor.Residency;
import dev.candor.actors.executor.SlotGrant;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.metrics.ModelMetrics;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.receipt.ReceiptLeaf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one model version on one node. Jobs wait here, also while their model is being loaded; when an executor gives its device to this lane, the
 * batch is formed and handed to the device's thread, so that it grows for as long as the device is busy.
 *
 * <p>It persists nothing. A failure in it drops the message that caused it and nothing else; the caller of such a job hears from its deadline.
 */
public final class Lane extends AbstractBehavior<Lane.Command> {
    /** What a lane can be told. */
    public sealed interface Command {}

    /**
     * A job to run; its {@code replyTo} gets exactly one outcome unless it is cancelled.
     *
     * @param attempts how many lanes had it before
     */
    public record Submit(InferenceJob job, int attempts) implements Command {}

    /** Nobody waits for this attempt any more: if it has not started it is dropped without an outcome. */
    public record Cancel(UUID uuid) implements Command {}

    /** The model shall be warm on {@code devices} devices of this node, or on all where there are fewer, whether or not anything waits. */
    public record Warm(int devices) implements Command {}

    /** One copy less is enough. */
    public enum Cool implements Command {
        INSTANCE
    }

    /** An executor speaks. */
    public record FromExecutor(Notice notice) implements Command {}

    /** The model version is no longer served: what waits and whatever comes is refused; the lane ends when nobody can know it any more. */
    public record Retire(Refusal refusal) implements Command {}

    private record Split(Batch<QueuedJob> batch) implements Command {}

    private record Lost(Batch<QueuedJob> batch) implements Command {}

    private record Wake(long at) implements Command {}

    private enum End implements Command {
        END
    }

    /** Longer than a status that names this lane can be believed. */
    private static final Duration RETIREMENT = Duration.ofSeconds(30);

    private static final long NEVER = Long.MAX_VALUE;

    private final ModelRef model;
    private final BatcherDecider<QueuedJob> batcher;
    private final ShapeKey shapes;
    private final LaneServices services;
    private final LaneGauge gauge;
    private final ModelMetrics metrics;
    private final Runnable onChange;
    private final RunningBatch.Returns returns;
    private final LaneDevices devices;
    private final boolean caching;
    private final ReceiptLeaf.Arithmetic arithmetic;
    private final OutlookKeeper outlook;
    private final Map<UUID, Ticket<QueuedJob>> tickets = new HashMap<>();
    private @Nullable Refusal retired;
    private long wakeAt = NEVER;

    /**
     * A lane.
     *
     * @param executors the node's, in the order of their numbers; at least one
     * @param gauge kept up to date
     * @param onChange called after a change that others should hear of soon
     */
    public static Behavior<Command> create(
            ModelRef model,
            ModelSpec spec,
            List<ActorRef<Executor.Command>> executors,
            LaneServices services,
            LaneGauge gauge,
            Runnable onChange) {
        return Behaviors.<Command>supervise(Behaviors.setup(
                        context -> new Lane(context, model, spec, executors, services, gauge, onChange)))
                .onFailure(SupervisorStrategy.resume());
    }

    private Lane(
            ActorContext<Command> context,
            ModelRef model,
            ModelSpec spec,
            List<ActorRef<Executor.Command>> executors,
            LaneServices services,
            LaneGauge gauge,
            Runnable onChange) {
        super(context);
        this.model = model;
        this.batcher = new BatcherDecider<>(spec.batching());
        this.shapes = new ShapeKey(spec);
        this.services = services;
        this.gauge = gauge;
        this.metrics = services.metrics().of(model, spec.batching().maxBatchSize());
        this.onChange = onChange;
        this.caching = spec.responseCache();
        this.arithmetic = spec.exact().isPresent() ? ReceiptLeaf.Arithmetic.EXACT : ReceiptLeaf.Arithmetic.FLOAT;
        this.devices = new LaneDevices(model, executors);
        this.outlook = new OutlookKeeper(executors.size());
        this.returns = new Returning(context.getSelf(), metrics, services.nanoTime());
    }

    /** What comes back from batches, on whatever thread they ended. */
    private record Returning(ActorRef<Command> lane, ModelMetrics metrics, LongSupplier nanoTime)
            implements RunningBatch.Returns {
        @Override
        public void split(Batch<QueuedJob> batch) {
            lane.tell(new Split(batch));
        }

        @Override
        public void lost(Batch<QueuedJob> batch) {
            lane.tell(new Lost(batch));
        }

        @Override
        public void failed(QueuedJob job, Refusal refusal, long arrivedAt) {
            metrics.failed(nanoTime.getAsLong() - arrivedAt);
            job.refuse(refusal);
        }
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        long now = services.nanoTime().getAsLong();
        batcher.expect(outlook.outlook(gauge.cost(), now));
        switch (command) {
            case Submit(InferenceJob job, int attempts) -> submit(job, attempts, now);
            case FromExecutor(Notice.Granted(int executor, SlotGrant grant)) -> granted(executor, grant, now);
            case FromExecutor(Notice.Changed(int executor, Residency residency, Refusal why)) ->
                changed(executor, residency, why, now);
            case Cancel(UUID uuid) -> cancel(uuid);
            case Warm(int count) -> devices.warm(count);
            case Cool cool -> devices.cool();
            case Wake(long at) -> wake(at, now);
            case Split(Batch<QueuedJob> batch) -> split(batch, now);
            case Lost(Batch<QueuedJob> batch) -> lost(batch, now);
            case Retire(Refusal refusal) -> retire(refusal, now);
            case End end -> {
                return Behaviors.stopped();
            }
        }
        return this;
    }

    private void submit(InferenceJob job, int attempts, long now) {
        QueuedJob queued = new QueuedJob(job, attempts);
        Refusal closed = retired;
        if (closed != null) {
            refuse(queued, closed, 0);
            return;
        }
        if (job.deadline().passed(now)) {
            refuse(queued, expired(Expiry.DEADLINE, now), 0);
            return;
        }
        if (caching && services.cache().answer(job, arithmetic, metrics, now)) {
            return;
        }
        Admission<QueuedJob> admission = batcher.offer(
                queued,
                job.items(),
                job.bytes(),
                job.priority(),
                shapes.of(job.inputs()),
                job.deadline().nanoTime(),
                job.queueTimeout().orElse(Duration.ZERO),
                now);
        switch (admission) {
            case Ticket<QueuedJob> ticket -> {
                tickets.put(job.uuid(), ticket);
                askForSlots(now);
            }
            case Admission.Refused<QueuedJob>(ErrorCode code, String sentence, Duration retryAfter) ->
                refuse(
                        queued,
                        retryAfter.isZero()
                                ? Refusal.of(code, sentence)
                                : Refusal.retryable(code, sentence, retryAfter),
                        0);
        }
        count();
    }

    private void granted(int executor, SlotGrant grant, long now) {
        devices.granted(executor);
        Batch<QueuedJob> batch = batcher.take(now, gauge.batchNanos());
        if (batch == null) {
            grant.giveBack();
        } else {
            for (Ticket<QueuedJob> ticket : batch.tickets()) {
                tickets.remove(ticket.payload().job().uuid());
            }
            RunningBatch running = new RunningBatch(
                    batch,
                    model,
                    arithmetic,
                    grant.device(),
                    now,
                    services.finisher(),
                    caching ? services.cache() : null,
                    gauge,
                    metrics,
                    returns);
            grant.run(running.task());
            outlook.left(executor, batch.items(), gauge.cost(), batcher.requests() > 0, now);
            batcher.expect(outlook.outlook(gauge.cost(), now));
        }
        askForSlots(now);
        count();
    }

    private void changed(int executor, Residency residency, @Nullable Refusal why, long now) {
        devices.changed(executor, residency, why);
        if (residency == Residency.FAILED || residency == Residency.DOWN) {
            outlook.gone(executor);
        }
        Residency best = devices.best();
        boolean changed = gauge.residency(best, devices.count(Residency.READY), devices.reason(best));
        askForSlots(now);
        count();
        if (changed) {
            onChange.run();
        }
    }

    private void askForSlots(long now) {
        if (batcher.ripe(now, gauge.batchNanos()) && !devices.ask()) {
            giveUpQueue(now);
        }
        batcher.drainExpired((ticket, why) -> expire(ticket, why, now));
        scheduleWake(now);
    }

    /** No device of this node can run the model. */
    private void giveUpQueue(long now) {
        Refusal failed = devices.reason(Residency.FAILED);
        Refusal down = devices.reason(Residency.DOWN);
        for (Ticket<QueuedJob> ticket : batcher.removeAll()) {
            tickets.remove(ticket.payload().job().uuid());
            if (down == null && failed != null) {
                refuse(ticket.payload(), failed, now - ticket.arrivedAt());
            } else {
                giveAway(ticket.payload(), ticket.payload().attempt() + 1, down);
            }
        }
    }

    private void giveAway(QueuedJob queued, int attempts, @Nullable Refusal why) {
        services.elsewhere()
                .resubmit(
                        queued.job(),
                        attempts,
                        why != null
                                ? why
                                : Refusal.retryable(
                                        ErrorCode.NOT_READY,
                                        "no device of this node can run model " + model.name() + " " + model.version(),
                                        Duration.ofSeconds(1)));
    }

    private void cancel(UUID uuid) {
        Ticket<QueuedJob> ticket = tickets.remove(uuid);
        if (ticket != null) {
            batcher.remove(ticket);
            count();
        }
    }

    private void split(Batch<QueuedJob> batch, long now) {
        if (retired != null) {
            refuseAll(batch.tickets(), retired, now);
            return;
        }
        requeue(batch, true);
        askForSlots(now);
        count();
    }

    private void lost(Batch<QueuedJob> batch, long now) {
        if (retired != null) {
            refuseAll(batch.tickets(), retired, now);
            return;
        }
        boolean here = devices.any();
        List<Ticket<QueuedJob>> again = new ArrayList<>();
        for (Ticket<QueuedJob> ticket : batch.tickets()) {
            QueuedJob queued = ticket.payload();
            queued.lostADevice();
            if (queued.attempt() >= services.maxAttempts()) {
                refuse(
                        queued,
                        Refusal.of(
                                ErrorCode.EXECUTION_FAILED,
                                "the request was tried " + queued.attempt()
                                        + " times and whatever had it was lost; it is not tried again"),
                        now - ticket.arrivedAt());
            } else if (here) {
                again.add(ticket);
            } else {
                giveAway(queued, queued.attempt(), devices.reason(devices.best()));
            }
        }
        requeue(new Batch<>(again, 0, batch.reason()), false);
        askForSlots(now);
        count();
    }

    private void refuseAll(List<Ticket<QueuedJob>> refused, Refusal refusal, long now) {
        for (Ticket<QueuedJob> ticket : refused) {
            refuse(ticket.payload(), refusal, now - ticket.arrivedAt());
        }
    }

    private void requeue(Batch<QueuedJob> batch, boolean alone) {
        for (Ticket<QueuedJob> ticket : batcher.requeue(batch.tickets(), alone)) {
            tickets.put(ticket.payload().job().uuid(), ticket);
        }
    }

    private void retire(Refusal refusal, long now) {
        retired = refusal;
        refuseAll(batcher.removeAll(), refusal, now);
        tickets.clear();
        count();
        getContext().scheduleOnce(RETIREMENT, getContext().getSelf(), End.END);
    }

    private void wake(long at, long now) {
        if (at == wakeAt) {
            wakeAt = NEVER;
        }
        batcher.sweep(now);
        askForSlots(now);
        count();
    }

    /** An earlier wake-up that is set already will look again by itself. */
    private void scheduleWake(long now) {
        OptionalLong next = batcher.nextWake(now, gauge.batchNanos());
        if (next.isEmpty()) {
            return;
        }
        long at = next.getAsLong();
        if (wakeAt != NEVER && wakeAt - at <= 0) {
            return;
        }
        wakeAt = at;
        ActorRef<Command> self = getContext().getSelf();
        services.timer().after(Math.max(0, at - now), () -> self.tell(new Wake(at)));
    }

    private void expire(Ticket<QueuedJob> ticket, Expiry why, long now) {
        QueuedJob queued = ticket.payload();
        tickets.remove(queued.job().uuid());
        refuse(queued, expired(why, now), now - ticket.arrivedAt());
    }

    private Refusal expired(Expiry why, long now) {
        return switch (why) {
            case DEADLINE ->
                late("the deadline passed before the request could run; allow more time or send less at once");
            case TIMEOUT ->
                late("the request waited longer than its queue timeout; raise timeout or default_timeout_microseconds");
            case TOO_LATE ->
                late("the answer could no longer come within the deadline; allow more time or send less at once");
            case DISPLACED ->
                Refusal.retryable(
                        ErrorCode.OVERLOADED,
                        "the model's queue is full and a request of a higher priority took this one's place; try again later",
                        batcher.drainsAfter(now));
        };
    }

    private static Refusal late(String sentence) {
        return Refusal.of(ErrorCode.DEADLINE_EXCEEDED, sentence);
    }

    private void refuse(QueuedJob queued, Refusal refusal, long waited) {
        metrics.failed(waited);
        queued.refuse(refusal);
    }

    private void count() {
        gauge.queued(batcher.queuedItems());
        metrics.pending(batcher.requests());
    }
}
