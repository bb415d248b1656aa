package dev.candor.bench.load;

import dev.candor.bench.model.BenchModel;
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
     * A request for each of the model's inputs.
     *
     * @param encoding of both request and answer
     */
    public static List<PreparedCall> of(BenchModel model, Encoding encoding) {
        return IntStream.range(0, model.inputs().size())
                .mapToObj(i -> {
                    AnswerCheck check = new OutputCheck(model.expected().get(i), model.tolerance());
                    return call(model, encoding, model.inputs().get(i), check);
                })
                .toList();
    }

    private static PreparedCall call(BenchModel model, Encoding encoding, float[] input, AnswerCheck check) {
        String path = "/v2/models/" + model.name() + "/infer";
        String start = "{\"inputs\":[{\"name\":\"" + model.inputName() + "\",\"shape\":" + model.inputShape()
                + ",\"datatype\":\"FP32\",";
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
