package dev.candor.actors.host;

import dev.candor.actors.executor.DeviceGauge;
import dev.candor.actors.model.ModelRef;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The lanes and devices of this node, as its host keeps them and its router reads them: a job of this node needs no message to find its lane. Thread-safe. */
public final class LocalLanes {
    private final ConcurrentHashMap<ModelRef, LaneHandle> lanes = new ConcurrentHashMap<>();
    private final List<DeviceGauge> devices;
    private volatile @Nullable ActorRef<ExecutorHost.Command> host;

    /** No lanes yet; {@code deviceNames} is empty where executors are disabled. */
    public LocalLanes(List<String> deviceNames) {
        devices = deviceNames.stream().map(DeviceGauge::new).toList();
    }

    /** The lane of a model version, or null. */
    public @Nullable LaneHandle find(ModelRef model) {
        return lanes.get(model);
    }

    /** This node's host, which makes lanes for models that have none yet, or null where no host runs; it is there before any device is up. */
    public @Nullable ActorRef<ExecutorHost.Command> host() {
        return host;
    }

    /** The model versions that have a lane here. */
    public Set<ModelRef> models() {
        return Set.copyOf(lanes.keySet());
    }

    /** The node's devices. */
    public List<DeviceGauge> devices() {
        return devices;
    }

    /** How many devices can run batches. */
    public int upDevices() {
        int up = 0;
        for (DeviceGauge device : devices) {
            if (device.up()) {
                up++;
            }
        }
        return up;
    }

    void hostedBy(@Nullable ActorRef<ExecutorHost.Command> running) {
        host = running;
    }

    Map<ModelRef, LaneHandle> lanes() {
        return lanes;
    }
}
