package dev.candor.gpuconfig.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.candor.gpuconfig.device.BatchLadder;
import dev.candor.gpuconfig.device.DeviceId;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.Precision;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class LadderMeasurementTest {
    private static SortedMap<Integer, Long> measured(LongUnaryOperator nanos, int... rows) {
        SortedMap<Integer, Long> measured = new TreeMap<>();
        for (int each : rows) {
            measured.put(each, nanos.applyAsLong(each));
        }
        return measured;
    }

    @Test
    void keepsEveryRungThatSavesTime() {
        assertThat(LadderMeasurement.rungs(measured(rows -> 1_000 + rows * 1_000, 1, 2, 4, 8)))
                .containsExactly(1, 2, 4, 8);
    }

    @Test
    void leavesOutWhatTheNextSizeDoesAsFast() {
        assertThat(LadderMeasurement.rungs(measured(rows -> 1_000_000 + rows, 1, 2, 3, 4, 8)))
                .as("a device that takes the same time whatever it gets")
                .containsExactly(1, 8);
    }

    @Test
    void stopsWhereLargerBatchesBringNothing() {
        assertThat(LadderMeasurement.rungs(measured(rows -> rows * 1_000, 1, 2, 4, 8)))
                .as("compute-bound from the first row")
                .containsExactly(1);
        assertThat(LadderMeasurement.rungs(measured(rows -> Math.max(8_000, rows * 1_000), 1, 2, 4, 8, 16, 32)))
                .containsExactly(1, 8);
    }

    @Property(tries = 300)
    void keepsTheFirstAndIsAscending(
            @ForAll @Size(min = 1, max = 12) List<@LongRange(min = 1, max = 1_000_000) Long> times) {
        SortedMap<Integer, Long> measured = new TreeMap<>();
        for (int i = 0; i < times.size(); i++) {
            measured.put(1 << i, times.get(i));
        }
        List<Integer> rungs = LadderMeasurement.rungs(measured);
        assertThat(rungs).isSorted().doesNotHaveDuplicates().startsWith(1);
        assertThat(measured.keySet()).containsAll(rungs);
    }

    @Test
    void writesWhatCanBeReadAgain() {
        DeviceProfile device = new DeviceProfile(
                new DeviceId(DeviceId.Kind.CUDA, 0),
                "cuda",
                "Odd\nladder = [7]",
                "cu128",
                3,
                new BatchLadder(List.of(1, 2)),
                1 << 30,
                Precision.TF32);
        String text = TunedProfile.text(device, "m", measured(rows -> 1_000 + rows * 1_000, 1, 2, 4), 0.7);
        var config = ConfigFactory.parseString(text);
        assertThat(config.getIntList("ladder")).containsExactly(1, 2, 4);
        assertThat(config.getInt("threads")).isEqualTo(3);
        assertThat(config.getDouble("memory-fraction")).isEqualTo(0.7);
        assertThat(config.getString("precision")).isEqualTo("tf32");
        assertThatThrownBy(() -> LadderMeasurement.rungs(new TreeMap<>())).hasMessageContaining("measured");
    }
}
