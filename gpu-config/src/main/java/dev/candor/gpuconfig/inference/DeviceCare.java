package dev.candor.gpuconfig.inference;

import ai.djl.Device;
import dev.candor.gpuconfig.device.DeviceId;
import dev.candor.gpuconfig.device.Precision;
import java.util.List;

/** All in which a GPU and the processors are handled differently. */
final class DeviceCare {
    private final boolean gpu;
    private final Runnable emptyCache;

    private DeviceCare(boolean gpu, Runnable emptyCache) {
        this.gpu = gpu;
        this.emptyCache = emptyCache;
    }

    /**
     * The care for a device.
     *
     * @param emptyCache gives memory that libtorch keeps for later back to the GPU
     */
    static DeviceCare of(DeviceId id, Runnable emptyCache) {
        return new DeviceCare(
                switch (id.kind()) {
                    case CPU -> false;
                    case CUDA -> true;
                },
                emptyCache);
    }

    /** The device as DJL names it. */
    static Device target(DeviceId id) {
        return switch (id.kind()) {
            case CPU -> Device.cpu();
            case CUDA -> Device.gpu(id.index());
        };
    }

    /** Whether a file's weights go to this device whatever device they were saved from: without, those of a second GPU end up on the first. */
    boolean mapsLocation() {
        return true;
    }

    /** A model has left: libtorch keeps its GPU memory for later allocations of the same sizes, which a model of another shape does not make. */
    void unloaded() {
        if (gpu) {
            emptyCache.run();
        }
    }

    /** What of the process's environment contradicts the profile. */
    List<String> warnings(Precision precision, String tf32Override) {
        return gpu ? precision.wrongOnGpu(tf32Override).stream().toList() : List.of();
    }
}
