package dev.candor.gpuconfig.device;

/**
 * How one device is used.
 *
 * @param id its name
 * @param profile the name of the profile that it comes from
 * @param model the maker's name for it, such as {@code NVIDIA H200}
 * @param flavour the build of libtorch that drives it, such as {@code cpu} or {@code cu128}
 * @param threads threads that one operator may use on the processor; the same for all devices of a node, since libtorch has one setting
 * @param ladder batch sizes
 * @param memoryBudget bytes that models may take on it, all together
 * @param precision of single-precision products
 */
public record DeviceProfile(
        DeviceId id,
        String profile,
        String model,
        String flavour,
        int threads,
        BatchLadder ladder,
        long memoryBudget,
        Precision precision) {
    /** Refuses a profile without threads or memory. */
    public DeviceProfile {
        if (threads < 1 || memoryBudget < 1) {
            throw new IllegalArgumentException("device " + id + " needs at least one thread and some memory, not "
                    + threads + " and " + memoryBudget);
        }
    }
}
