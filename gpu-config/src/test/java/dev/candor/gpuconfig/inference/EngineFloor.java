package dev.candor.gpuconfig.inference;

import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the engine alone costs: microseconds of the device thread's processor time, a call and a sample, for requests of one row each in
 * batches of 1, 8 and 32, on one thread. Copies into and out of native memory are included; nothing of the node is.
 *
 * <p>Run it in {@code gpu-config} with the test class path; the argument is the folder of the models.
 */
public final class EngineFloor {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 7;
    private static final long ROUND_NANOS = 400_000_000L;

    private EngineFloor() {}

    /** Prints the table. */
    public static void main(String[] arguments) throws IOException {
        Path models = Path.of(arguments.length > 0 ? arguments[0] : "../models");
        System.out.println("| model | batch | us a call | us a sample |\n|---|---|---|---|");
        try (DjlBackend backend = Fixtures.backend()) {
            for (String name : List.of("noop", "mnist-mlp", "lenet5")) {
                ModelSpec spec = ModelSpecJson.read(Files.readAllBytes(models.resolve(name + ".json")))
                        .spec();
                try (LoadedModel model = backend.load(models.resolve(name + ".pt"), spec)) {
                    for (int batch : new int[] {1, 8, 32}) {
                        double call = microsecondsACall(model, requests(spec, batch), batch);
                        System.out.printf("| %s | %d | %.1f | %.2f |%n", name, batch, call, call / batch);
                    }
                }
            }
        }
    }

    /** The best of several rounds: other work on the machine can only add. */
    private static double microsecondsACall(LoadedModel model, List<List<Tensor>> requests, int batch) {
        int[] items = new int[batch];
        Arrays.fill(items, 1);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long end = System.nanoTime() + ROUND_NANOS;
            long before = THREADS.getCurrentThreadCpuTime();
            int calls = 0;
            while (System.nanoTime() < end) {
                model.run(requests, items);
                calls++;
            }
            best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - before) / 1000.0 / calls);
        }
        return best;
    }

    private static List<List<Tensor>> requests(ModelSpec spec, int batch) {
        List<List<Tensor>> requests = new ArrayList<>();
        TensorSpec input = spec.inputs().getFirst();
        for (int i = 0; i < batch; i++) {
            long elements = input.shape().elementsAnItem();
            float[] values = new float[Math.toIntExact(elements)];
            for (int k = 0; k < values.length; k++) {
                values[k] = (i * 31 + k * 17) % 256 / 255f;
            }
            Bytes data = Fixtures.bytes(values);
            requests.add(List.of(
                    new Tensor(input.name(), input.datatype(), input.shape().withBatch(1), data)));
        }
        return requests;
    }
}
