package dev.candor.bench.floor;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.bench.measure.ProcessCpu;
import dev.candor.gpuconfig.device.DeviceDiscovery;
import dev.candor.gpuconfig.device.DeviceSettings;
import dev.candor.gpuconfig.inference.DjlBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** What a model of FP32 inputs costs in the node's own backend, called in a loop by one thread, with nothing of the node around it. */
public final class EngineFloor {
    /** Batch sizes that are measured unless others are asked for. */
    public static final List<Integer> BATCHES = List.of(1, 8, 32);

    private static final int INPUTS = 64;
    private static final long SEED = 1;

    private EngineFloor() {}

    /**
     * Times are in microseconds.
     *
     * @param p50 wall clock of a batch, from tensors to outputs
     * @param p99 wall clock of a batch
     * @param cpu processor time of this process a sample
     */
    public record Cost(double p50, double p99, double cpu) {}

    /**
     * The costs by batch size, each measured for {@code length} after half of that as warm-up, on random numbers from 0 to 1.
     *
     * @param batches sizes of 1 to 64
     */
    public static SortedMap<Integer, Cost> measure(Path file, ModelSpec spec, List<Integer> batches, Duration length)
            throws IOException {
        RandomGenerator random = new SplittableRandom(SEED);
        List<List<Tensor>> requests = IntStream.range(0, INPUTS)
                .mapToObj(_ -> spec.inputs().stream()
                        .map(input -> tensor(input, random))
                        .toList())
                .toList();
        DeviceSettings settings = DeviceSettings.of(ConfigFactory.load());
        SortedMap<Integer, Cost> costs = new TreeMap<>();
        try (InferenceBackend backend = DjlBackend.open(
                        DeviceDiscovery.ofThisMachine(settings).discover().getFirst(), settings);
                LoadedModel loaded = backend.load(file, spec)) {
            for (int batch : batches) {
                run(loaded, requests, batch, length.dividedBy(2));
                costs.put(batch, run(loaded, requests, batch, length));
            }
        }
        return costs;
    }

    private static Cost run(LoadedModel model, List<List<Tensor>> requests, int batch, Duration length)
            throws IOException {
        Histogram wall = new Histogram(3);
        int[] items = new int[batch];
        Arrays.fill(items, 1);
        List<List<List<Tensor>>> batches = IntStream.range(0, INPUTS / batch)
                .mapToObj(i -> requests.subList(i * batch, (i + 1) * batch))
                .toList();
        long cpu = ProcessCpu.ownMicros();
        long end = System.nanoTime() + length.toNanos();
        long start = System.nanoTime();
        for (int i = 0; start < end; i++) {
            model.run(batches.get(i % batches.size()), items);
            long now = System.nanoTime();
            wall.recordValue(now - start);
            start = now;
        }
        return new Cost(
                wall.getValueAtPercentile(50) / 1e3,
                wall.getValueAtPercentile(99) / 1e3,
                (double) (ProcessCpu.ownMicros() - cpu) / (wall.getTotalCount() * batch));
    }

    private static Tensor tensor(TensorSpec input, RandomGenerator random) {
        Shape shape = input.shape().withBatch(1);
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(shape.elements()) * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(random.nextFloat());
        }
        return new Tensor(input.name(), DataType.FP32, shape, Bytes.wrap(bytes.array()));
    }
}
