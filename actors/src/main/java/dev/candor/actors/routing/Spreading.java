package dev.candor.actors.routing;

import dev.candor.actors.executor.Residency;
import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostStatus;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.lane.LaneGauge;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.routing.SpreadDecider.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Carries out what a {@link SpreadDecider} for each model decides. Every node's router does this by what it sees; they choose the same nodes, and a copy that is asked
 * for twice is one copy. Confined to the watch that calls it.
 */
final class Spreading {
    private final RouterSettings settings;
    private final LocalLanes lanes;
    private final Map<ModelRef, SpreadDecider> deciders = new HashMap<>();

    Spreading(RouterSettings settings, LocalLanes lanes) {
        this.settings = settings;
        this.lanes = lanes;
    }

    /** A model on a node. */
    private record Copies(
            ActorRef<ExecutorHost.Command> host, Residency residency, int ready, int up, long waiting, int maxBatch) {
        String path() {
            return host.path().toString();
        }
    }

    /** Looks at every model; {@code hosts} are those of other nodes that are live. */
    void look(List<HostView> hosts, long now) {
        Map<ModelRef, List<Copies>> models = new HashMap<>();
        ActorRef<ExecutorHost.Command> own = lanes.host();
        if (own != null) {
            lanes.models()
                    .forEach(model -> Optional.ofNullable(lanes.find(model)).ifPresent(lane -> {
                        LaneGauge gauge = lane.gauge();
                        models.computeIfAbsent(model, each -> new ArrayList<>())
                                .add(new Copies(
                                        own,
                                        gauge.residency(),
                                        gauge.readyDevices(),
                                        lanes.upDevices(),
                                        gauge.queuedItems(),
                                        lane.policy().maxBatchSize()));
                    }));
        }
        for (HostView host : hosts) {
            for (HostStatus.ModelStatus each : host.status().models()) {
                models.computeIfAbsent(each.model(), model -> new ArrayList<>())
                        .add(new Copies(
                                host.host(),
                                each.residency(),
                                each.readyDevices(),
                                host.status().upDevices(),
                                each.queuedItems(),
                                each.maxBatchSize()));
            }
        }
        Set<ModelRef> gone = new HashSet<>(deciders.keySet());
        gone.removeAll(models.keySet());
        deciders.keySet().removeAll(gone);
        models.forEach((model, copies) -> decide(model, copies, now));
    }

    private void decide(ModelRef model, List<Copies> copies, long now) {
        Seen seen = seen(copies);
        SpreadDecider decider = deciders.computeIfAbsent(
                model,
                each -> new SpreadDecider(
                        settings.growAfter().toNanos(), settings.shrinkAfter().toNanos()));
        switch (decider.look(seen, now)) {
            case NONE -> {}
            case GROW ->
                copies.stream()
                        .filter(each -> free(each) > 0)
                        .max(Comparator.comparingInt(Spreading::free).thenComparing(Copies::path))
                        .ifPresent(each -> each.host().tell(new ExecutorHost.Warm(model, each.ready() + 1)));
            case SHRINK ->
                copies.stream()
                        .filter(each -> each.ready() > 0)
                        .min(Comparator.comparingLong(Copies::waiting).thenComparing(Copies::path))
                        .ifPresent(each -> each.host().tell(new ExecutorHost.Cool(model)));
        }
    }

    private static int free(Copies copies) {
        return switch (copies.residency()) {
            case READY, COLD -> copies.up() - copies.ready();
            case LOADING, FAILED, DOWN -> 0;
        };
    }

    private Seen seen(List<Copies> copies) {
        int ready = 0;
        int coming = 0;
        int possible = 0;
        long waiting = 0;
        long credits = 0;
        for (Copies each : copies) {
            ready += each.ready();
            coming += each.residency() == Residency.LOADING ? 1 : 0;
            possible += Math.max(0, free(each));
            waiting += each.waiting();
            credits += (long) settings.creditBatches() * each.maxBatch() * each.ready();
        }
        return new Seen(ready, coming, possible, waiting, credits);
    }
}
