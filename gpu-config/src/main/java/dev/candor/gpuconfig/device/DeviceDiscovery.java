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
                        ? profiles(IntStream.range(0, cpuDefaults().executors())
                                .mapToObj(index -> new DeviceId(DeviceId.Kind.CPU, index))
                                .toList())
                        : profiles(IntStream.range(0, gpus)
                                .mapToObj(index -> new DeviceId(DeviceId.Kind.CUDA, index))
                                .toList());
            }
        };
    }

    /** What is there, and what {@link #discover} makes of it. */
    public MachineReport report() {
        return new MachineReport(
                machine, accelerators.flavour(), accelerators.gpus(), accelerators.slices(), discover());
    }

    /** The part of a device's memory that the profile it was made of gives to models. */
    public static double memoryFraction(DeviceProfile device) {
        return ProfileDefaults.named(device.profile()).memoryFraction();
    }

    private List<DeviceProfile> profiles(List<DeviceId> ids) {
        // One processor is left to the rest of the node: with operators on every processor of a busy machine, a call of
        // 0.4 ms took up to
        // 26 ms, since libtorch's threads wait for each other at the end of each operator.
        int fitting = Math.max(1, (machine.processors() - 1) / ids.size());
        int threads = settings.threads()
                .orElseGet(() -> defaults(ids.getFirst()).threads().orElse(fitting));
        long cpus = ids.stream().filter(id -> id.kind() == DeviceId.Kind.CPU).count();
        return ids.stream()
                .map(id -> switch (id.kind()) {
                    case CPU -> cpu(id, threads, cpus);
                    case CUDA -> cuda(id, threads);
                })
                .toList();
    }

    private ProfileDefaults cpuDefaults() {
        return settings.profile()
                .map(ProfileDefaults::named)
                .orElseGet(() -> ProfileDefaults.ofCpu(machine.processors()));
    }

    private ProfileDefaults defaults(DeviceId id) {
        return switch (id.kind()) {
            case CPU -> cpuDefaults();
            case CUDA -> gpuDefaults(gpu(id));
        };
    }

    private ProfileDefaults gpuDefaults(Gpu gpu) {
        return settings.profile().map(ProfileDefaults::named).orElseGet(() -> ProfileDefaults.ofGpu(gpu.name()));
    }

    private DeviceProfile cpu(DeviceId id, int threads, long cpus) {
        ProfileDefaults defaults = cpuDefaults();
        long share = (long) (machine.memory() * defaults.memoryFraction() / cpus);
        return profile(id, machine.name(), threads, defaults, share);
    }

    private Gpu gpu(DeviceId id) {
        List<Gpu> gpus = accelerators.gpus();
        if (id.index() >= gpus.size()) {
            throw new IllegalArgumentException(
                    "candor.executor.devices names " + id + ", but libtorch (" + accelerators.flavour()
                            + ") drives " + (gpus.isEmpty() ? "no GPU" : gpus.size() + " GPUs")
                            + " here; name others, or install a CUDA"
                            + " build of libtorch and set PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR");
        }
        return gpus.get(id.index());
    }

    private DeviceProfile cuda(DeviceId id, int threads) {
        Gpu gpu = gpu(id);
        ProfileDefaults defaults = gpuDefaults(gpu);
        OptionalLong memory = gpu.memory();
        return profile(id, gpu.name(), threads, defaults, (long)
                (memory.orElse(UNKNOWN_GPU_MEMORY) * defaults.memoryFraction()));
    }

    private DeviceProfile profile(DeviceId id, String name, int threads, ProfileDefaults defaults, long memory) {
        return new DeviceProfile(
                id,
                defaults.name(),
                name,
                accelerators.flavour(),
                threads,
                settings.ladder().orElse(defaults.ladder()),
                settings.memoryBudget().orElse(Math.max(LEAST_BUDGET, memory)),
                defaults.precision());
    }
}
