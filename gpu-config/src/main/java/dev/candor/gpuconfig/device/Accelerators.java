package dev.candor.gpuconfig.device;

import java.util.List;
import java.util.OptionalLong;

/** What a machine offers besides its processors; an interface, so that discovery can be tried without the hardware. */
public interface Accelerators {
    /**
     * A GPU.
     *
     * @param name the maker's name, such as {@code NVIDIA H200}
     * @param memory bytes in all, where known
     */
    record Gpu(String name, OptionalLong memory) {}

    /** The build of libtorch on the class path or in {@code PYTORCH_LIBRARY_PATH}, such as {@code cpu} or {@code cu128}. */
    String flavour();

    /** The MIG slices of this machine's GPUs, as {@code CUDA_VISIBLE_DEVICES} names them; none by default. */
    default List<String> slices() {
        return List.of();
    }

    /** The GPUs, or the one slice of a GPU, that this build of libtorch can drive here, by index. */
    List<Gpu> gpus();
}
