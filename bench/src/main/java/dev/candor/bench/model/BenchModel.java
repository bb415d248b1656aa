package dev.candor.bench.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A model that takes 784 floats and answers ten.
 *
 * @param name to register under
 * @param file TorchScript
 * @param reference computes in plain Java what the model must answer
 * @param tolerance by which sums in another order may differ
 */
public record BenchModel(String name, Path file, UnaryOperator<float[]> reference, float tolerance) {
    /** Elements of an input. */
    public static final int INPUTS = 784;

    private static final float MLP_TOLERANCE = 1e-3f;

    /** Elements of an output. */
    public static final int OUTPUTS = 10;

    /** The model that does nothing, in a file that {@link NoopModel#write} makes. */
    public static BenchModel noop(Path file) {
        return new BenchModel("noop", file, new NoopModel(), 0);
    }

    /** The 784-128-10 model in {@code file}. */
    public static BenchModel mlp(String name, Path file) throws IOException {
        return new BenchModel(name, file, new MlpReference(file), MLP_TOLERANCE);
    }

    /** The answers to {@code inputs}. */
    public List<float[]> expected(List<float[]> inputs) {
        return inputs.stream().map(reference).toList();
    }
}
