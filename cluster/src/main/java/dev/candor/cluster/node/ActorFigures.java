package dev.candor.cluster.node;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.routing.LaneRouter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import scala.jdk.javaapi.CollectionConverters;

/** What waits before this node's own actors, and what executors would take from it, for {@code /metrics}. Looked at when it is scraped. */
final class ActorFigures {
    private static final String OURS = "candor-";
    private static final Pattern NUMBER = Pattern.compile("-\\d+$");

    private ActorFigures() {}

    /** Shows the figures in {@code registry}. */
    static void register(ActorSystem<?> system, LaneRouter router, PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("candor_mailbox_messages")
                .help("Messages that wait before this node's actors, by actor; of several of a kind, all together")
                .labelNames("actor")
                .callback(gauge -> mailboxes(system).forEach((actor, messages) -> gauge.call(messages, actor)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("candor_credits")
                .help("Rows that executors would take from this node at once, by model")
                .labelNames("model", "version")
                .callback(gauge -> credits(router, gauge))
                .register(registry);
        GaugeWithCallback.builder()
                .name("candor_jobs_elsewhere")
                .help("Jobs of this node that are at executors of others")
                .callback(gauge -> gauge.call(router.outstanding()))
                .register(registry);
    }

    private static void credits(LaneRouter router, GaugeWithCallback.Callback gauge) {
        for (Map.Entry<ModelRef, Long> each : router.credits().entrySet()) {
            gauge.call(
                    each.getValue(),
                    each.getKey().name(),
                    each.getKey().version().toString());
        }
    }

    /** By the name of the actor, without the number that those of a kind have. */
    static Map<String, Integer> mailboxes(ActorSystem<?> system) {
        Map<String, Integer> messages = new TreeMap<>();
        ExtendedActorSystem classic = (ExtendedActorSystem) Adapter.toClassic(system);
        ActorRefWithCell guardian = (ActorRefWithCell) classic.systemGuardian();
        for (ActorRef child : CollectionConverters.asJava(guardian.children())) {
            String name = child.path().name();
            if (name.startsWith(OURS) && child instanceof ActorRefWithCell actor) {
                String kind = NUMBER.matcher(name.substring(OURS.length())).replaceFirst("");
                messages.merge(kind, actor.underlying().numberOfMessages(), Integer::sum);
            }
        }
        return messages;
    }
}
