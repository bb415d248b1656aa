package dev.candor.persistence.request;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.routing.JobSink;
import dev.candor.persistence.partition.LookupReply;
import dev.candor.persistence.partition.Partition;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One identity's request: owns the attempts that wait for it, persists nothing, is placed and supervised by sharding beside the partition of the same
 * number. Its entity id is {@link #entityId}. It leaves some time after its last attempt.
 */
public final class Request extends AbstractBehavior<Request.Command> {
    /** What a request takes. */
    public sealed interface Command {}

    /** Another attempt; its {@code replyTo} gets one outcome. */
    public record Submit(InferenceJob job) implements Command, CborSerializable {}

    /** The caller of an attempt has gone. */
    public record Cancel(UUID uuid) implements Command, CborSerializable {}

    /** Answer whoever waits, and stop: the shard moves. */
    public record Stop() implements Command {}

    private record Word(LookupReply reply) implements Command {}

    private record Ran(InferenceOutcome outcome) implements Command {}

    private record Tick() implements Command {}

    private record Idle() implements Command {}

    /**
     * What a request needs.
     *
     * @param settings times and bounds
     * @param partitions the way to the partitions
     * @param lanes the way to the executors
     * @param nanoTime a monotonic clock, the one of the deadlines
     */
    public record Resources(
            RequestSettings settings, Consumer<Partition.Lookup> partitions, JobSink lanes, LongSupplier nanoTime) {}

    private final Resources resources;
    private final TimerScheduler<Command> timers;
    private final Consumer<ActorRef<Command>> passivate;
    private final RequestDecider decider;
    private final ActorRef<LookupReply> words;
    private final ActorRef<InferenceOutcome> outcomes;

    private Request(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Resources resources,
            Consumer<ActorRef<Command>> passivate) {
        super(context);
        this.resources = resources;
        this.timers = timers;
        this.passivate = passivate;
        this.decider = new RequestDecider(resources.settings());
        this.words = context.messageAdapter(LookupReply.class, Word::new);
        this.outcomes = context.messageAdapter(InferenceOutcome.class, Ran::new);
    }

    /**
     * The behaviour of one request.
     *
     * @param passivate asks the shard to send this actor {@link Stop}
     */
    public static Behavior<Command> create(Resources resources, Consumer<ActorRef<Command>> passivate) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Request(context, timers, resources, passivate)));
    }

    /** The entity's id: the partition's number, a hyphen, the identity in hexadecimal. */
    public static String entityId(Identity identity) {
        return identity.partition() + "-" + identity.id().toHex();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Submit.class, it -> run(decider.submit(it.job(), now())))
                .onMessage(Cancel.class, it -> run(decider.cancel(it.uuid(), now())))
                .onMessage(Word.class, it -> run(decider.answered(it.reply(), now())))
                .onMessage(Ran.class, it -> run(decider.ran(it.outcome(), now())))
                .onMessage(Tick.class, it -> run(decider.tick(now())))
                .onMessage(Idle.class, it -> onIdle())
                .onMessage(Stop.class, it -> Behaviors.stopped())
                .onSignal(PostStop.class, it -> onEnd())
                .build();
    }

    private Behavior<Command> run(List<RequestDecider.Effect> effects) {
        for (RequestDecider.Effect effect : effects) {
            switch (effect) {
                case RequestDecider.Effect.Tell tell -> tell.attempt().replyTo().tell(tell.outcome());
                case RequestDecider.Effect.Ask ask ->
                    resources.partitions().accept(new Partition.Lookup(ask.identity(), words));
                case RequestDecider.Effect.Run it ->
                    resources.lanes().submit(it.job().withReplyTo(outcomes));
            }
        }
        if (decider.idle()) {
            timers.cancel(Tick.class);
            timers.startSingleTimer(Idle.class, new Idle(), resources.settings().idle());
        } else {
            timers.cancel(Idle.class);
            decider.due()
                    .ifPresent(due -> timers.startSingleTimer(
                            Tick.class, new Tick(), Duration.ofNanos(Math.max(1_000_000, due - now()))));
        }
        return this;
    }

    private Behavior<Command> onIdle() {
        if (decider.idle()) {
            passivate.accept(getContext().getSelf());
        }
        return this;
    }

    private Behavior<Command> onEnd() {
        return run(decider.end(Refusal.retryable(
                ErrorCode.NOT_READY,
                "The request moved to another node before it was answered; retry.",
                Duration.ofMillis(200))));
    }

    private long now() {
        return resources.nanoTime().getAsLong();
    }
}
