package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.candor.gpuconfig.device.DeviceId;
import dev.candor.gpuconfig.device.Precision;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What differs on a GPU, on a device that is not there. */
final class DeviceCareTest {
    private final AtomicInteger emptied = new AtomicInteger();
    private final DeviceCare gpu = DeviceCare.of(DeviceId.parse("cuda:1"), emptied::incrementAndGet);
    private final DeviceCare cpu = DeviceCare.of(DeviceId.parse("cpu:0"), emptied::incrementAndGet);

    @Test
    void givesMemoryBackAfterEachModelThatLeavesAGpu() {
        gpu.unloaded();
        gpu.unloaded();
        assertThat(emptied).hasValue(2);
        cpu.unloaded();
        assertThat(emptied).as("processors have no such cache").hasValue(2);
    }

    @Test
    void weightsGoToTheDeviceOfTheExecutor() {
        assertThat(gpu.mapsLocation()).isTrue();
        assertThat(DeviceCare.target(DeviceId.parse("cuda:1"))).isEqualTo(Device.gpu(1));
        assertThat(DeviceCare.target(DeviceId.parse("cpu:3"))).isEqualTo(Device.cpu());
    }

    @Test
    void warnsOfTf32OnlyWhereThereIsAGpu() {
        assertThat(gpu.warnings(Precision.FLOAT32, ""))
                .singleElement()
                .asString()
                .contains("TF32");
        assertThat(gpu.warnings(Precision.FLOAT32, "0")).isEmpty();
        assertThat(cpu.warnings(Precision.FLOAT32, "")).isEmpty();
    }
}
