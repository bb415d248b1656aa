package dev.candor.cluster.management;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * What the management port is told of its node: until then the node is not ready and has no figures. Thread-safe.
 */
public final class NodeManagement implements Extension {
    private static final ExtensionKey KEY = new ExtensionKey();

    private volatile BooleanSupplier ready = () -> false;
    private volatile Optional<PrometheusRegistry> figures = Optional.empty();

    private static final class ExtensionKey extends org.apache.pekko.actor.AbstractExtensionId<NodeManagement> {
        @Override
        public NodeManagement createExtension(ExtendedActorSystem system) {
            return new NodeManagement();
        }
    }

    private NodeManagement() {}

    /** That of a node. */
    public static NodeManagement of(ClassicActorSystemProvider system) {
        return KEY.get(system);
    }

    static NodeManagement of(ActorSystem system) {
        return KEY.get(system);
    }

    /** Tells how to see whether the node serves, and its figures. */
    public void serve(BooleanSupplier nodeReady, PrometheusRegistry registry) {
        figures = Optional.of(registry);
        ready = nodeReady;
    }

    boolean ready() {
        return ready.getAsBoolean();
    }

    Optional<PrometheusRegistry> figures() {
        return figures;
    }
}
