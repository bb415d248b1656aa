package dev.candor.gpuconfig.device;

import dev.candor.gpuconfig.device.Accelerators.Gpu;
import dev.candor.gpuconfig.device.DeviceSettings.DeviceChoice;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Turns settings and hardware into the profiles of a node's devices. It reads the machine once, when it is asked; with
 * {@code devices = none} it touches nothing.
 */
public final class DeviceDiscovery {
    private static final long LEAST_BUDGET = 256L << 20;
    private static final long UNKNOWN_GPU_MEMORY = 4L << 30;

    private final DeviceSettings settings;
    private final Machine machine;
    private final Accelerators accelerators;

    /** Discovers on a machine that is described to it. */
    public DeviceDiscovery(DeviceSettings settings, Machine machine, Accelerators accelerators) {
        this.settings = settings;
        this.machine = machine;
        this.accelerators = accelerators;
    }

    /**
     * A machine's processors.
     *
     * @param name the maker's name
     * @param processors how many this process may use
     * @param memory bytes this process may use, the Java heap left out
     */
    public record Machine(String name, int processors, long memory) {}

    /** Discovers on the machine this runs on. */
    public static DeviceDiscovery ofThisMachine(DeviceSettings settings) {
        return new DeviceDiscovery(settings, ThisMachine.describe(), new ThisMachine());
    }

    /**
     * The profiles of all devices that run models, in order; empty if none do.
     *
     * @throws IllegalArgumentException where a device is named that the machine does not have, with what it has
     */
    public List<DeviceProfile> discover() {
        return switch (settings.devices()) {
            case DeviceChoice.None() -> List.of();
            case DeviceChoice.Named(List<DeviceId> ids) -> profiles(ids);
            case DeviceChoice.Auto() -> {
                int gpus = accelerators.gpus().size();
                yield gpus == 0
                        ? profiles(List.of(new DeviceId(DeviceId.Kind.CPU, 0)))
                        : profiles(IntStream.range(0, gpus)
                                .mapToObj(index -> new DeviceId(DeviceId.Kind.CUDA, index))
                                .toList());
            }
        };
    }

    private List<DeviceProfile> profiles(List<DeviceId> ids) {
        // One processor is left to the rest of the node: with operators on every processor of a busy machine, a call of
        // 0.4 ms took up to
        // 26 ms, since libtorch's threads wait for each other at the end of each operator.
        int threads = settings.threads().orElse(Math.max(1, (machine.processors() - 1) / ids.size()));
        long cpus = ids.stream().filter(id -> id.kind() == DeviceId.Kind.CPU).count();
        return ids.stream()
                .map(id -> switch (id.kind()) {
                    case CPU -> cpu(id, threads, cpus);
                    case CUDA -> cuda(id, threads);
                })
                .toList();
    }

    private DeviceProfile cpu(DeviceId id, int threads, long cpus) {
        ProfileDefaults defaults = ProfileDefaults.ofCpu();
        long share = (long) (machine.memory() * defaults.memoryFraction() / cpus);
        return profile(id, machine.name(), threads, defaults, share);
    }

    private DeviceProfile cuda(DeviceId id, int threads) {
        List<Gpu> gpus = accelerators.gpus();
        if (id.index() >= gpus.size()) {
            throw new IllegalArgumentException(
                    "candor.executor.devices names " + id + ", but libtorch (" + accelerators.flavour()
                            + ") drives " + (gpus.isEmpty() ? "no GPU" : gpus.size() + " GPUs")
                            + " here; name others, or install a CUDA"
                            + " build of libtorch and set PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR");
        }
        Gpu gpu = gpus.get(id.index());
        ProfileDefaults defaults = ProfileDefaults.ofGpu(gpu.name());
        OptionalLong memory = gpu.memory();
        return profile(id, gpu.name(), threads, defaults, (long)
                (memory.orElse(UNKNOWN_GPU_MEMORY) * defaults.memoryFraction()));
    }

    private DeviceProfile profile(DeviceId id, String name, int threads, ProfileDefaults defaults, long memory) {
        return new DeviceProfile(
                id,
                name,
                accelerators.flavour(),
                threads,
                settings.ladder().orElse(defaults.ladder()),
                settings.memoryBudget().orElse(Math.max(LEAST_BUDGET, memory)));
    }
}
