package dev.candor.gpuconfig.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.gpuconfig.device.BatchLadder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A device of which each batch takes a known time, under a clock that only it moves. */
final class TunerTest {
    private static final long MILLI = 1_000_000;

    private long now;

    private final class Device implements InferenceBackend {
        private final Map<Integer, Integer> calls = new TreeMap<>();
        private final List<Shape> shapes = new ArrayList<>();
        private boolean freed;

        @Override
        public String device() {
            return "cpu:0";
        }

        @Override
        public long memoryBudget() {
            return 1 << 20;
        }

        @Override
        public LoadedModel load(Path file, ModelSpec spec) {
            return new LoadedModel() {
                @Override
                public long memory() {
                    return 1;
                }

                @Override
                public List<BatchOutput> run(List<List<Tensor>> requests, int[] items) {
                    int call = calls.merge(items[0], 1, Integer::sum);
                    shapes.add(requests.getFirst().getFirst().shape());
                    // Every fifth call is disturbed: a median does not see it.
                    now += (call % 5 == 0 ? 100 : 1 + items[0]) * MILLI;
                    return List.of();
                }

                @Override
                public void close() {
                    freed = true;
                }
            };
        }

        @Override
        public void close() {}
    }

    private static ModelSpec spec(int maxBatchSize) {
        BatchingPolicy usual = BatchingPolicy.DEFAULT;
        return new ModelSpec(
                List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 3, -1))),
                List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 2))),
                List.of(),
                true,
                new BatchingPolicy(
                        maxBatchSize,
                        usual.preferredBatchSizes(),
                        usual.maxQueueDelay(),
                        usual.priorityLevels(),
                        usual.defaultPriority(),
                        usual.timeoutAction(),
                        usual.defaultTimeout(),
                        usual.maxQueueItems(),
                        usual.maxQueueBytes()));
    }

    @Test
    void takesTheMedianOfEveryRungUpToTheModelsLargestBatch() {
        Device device = new Device();
        Map<Integer, Long> heard = new TreeMap<>();
        SortedMap<Integer, Long> medians = new Tuner(device, () -> now)
                .measure(
                        Path.of("m.pt"),
                        spec(6),
                        new BatchLadder(List.of(1, 4, 16)),
                        Duration.ofMillis(200),
                        heard::put);
        assertThat(medians).containsExactly(Map.entry(1, 2 * MILLI), Map.entry(4, 5 * MILLI), Map.entry(6, 7 * MILLI));
        assertThat(heard).isEqualTo(medians);
        assertThat(device.freed).isTrue();
        assertThat(device.shapes).contains(Shape.of(1, 3, 32), Shape.of(4, 3, 32), Shape.of(6, 3, 32));
    }

    @Test
    void aSlowModelIsStillCalledNineTimes() {
        Device device = new Device();
        new Tuner(device, () -> now)
                .measure(
                        Path.of("m.pt"),
                        spec(2),
                        new BatchLadder(List.of(1)),
                        Duration.ofNanos(1),
                        (rows, median) -> {});
        assertThat(device.calls).containsExactly(Map.entry(1, 9), Map.entry(2, 9));
    }

    @Test
    void aFastModelIsNotMeasuredForEver() {
        Device device = new Device();
        new Tuner(device, () -> now)
                .measure(
                        Path.of("m.pt"),
                        spec(1),
                        new BatchLadder(List.of(1)),
                        Duration.ofDays(1),
                        (rows, median) -> {});
        assertThat(device.calls).containsExactly(Map.entry(1, 1_001));
    }
}
