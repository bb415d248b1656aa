package dev.candor.cluster.node;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Counts the messages that no actor took, for {@code /metrics}: a few while nodes come and go, none otherwise. */
final class LostMessages {
    private LostMessages() {}

    /** Counts from now on. */
    static void count(ActorSystem<?> system, PrometheusRegistry registry) {
        Counter lost = Counter.builder()
                .name("candor_messages_lost_total")
                .help(
                        "Messages between actors that nobody took: to actors that are gone, dropped by full queues, not understood")
                .labelNames("kind")
                .register(registry);
        List.of("dead_letter", "dropped", "unhandled").forEach(lost::initLabelValues);
        ActorRef<Object> counting = system.systemActorOf(counting(lost), "candor-lost-messages", Props.empty());
        system.eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, counting.narrow()));
        system.eventStream().tell(new EventStream.Subscribe<>(Dropped.class, counting.narrow()));
        system.eventStream().tell(new EventStream.Subscribe<>(UnhandledMessage.class, counting.narrow()));
    }

    private static Behavior<Object> counting(Counter lost) {
        return Behaviors.receiveMessage(message -> {
            switch (message) {
                case DeadLetter _ -> lost.labelValues("dead_letter").inc();
                case Dropped _ -> lost.labelValues("dropped").inc();
                case UnhandledMessage _ -> lost.labelValues("unhandled").inc();
                default -> throw new IllegalArgumentException("not subscribed to: " + message.getClass());
            }
            return Behaviors.same();
        });
    }
}
