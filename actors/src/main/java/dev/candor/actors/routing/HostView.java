package dev.candor.actors.routing;

import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostStatus;
import dev.candor.actors.host.HostStatus.ModelStatus;
import dev.candor.actors.model.ModelRef;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** A remote host as its last status showed it, and what was sent to it since. Thread-safe. */
final class HostView {
    private final HostStatus status;
    private final long receivedAt;
    private final Map<ModelRef, ModelView> models = new HashMap<>();

    /** A lane there. */
    record ModelView(ModelStatus status, AtomicInteger sent) {
        long load() {
            return (long) status.queuedItems() + sent.get();
        }
    }

    HostView(HostStatus status, long receivedAt) {
        this.status = status;
        this.receivedAt = receivedAt;
        status.models().forEach(model -> models.put(model.model(), new ModelView(model, new AtomicInteger())));
    }

    ActorRef<ExecutorHost.Command> host() {
        return status.host();
    }

    HostStatus status() {
        return status;
    }

    boolean live(long now, long expiryNanos) {
        return now - receivedAt < expiryNanos;
    }

    Map<ModelRef, ModelView> models() {
        return models;
    }

    @Nullable
    ModelView model(ModelRef model) {
        return models.get(model);
    }
}
