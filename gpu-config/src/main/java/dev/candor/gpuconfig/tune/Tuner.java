package dev.candor.gpuconfig.tune;

import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.gpuconfig.device.BatchLadder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/** Runs a model at every rung of a ladder on one device and takes the median time of each. All calls on the thread that owns the backend. */
public final class Tuner {
    private static final int LEAST_CALLS = 9;
    private static final int MOST_CALLS = 1_001;
    private static final int OPEN_DIMENSION = 32;

    private final InferenceBackend backend;
    private final LongSupplier nanoTime;

    /** A tuner on this device. */
    public Tuner(InferenceBackend backend, LongSupplier nanoTime) {
        this.backend = backend;
        this.nanoTime = nanoTime;
    }

    /**
     * Loads the model, which warms it up at every rung, and measures it on inputs of zeros; dimensions left open are taken as {@value #OPEN_DIMENSION}.
     *
     * @param ladder sizes; those above the model's {@code max_batch_size} are left out
     * @param each how long each size is measured
     * @param progress hears each size and its median in nanoseconds
     * @return the median time by rows
     */
    public SortedMap<Integer, Long> measure(
            Path file, ModelSpec spec, BatchLadder ladder, Duration each, ObjLongConsumer<Integer> progress) {
        SortedMap<Integer, Long> medians = new TreeMap<>();
        try (LoadedModel model = backend.load(file, spec)) {
            for (int rung : ladder.upTo(spec.batching().maxBatchSize()).rungs()) {
                long median = median(model, zeros(spec, rung), rung, each);
                medians.put(rung, median);
                progress.accept(rung, median);
            }
        }
        return medians;
    }

    private long median(LoadedModel model, List<Tensor> inputs, int rows, Duration atMost) {
        long[] times = new long[MOST_CALLS];
        int calls = 0;
        long end = nanoTime.getAsLong() + atMost.toNanos();
        while (calls < MOST_CALLS && (calls < LEAST_CALLS || nanoTime.getAsLong() - end < 0)) {
            long start = nanoTime.getAsLong();
            model.run(List.of(inputs), new int[] {rows});
            times[calls++] = nanoTime.getAsLong() - start;
        }
        long[] sorted = Arrays.copyOf(times, calls);
        Arrays.sort(sorted);
        return sorted[calls / 2];
    }

    private static List<Tensor> zeros(ModelSpec spec, int rows) {
        List<Tensor> inputs = new ArrayList<>();
        for (TensorSpec input : spec.inputs()) {
            long[] dimensions = input.shape().toArray();
            for (int axis = 1; axis < dimensions.length; axis++) {
                dimensions[axis] = dimensions[axis] < 0 ? OPEN_DIMENSION : dimensions[axis];
            }
            dimensions[0] = rows;
            Shape shape = Shape.of(dimensions);
            int bytes = Math.toIntExact(shape.elements() * input.datatype().size());
            inputs.add(new Tensor(input.name(), input.datatype(), shape, Bytes.wrap(new byte[bytes])));
        }
        return inputs;
    }
}
