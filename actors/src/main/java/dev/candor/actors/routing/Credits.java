package dev.candor.actors.routing;

import dev.candor.actors.executor.Residency;
import dev.candor.actors.host.LaneHandle;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.model.ModelRef;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many rows of each model executors would take at once, by what {@link RoutingDecider} goes by. Pure. */
final class Credits {
    private Credits() {}

    /** The sum over this node's lane and those of {@code live} hosts where the model is warm; 0 where a lane has enough to do. */
    static Map<ModelRef, Long> of(LocalLanes lanes, List<HostView> live, int creditBatches) {
        Map<ModelRef, Long> credits =
                new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        for (ModelRef model : lanes.models()) {
            LaneHandle lane = lanes.find(model);
            if (lane != null) {
                long free = lane.gauge().residency() == Residency.READY
                        ? free(
                                creditBatches,
                                lane.policy().maxBatchSize(),
                                lanes.upDevices(),
                                lane.gauge().queuedItems())
                        : 0;
                credits.merge(model, free, Long::sum);
            }
        }
        for (HostView host : live) {
            host.models().forEach((model, view) -> {
                long free = view.status().residency() == Residency.READY
                        ? free(
                                creditBatches,
                                view.status().maxBatchSize(),
                                host.status().upDevices(),
                                view.load())
                        : 0;
                credits.merge(model, free, Long::sum);
            });
        }
        return credits;
    }

    private static long free(int creditBatches, int maxBatchSize, int upDevices, long load) {
        return Math.max(0, (long) creditBatches * maxBatchSize * upDevices - load);
    }
}
