package dev.candor.sharding;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.persistence.proof.ProofNews;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/**
 * Watches proof jobs for one reader. It says every few seconds that it is still there, which also finds slices that moved and news that was lost. Persists nothing;
 * an actor of its own at the node's top, ended by {@link Stop}.
 */
final class ProofWatch {
    private static final Duration RENEW_EVERY = Duration.ofSeconds(5);

    /** Ended jobs are told of again for so long, in case the news of their end was lost. */
    private static final long OVERLAP = 2 * RENEW_EVERY.toMillis();

    /** What a watch takes. */
    sealed interface Command {}

    /** Nobody reads any more. */
    record Stop() implements Command {}

    private record Renew() implements Command {}

    private record Heard(ProofNews news) implements Command {}

    private final List<EntityRef<ProofJobs.Command>> slices;
    private final Digest caller;
    private final Optional<RequestId> id;
    private final Consumer<ProofNews> onNews;
    private final ActorRef<ProofNews> heard;
    private long newest;

    private ProofWatch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            List<EntityRef<ProofJobs.Command>> slices,
            Digest caller,
            Optional<RequestId> id,
            Consumer<ProofNews> onNews) {
        this.slices = slices;
        this.caller = caller;
        this.id = id;
        this.onNews = onNews;
        this.heard = context.messageAdapter(ProofNews.class, Heard::new);
        timers.startTimerWithFixedDelay(new Renew(), Duration.ZERO, RENEW_EVERY);
    }

    static Behavior<Command> create(
            List<EntityRef<ProofJobs.Command>> slices,
            Digest caller,
            Optional<RequestId> id,
            Consumer<ProofNews> onNews) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ProofWatch watch = new ProofWatch(context, timers, slices, caller, id, onNews);
            return Behaviors.receive(Command.class)
                    .onMessage(Renew.class, renew -> watch.renew())
                    .onMessage(Heard.class, it -> watch.heard(it.news()))
                    .onMessage(Stop.class, stop -> Behaviors.stopped())
                    .onSignal(PostStop.class, stopped -> watch.unwatch())
                    .build();
        }));
    }

    private Behavior<Command> renew() {
        long from = newest == 0 ? Long.MAX_VALUE : newest - OVERLAP;
        slices.forEach(slice -> slice.tell(new ProofJobs.Watch(caller, id, from, heard)));
        return Behaviors.same();
    }

    private Behavior<Command> heard(ProofNews news) {
        news.jobs().forEach(each -> newest = Math.max(newest, each.since()));
        onNews.accept(news);
        return Behaviors.same();
    }

    private Behavior<Command> unwatch() {
        slices.forEach(slice -> slice.tell(new ProofJobs.Unwatch(heard)));
        return Behaviors.same();
    }
}
