package dev.candor.actors.payload;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Bytes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the inputs of claimed jobs from the nodes that hold them and passes the whole jobs on, so that lanes never see the difference. Bounded in bytes; what
 * does not come is asked for again until the job's deadline. It persists nothing; a failure in it drops the message that caused it and nothing else.
 */
public final class PayloadFetcher extends AbstractBehavior<PayloadFetcher.Command> {
    /** What it can be told. */
    public sealed interface Command {}

    /**
     * A job whose inputs are to be fetched; its {@code replyTo} gets a refusal where they cannot be.
     *
     * @param attempts passed on with the job
     */
    public record Fetch(ClaimedJob job, int attempts) implements Command {}

    /** Nobody waits for this job any more. */
    public record Cancel(UUID uuid) implements Command {}

    /** What a store answers. */
    public sealed interface Reply extends Command, CborSerializable {}

    /** A piece of a payload. */
    public record Piece(UUID id, int offset, Bytes bytes) implements Reply {}

    /** The store does not have the payload any more: the job is over for its sender. */
    public record Gone(UUID id) implements Reply {}

    private enum Tick implements Command {
        TICK
    }

    /** Takes whole jobs. */
    @FunctionalInterface
    public interface Target {
        /** Takes one. */
        void submit(InferenceJob job, int attempts);
    }

    private record Open(ClaimedJob claimed, int attempts, Transfer transfer) {}

    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);

    private final PayloadSettings settings;
    private final Target target;
    private final LongSupplier nanoTime;
    private final Map<UUID, Open> open = new HashMap<>();
    private long bytes;

    /** A fetcher that passes jobs to {@code target}, on this actor's thread. */
    public static Behavior<Command> create(PayloadSettings settings, Target target, LongSupplier nanoTime) {
        return Behaviors.<Command>supervise(Behaviors.setup(context -> Behaviors.withTimers(
                        timers -> new PayloadFetcher(context, timers, settings, target, nanoTime))))
                .onFailure(SupervisorStrategy.resume());
    }

    private PayloadFetcher(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            PayloadSettings settings,
            Target target,
            LongSupplier nanoTime) {
        super(context);
        this.settings = settings;
        this.target = target;
        this.nanoTime = nanoTime;
        timers.startTimerWithFixedDelay(Tick.TICK, settings.retryAfter());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Fetch(ClaimedJob job, int attempts) -> fetch(job, attempts);
            case Piece(UUID id, int offset, Bytes piece) -> arrived(id, offset, piece);
            case Gone(UUID id) -> {
                Open gone = close(id);
                if (gone != null) {
                    refuse(
                            gone.claimed(),
                            Refusal.retryable(
                                    ErrorCode.NOT_READY,
                                    "the node that holds the request's inputs no longer has them",
                                    RETRY_WHEN_FULL));
                }
            }
            case Cancel(UUID id) -> close(id);
            case Tick tick -> tick();
        }
        return this;
    }

    private void fetch(ClaimedJob job, int attempts) {
        long size = job.bytes();
        if (size > settings.maxBytes()) {
            refuse(
                    job,
                    Refusal.of(
                            ErrorCode.TOO_LARGE,
                            "the inputs have " + size + " bytes; at most " + settings.maxBytes()
                                    + " are sent to another node (candor.payload.max-bytes)"));
        } else if (bytes + size > settings.maxTotalBytes()) {
            refuse(
                    job,
                    Refusal.retryable(
                            ErrorCode.OVERLOADED,
                            "the node fetches " + bytes + " bytes of inputs already; try again later",
                            RETRY_WHEN_FULL));
        } else {
            close(job.job().uuid());
            bytes += size;
            Open started = new Open(job, attempts, new Transfer((int) size, settings.window(), nanoTime.getAsLong()));
            open.put(job.job().uuid(), started);
            goOn(started);
        }
    }

    private void arrived(UUID id, int offset, Bytes piece) {
        Open each = open.get(id);
        if (each != null) {
            each.transfer().arrived(offset, piece, nanoTime.getAsLong());
            goOn(each);
        }
    }

    private void goOn(Open each) {
        UUID id = each.claimed().job().uuid();
        if (each.transfer().complete()) {
            close(id);
            pass(each);
            return;
        }
        ActorRef<Command> self = getContext().getSelf();
        for (int offset = each.transfer().next();
                offset >= 0;
                offset = each.transfer().next()) {
            each.claimed().store().tell(new PayloadStore.Read(id, offset, self));
        }
    }

    private void pass(Open each) {
        InferenceJob whole;
        try {
            whole = each.claimed().with(each.transfer().payload());
        } catch (IllegalArgumentException | ArithmeticException e) {
            refuse(each.claimed(), Refusal.of(ErrorCode.INTERNAL, "the inputs arrived damaged: " + e.getMessage()));
            return;
        }
        target.submit(whole, each.attempts());
    }

    private void tick() {
        long now = nanoTime.getAsLong();
        Iterator<Open> each = open.values().iterator();
        while (each.hasNext()) {
            Open slow = each.next();
            if (slow.claimed().job().deadline().passed(now)) {
                each.remove();
                bytes -= slow.transfer().length();
                refuse(
                        slow.claimed(),
                        Refusal.of(
                                ErrorCode.DEADLINE_EXCEEDED,
                                "the deadline passed while the request's inputs were on their way to an executor"));
            } else {
                slow.transfer().retry(now - settings.retryAfter().toNanos(), now);
                goOn(slow);
            }
        }
    }

    private @Nullable Open close(UUID id) {
        Open closed = open.remove(id);
        if (closed != null) {
            bytes -= closed.transfer().length();
        }
        return closed;
    }

    private static void refuse(ClaimedJob claimed, Refusal refusal) {
        InferenceJob job = claimed.job();
        job.replyTo().tell(new InferenceOutcome.Refused(job.uuid(), refusal));
    }
}
