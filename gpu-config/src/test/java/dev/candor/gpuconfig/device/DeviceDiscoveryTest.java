package dev.candor.gpuconfig.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.candor.gpuconfig.device.Accelerators.Gpu;
import dev.candor.gpuconfig.device.DeviceDiscovery.Machine;
import dev.candor.torchscript.InspectionLimits;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceDiscoveryTest {
    private static final Machine EIGHT = new Machine("EPYC", 8, 16L << 30);
    private static final List<Gpu> TWO_GPUS =
            List.of(new Gpu("NVIDIA H200", OptionalLong.of(141L << 30)), new Gpu("GeForce", OptionalLong.empty()));

    @Test
    void readsTheDefaultsOfTheReference() {
        DeviceSettings settings = settings("");
        assertThat(settings.devices()).isEqualTo(new DeviceSettings.DeviceChoice.Auto());
        assertThat(settings.threads()).isEmpty();
        assertThat(settings.ladder()).isEmpty();
        assertThat(settings.memoryBudget()).isEmpty();
        assertThat(settings.graphOptimizer()).isFalse();
        assertThat(settings.nativeFolder()).isEmpty();
        assertThat(settings.maxBatchBytes()).isEqualTo(256L << 20);
        assertThat(settings.inspection()).isEqualTo(InspectionLimits.DEFAULT);
    }

    @Test
    void takesTheProcessorsWhereThereIsNoGpu() {
        DeviceProfile cpu = discover("", EIGHT, List.of()).getFirst();
        assertThat(cpu.id()).hasToString("cpu:0");
        assertThat(cpu.model()).isEqualTo("EPYC");
        assertThat(cpu.threads()).isEqualTo(7);
        assertThat(cpu.memoryBudget()).isEqualTo(8L << 30);
        assertThat(cpu.ladder().rungs()).startsWith(1, 2, 3, 4);
    }

    @Test
    void takesEveryGpuWithTheProfileOfItsKind() {
        List<DeviceProfile> found = discover("", EIGHT, TWO_GPUS);
        assertThat(found).extracting(each -> each.id().toString()).containsExactly("cuda:0", "cuda:1");
        assertThat(found.get(0).ladder().rungs()).contains(512).doesNotContain(3);
        assertThat(found.get(0).memoryBudget()).isEqualTo((long) ((141L << 30) * 0.85));
        assertThat(found.get(1).ladder().rungs()).endsWith(128);
        assertThat(found.get(1).memoryBudget()).isEqualTo((long) ((4L << 30) * 0.7));
    }

    @Test
    void sharesProcessorsAndMemoryAmongExecutors() {
        List<DeviceProfile> found = discover("devices = [\"cpu:0\", \"cpu:1\"]", EIGHT, TWO_GPUS);
        assertThat(found).hasSize(2).allSatisfy(each -> {
            assertThat(each.threads()).isEqualTo(3);
            assertThat(each.memoryBudget()).isEqualTo(4L << 30);
        });
        assertThat(discover("devices = [\"cpu:0\"]", new Machine("small", 1, 1 << 20), List.of()))
                .singleElement()
                .satisfies(each -> assertThat(each.threads()).isEqualTo(1))
                .satisfies(each -> assertThat(each.memoryBudget()).isEqualTo(256L << 20));
    }

    @Test
    void asksNothingOfTheMachineWhereNoDeviceIsWanted() {
        Accelerators untouchable = new Accelerators() {
            @Override
            public String flavour() {
                throw new AssertionError("asked for the flavour");
            }

            @Override
            public List<Gpu> gpus() {
                throw new AssertionError("asked for GPUs");
            }
        };
        assertThat(new DeviceDiscovery(settings("devices = none"), EIGHT, untouchable).discover())
                .isEmpty();
        assertThat(new DeviceDiscovery(settings("devices = []"), EIGHT, untouchable).discover())
                .isEmpty();
    }

    @Test
    void takesWhatIsConfigured() {
        DeviceProfile cpu = discover(
                        "devices = [\"cpu:3\"], threads = 2, ladder = [4, 1], memory-budget = 1 GiB", EIGHT, List.of())
                .getFirst();
        assertThat(cpu.id()).hasToString("cpu:3");
        assertThat(cpu.threads()).isEqualTo(2);
        assertThat(cpu.ladder().rungs()).containsExactly(1, 4);
        assertThat(cpu.memoryBudget()).isEqualTo(1L << 30);
    }

    @Test
    void saysWhatToInstallForAGpuThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> discover("devices = [\"cuda:0\"]", EIGHT, List.of()))
                .withMessageContaining("cuda:0")
                .withMessageContaining("PYTORCH_LIBRARY_PATH");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "devices = some | devices",
                "devices = [\"tpu:0\"] | tpu:0",
                "threads = 0 | threads",
                "ladder = [0] | ladder",
                "memory-budget = 0 | memory-budget",
                "inspection.max-entries = 0 | max-entries",
                "inspection.max-code-bytes = 3 GiB | max-code-bytes"
            })
    void namesTheKeyThatIsWrong(String config, String key) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> settings(config))
                .withMessageContaining(key);
    }

    @Test
    void readsWhatNvidiaSmiPrints() {
        assertThat(ThisMachine.parse("NVIDIA H200, 143771\nTesla T4, 15360\n\nodd, [N/A]\nnothing\n"))
                .containsExactly(
                        new Gpu("NVIDIA H200", OptionalLong.of(143771L << 20)),
                        new Gpu("Tesla T4", OptionalLong.of(15360L << 20)),
                        new Gpu("odd", OptionalLong.empty()));
    }

    @Test
    void describesThisMachine() {
        Machine machine = ThisMachine.describe();
        assertThat(machine.name()).isNotBlank();
        assertThat(machine.processors()).isPositive();
        assertThat(machine.memory()).isPositive();
        assertThat(DeviceDiscovery.ofThisMachine(settings("")).discover()).isNotEmpty();
    }

    private static List<DeviceProfile> discover(String config, Machine machine, List<Gpu> gpus) {
        Accelerators accelerators = new Accelerators() {
            @Override
            public String flavour() {
                return gpus.isEmpty() ? "cpu" : "cu128";
            }

            @Override
            public List<Gpu> gpus() {
                return gpus;
            }
        };
        return new DeviceDiscovery(settings(config), machine, accelerators).discover();
    }

    private static DeviceSettings settings(String executor) {
        return DeviceSettings.of(ConfigFactory.parseString("candor.executor { " + executor + " }")
                .withFallback(ConfigFactory.load())
                .resolve());
    }
}
