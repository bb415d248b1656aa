package dev.candor.bench.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Examples of any model from a file: {@code {"tolerance": 0.001, "examples": [{"inputs": [TENSOR, ...], "outputs": [TENSOR, ...]}, ...]}} with tensors as the
 * protocol writes them in JSON. INT64 beyond 2^53 loses its last digits.
 */
public final class ExampleFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LARGEST = 64L << 20;

    private ExampleFile() {}

    /** Reads a file of at most 64 MiB; requests have {@code rows} of its examples each. */
    public static List<Example> read(Path file, int rows) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than " + LARGEST + " bytes; a few examples do");
        }
        JsonNode root = JSON.readTree(Files.readAllBytes(file));
        List<Example> examples = new ArrayList<>();
        try {
            for (JsonNode example : root.path("examples")) {
                examples.add(new Example(
                        tensors(example.path("inputs")),
                        tensors(example.path("outputs")),
                        root.path("tolerance").asDouble(0)));
            }
            if (examples.isEmpty()) {
                throw new IOException(file + " holds no examples; it needs a list \"examples\"");
            }
            return Example.ofRows(examples, rows);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static List<Tensor> tensors(JsonNode list) {
        List<Tensor> tensors = new ArrayList<>();
        for (JsonNode node : list) {
            tensors.add(tensor(node));
        }
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("an example needs \"inputs\" and \"outputs\"");
        }
        return tensors;
    }

    private static Tensor tensor(JsonNode node) {
        String name = node.path("name").asText();
        DataType type = DataType.ofName(node.path("datatype").asText())
                .filter(Numbers::knows)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "tensor \"" + name
                                        + "\" is of a type that the benchmark does not read; it reads BOOL, INT8, UINT8, INT16, INT32, INT64, FP32 and FP64"));
        List<JsonNode> elements = new ArrayList<>();
        flatten(node.path("data"), elements);
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(elements.size(), type.size()))
                .order(ByteOrder.LITTLE_ENDIAN);
        elements.forEach(element ->
                Numbers.put(type, element.isBoolean() ? (element.booleanValue() ? 1 : 0) : element.asDouble(), data));
        long[] dimensions = new long[node.path("shape").size()];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = node.path("shape").path(i).asLong();
        }
        if (dimensions.length == 0) {
            throw new IllegalArgumentException(
                    "tensor \"" + name + "\" needs a shape whose first dimension is the rows");
        }
        return new Tensor(name, type, Shape.of(dimensions), Bytes.wrap(data.array()));
    }

    private static void flatten(JsonNode data, List<JsonNode> elements) {
        for (JsonNode each : data) {
            if (each.isArray()) {
                flatten(each, elements);
            } else {
                elements.add(each);
            }
        }
    }
}
