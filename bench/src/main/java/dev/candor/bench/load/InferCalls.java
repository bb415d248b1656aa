package dev.candor.bench.load;

import dev.candor.actors.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Inference requests of the Open Inference Protocol with one FP32 tensor, and checks of their answers. */
public final class InferCalls {
    private InferCalls() {}

    /**
     * A request an input.
     *
     * @param shape of every input, batch first
     * @param inputs row-major
     * @param expected what each answer's first output must be, within {@code tolerance}
     */
    public static List<PreparedCall> of(
            String model,
            Encoding encoding,
            Shape shape,
            List<float[]> inputs,
            List<float[]> expected,
            float tolerance) {
        return IntStream.range(0, inputs.size())
                .mapToObj(i -> call(model, encoding, shape, inputs.get(i), new OutputCheck(expected.get(i), tolerance)))
                .toList();
    }

    private static PreparedCall call(String model, Encoding encoding, Shape shape, float[] input, AnswerCheck check) {
        String path = "/v2/models/" + model + "/infer";
        String start = "{\"inputs\":[{\"name\":\"input\",\"shape\":" + shape + ",\"datatype\":\"FP32\",";
        return switch (encoding) {
            case JSON -> {
                StringBuilder text =
                        new StringBuilder(input.length * 4).append(start).append("\"data\":[");
                for (int i = 0; i < input.length; i++) {
                    text.append(i == 0 ? "" : ",").append(input[i]);
                }
                ByteBuffer body = ByteBuffer.wrap(text.append("]}]}").toString().getBytes(StandardCharsets.UTF_8));
                yield PreparedCall.post(path, Map.of("Content-Type", "application/json"), body, check);
            }
            case BINARY -> {
                byte[] header = (start + "\"parameters\":{\"binary_data_size\":" + input.length * Float.BYTES
                                + "}}],\"parameters\":{\"binary_data_output\":true}}")
                        .getBytes(StandardCharsets.UTF_8);
                ByteBuffer body = ByteBuffer.allocate(header.length + input.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(header);
                for (float value : input) {
                    body.putFloat(value);
                }
                Map<String, String> headers = new TreeMap<>(Map.of(
                        "Content-Type",
                        "application/octet-stream",
                        "Inference-Header-Content-Length",
                        Integer.toString(header.length)));
                yield PreparedCall.post(path, headers, body.flip(), check);
            }
        };
    }
}
