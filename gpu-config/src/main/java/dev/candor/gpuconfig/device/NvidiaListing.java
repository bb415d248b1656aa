package dev.candor.gpuconfig.device;

import dev.candor.gpuconfig.device.Accelerators.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code nvidia-smi -L} prints: GPUs, and below each its MIG slices.
 *
 * <pre>
 * GPU 0: NVIDIA H200 (UUID: GPU-5f0c...)
 *   MIG 1g.18gb     Device  0: (UUID: MIG-9a1b...)
 * </pre>
 *
 * <p>CUDA shows a process either whole GPUs or one slice: the one that {@code CUDA_VISIBLE_DEVICES} names, else the first of the first GPU that is cut. So each
 * slice is served by a node of its own, and is that node's {@code cuda:0}.
 */
final class NvidiaListing {
    private static final Pattern GPU = Pattern.compile("GPU ([0-9]+): (.+) \\(UUID: (GPU-[^)]+)\\)\\s*");
    private static final Pattern MIG =
            Pattern.compile("\\s+MIG (([0-9]+)g\\.([0-9]+)gb\\S*)\\s+Device\\s+[0-9]+: \\(UUID: (MIG-[^)]+)\\)\\s*");
    private static final int MOST = 1024;

    private final List<Slice> slices = new ArrayList<>();

    /**
     * A slice.
     *
     * @param gpu the maker's name of the whole
     * @param profile such as {@code 1g.18gb}
     * @param gigabytes of memory, as the profile's name says
     * @param uuid for {@code CUDA_VISIBLE_DEVICES}
     */
    record Slice(String gpu, String profile, int gigabytes, String uuid) {
        /** As a device: its name says that it is a slice, and which. */
        Gpu asGpu() {
            return new Gpu(gpu + " MIG " + profile, OptionalLong.of(gigabytes * 1_000_000_000L));
        }
    }

    private NvidiaListing() {}

    /** Reads the lines; others are passed over. */
    static NvidiaListing parse(String lines) {
        NvidiaListing listing = new NvidiaListing();
        String gpu = "";
        for (String line : lines.lines().limit(MOST).toList()) {
            Matcher whole = GPU.matcher(line);
            Matcher part = MIG.matcher(line);
            if (whole.matches()) {
                gpu = whole.group(2);
            } else if (part.matches() && !gpu.isEmpty() && part.group(3).length() <= 6) {
                listing.slices.add(new Slice(gpu, part.group(1), Integer.parseInt(part.group(3)), part.group(4)));
            }
        }
        return listing;
    }

    /** All slices. */
    List<Slice> slices() {
        return List.copyOf(slices);
    }

    /** The slice that CUDA shows a process, if any is there. */
    Optional<Slice> visible(String cudaVisibleDevices) {
        String first = cudaVisibleDevices.split(",", 2)[0].strip();
        if (first.startsWith("GPU-")) {
            return Optional.empty();
        }
        return slices.stream()
                .filter(slice -> !first.startsWith("MIG-") || slice.uuid().equals(first))
                .findFirst();
    }
}
