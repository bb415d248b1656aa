package dev.candor.gpuconfig.device;

import dev.candor.gpuconfig.device.Accelerators.Gpu;
import dev.candor.gpuconfig.device.DeviceDiscovery.Machine;
import java.util.List;

/**
 * What a machine has, and how it would be used.
 *
 * @param machine processors and memory
 * @param flavour of libtorch
 * @param gpus that it drives
 * @param slices of GPUs, by the names that {@code CUDA_VISIBLE_DEVICES} takes
 * @param devices that a node would use
 */
public record MachineReport(
        Machine machine, String flavour, List<Gpu> gpus, List<String> slices, List<DeviceProfile> devices) {}
