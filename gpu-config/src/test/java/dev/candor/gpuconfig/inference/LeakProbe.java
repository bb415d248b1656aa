package dev.candor.gpuconfig.inference;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A process of its own for {@link NoLeakTest}: its heap is fixed and touched, so what its resident memory grows by is native. Prints the
 * bytes a call and the arrays that are still open.
 */
final class LeakProbe {
    private LeakProbe() {}

    /** Arguments: how many calls, and a model file for batches or {@code leak} for arrays that are never closed. */
    public static void main(String[] arguments) throws IOException {
        int calls = Integer.parseInt(arguments[0]);
        if (arguments[1].equals("leak")) {
            try (DjlBackend backend = Fixtures.backend();
                    NDManager leaking = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                double growth =
                        bytesACall(calls, _ -> leaking.zeros(new ai.djl.ndarray.types.Shape(1), DataType.FLOAT32));
                print(growth, backend.liveArrays() + leaking.getManagedArrays().size());
            }
        } else {
            batches(calls, Path.of(arguments[1]));
        }
    }

    private static void batches(int calls, Path file) throws IOException {
        var type = dev.candor.actors.tensor.DataType.FP32;
        try (DjlBackend backend = Fixtures.backend();
                LoadedModel model = backend.load(
                        file,
                        Fixtures.spec(
                                List.of(Fixtures.tensor("x", type, -1, 8)),
                                List.of(Fixtures.tensor("y", type, -1, 8), Fixtures.tensor("z", type, -1, 1)),
                                8))) {
            List<List<Tensor>> good = request(-1);
            List<List<Tensor>> bad = request(1);
            int[] items = {3};
            double growth = bytesACall(calls, call -> {
                // Every thousandth batch fails: what a failure leaves behind counts too.
                if (call % 1000 != 999) {
                    model.run(good, items);
                    return;
                }
                try {
                    model.run(bad, items);
                    throw new IllegalStateException("a batch that had to fail did not");
                } catch (RefusedException e) {
                    requireRefusal(e);
                }
            });
            print(growth, backend.liveArrays());
        }
    }

    private static void requireRefusal(RefusedException refused) {
        if (!refused.refusal().sentence().contains("too large")) {
            throw refused;
        }
    }

    private static List<List<Tensor>> request(float value) {
        float[] values = new float[24];
        Arrays.fill(values, value);
        return List.of(List.of(Fixtures.floats("x", Shape.of(3, 8), values)));
    }

    private static double bytesACall(int calls, IntConsumer call) throws IOException {
        for (int i = 0; i < calls / 4; i++) {
            call.accept(i);
        }
        long before = resident();
        for (int i = 0; i < calls; i++) {
            call.accept(i);
        }
        return (double) (resident() - before) / calls;
    }

    private static long resident() throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IllegalStateException("no VmRSS in /proc/self/status");
    }

    private static void print(double growth, int open) {
        System.out.println("probe " + growth + " " + open);
    }
}
