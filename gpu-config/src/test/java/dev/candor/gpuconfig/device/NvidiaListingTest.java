package dev.candor.gpuconfig.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.gpuconfig.device.Accelerators.Gpu;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NvidiaListingTest {
    private static final String CUT = """
            GPU 0: NVIDIA H200 (UUID: GPU-aaaa)
              MIG 1g.18gb     Device  0: (UUID: MIG-1111)
              MIG 3g.71gb     Device  1: (UUID: MIG-2222)
            GPU 1: NVIDIA H200 (UUID: GPU-bbbb)
            something else
            """;

    @Test
    void readsSlicesWithTheirGpu() {
        assertThat(NvidiaListing.parse(CUT).slices())
                .containsExactly(
                        new NvidiaListing.Slice("NVIDIA H200", "1g.18gb", 18, "MIG-1111"),
                        new NvidiaListing.Slice("NVIDIA H200", "3g.71gb", 71, "MIG-2222"));
        assertThat(NvidiaListing.parse("GPU 0: NVIDIA L4 (UUID: GPU-cccc)\n").slices())
                .isEmpty();
        assertThat(NvidiaListing.parse("").slices()).isEmpty();
        assertThat(NvidiaListing.parse("  MIG 1g.18gb     Device  0: (UUID: MIG-1111)")
                        .slices())
                .as("a slice of nothing")
                .isEmpty();
    }

    @Test
    void knowsWhichSliceCudaShows() {
        NvidiaListing listing = NvidiaListing.parse(CUT);
        assertThat(listing.visible("")).map(NvidiaListing.Slice::uuid).contains("MIG-1111");
        assertThat(listing.visible("MIG-2222")).map(NvidiaListing.Slice::uuid).contains("MIG-2222");
        assertThat(listing.visible("MIG-2222,MIG-1111"))
                .as("CUDA takes the first only")
                .map(NvidiaListing.Slice::uuid)
                .contains("MIG-2222");
        assertThat(listing.visible("GPU-bbbb")).as("a whole GPU").isEmpty();
        assertThat(listing.visible("MIG-9999")).isEmpty();
        assertThat(listing.visible("MIG-2222").orElseThrow().asGpu())
                .isEqualTo(new Gpu("NVIDIA H200 MIG 3g.71gb", OptionalLong.of(71_000_000_000L)));
    }

    @ParameterizedTest
    @CsvSource({
        "NVIDIA H200, nvidia-h200",
        "NVIDIA H100 80GB HBM3, nvidia-h100",
        "NVIDIA A100-SXM4-40GB, nvidia-a100",
        "NVIDIA L4, nvidia-l4",
        "Tesla T4, nvidia-t4",
        "NVIDIA H200 MIG 1g.18gb, mig-1g",
        "NVIDIA A100-SXM4-40GB MIG 3g.20gb, mig-3g",
        "NVIDIA H100 80GB HBM3 MIG 7g.80gb, mig-7g",
        "GeForce, cuda"
    })
    void everyKindHasItsProfile(String name, String profile) {
        assertThat(ProfileDefaults.ofGpu(name).name()).isEqualTo(profile);
    }

    @ParameterizedTest
    @CsvSource({"1, cpu-2c", "2, cpu-2c", "3, cpu-2c", "4, cpu-16c", "16, cpu-16c", "17, cpu"})
    void processorsHaveTheirProfileByNumber(int processors, String profile) {
        assertThat(ProfileDefaults.ofCpu(processors).name()).isEqualTo(profile);
    }

    @Test
    void saysWhatTheEnvironmentDoesToPrecision() {
        assertThat(Precision.FLOAT32.wrongOnGpu("0")).isEmpty();
        assertThat(Precision.FLOAT32.wrongOnGpu("")).get().asString().contains("NVIDIA_TF32_OVERRIDE=0");
        assertThat(Precision.TF32.wrongOnGpu("")).isEmpty();
        assertThat(Precision.TF32.wrongOnGpu("0")).isPresent();
    }
}
