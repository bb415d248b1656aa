package dev.candor.bench.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A shipped model with one FP32 input and one FP32 output, inputs for it, and what it must answer to them.
 *
 * @param name to register under
 * @param file TorchScript
 * @param specJson its specification as the node takes it
 * @param spec the same, read
 * @param inputs requests' tensors, row-major, one row each
 * @param expected what the first output must be for each input
 * @param tolerance by which sums in another order may differ
 */
public record BenchModel(
        String name,
        Path file,
        JsonNode specJson,
        ModelSpec spec,
        List<float[]> inputs,
        List<float[]> expected,
        float tolerance) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOOP = "noop";
    private static final String MLP = "mnist-mlp";
    private static final float MLP_TOLERANCE = 1e-3f;

    /** Names of the models that {@link #shipped} knows. */
    public static final List<String> NAMES = List.of(NOOP, MLP);

    /**
     * The model {@code name} out of the folder of shipped models, with {@code count} different inputs: the first held-out digits for mnist-mlp.
     *
     * @throws IOException where the folder lacks a file, or the name is none of {@link #NAMES}
     */
    public static BenchModel shipped(Path folder, String name, int count) throws IOException {
        return switch (name) {
            case NOOP -> of(folder, name, Inputs.numbers(count), UnaryOperator.identity(), 0);
            case MLP ->
                of(
                        folder,
                        name,
                        Inputs.digits(folder, count),
                        new MlpReference(folder.resolve(name + ".pt")),
                        MLP_TOLERANCE);
            default ->
                throw new IOException(
                        "there is no benchmark of a model " + name + "; there are " + String.join(", ", NAMES));
        };
    }

    private static BenchModel of(
            Path folder, String name, List<float[]> inputs, UnaryOperator<float[]> reference, float tolerance)
            throws IOException {
        JsonNode specJson = JSON.readTree(Files.readAllBytes(folder.resolve(name + ".json")));
        return new BenchModel(
                name,
                folder.resolve(name + ".pt"),
                specJson,
                ModelSpecJson.read(specJson).spec(),
                inputs,
                inputs.stream().map(reference).toList(),
                tolerance);
    }

    /**
     * Requests of {@code rows} rows each, as many as there are inputs, and what they must be answered.
     *
     * @param rows 1 to the number of inputs
     */
    public List<Example> examples(int rows) {
        List<Example> single = IntStream.range(0, inputs.size())
                .mapToObj(i -> new Example(
                        List.of(tensor(spec.inputs().getFirst(), inputs.get(i))),
                        List.of(tensor(spec.outputs().getFirst(), expected.get(i))),
                        tolerance))
                .toList();
        return Example.ofRows(single, rows);
    }

    private static Tensor tensor(TensorSpec described, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Tensor(described.name(), DataType.FP32, described.shape().withBatch(1), Bytes.wrap(bytes.array()));
    }

    /** The input's name. */
    public String inputName() {
        return spec.inputs().getFirst().name();
    }

    /** The shape of one row. */
    public Shape inputShape() {
        TensorSpec input = spec.inputs().getFirst();
        return input.shape().withBatch(1);
    }
}
