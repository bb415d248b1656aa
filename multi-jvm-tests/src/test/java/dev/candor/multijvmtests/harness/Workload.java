package dev.candor.multijvmtests.harness;

import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.cluster.client.InferCall;
import dev.candor.gpuconfig.dataset.IdxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Requests that any process can make again from their number: digit {@code n}, under a key if {@code n} is even.
 *
 * @param run names the run in its keys
 * @param images the shipped digits
 */
public record Workload(String run, IdxFile images) {
    /** The model asked. */
    public static final String MODEL = "mnist-mlp";

    /** The workload of {@code run}. */
    public static Workload of(String run) throws IOException {
        return new Workload(run, IdxFile.read(models().resolve("digits-test-images.idx3-ubyte.gz")));
    }

    /** The folder of the shipped models: at the root of the checkout, whichever of its folders this JVM runs in. */
    public static Path models() throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve("models").resolve(MODEL + ".pt"))) {
                return at.resolve("models");
            }
        }
        throw new IOException(
                "no folder models/ with " + MODEL + ".pt above " + Path.of("").toAbsolutePath());
    }

    /** Whether request {@code n} has a key. */
    public static boolean keyed(long n) {
        return n % 2 == 0;
    }

    /** The key of request {@code n}. */
    public String key(long n) {
        return run + "-" + n;
    }

    /** Request {@code n}. */
    public InferCall call(long n) {
        InferCall call = InferCall.binary(
                MODEL,
                new Tensor("image", DataType.FP32, Shape.of(1, 784), images.scaled((int) (n % images.count()), 1)));
        return keyed(n) ? call.withKey(key(n)) : call;
    }
}
