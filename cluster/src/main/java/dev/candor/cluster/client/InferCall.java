package dev.candor.cluster.client;

import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * One inference call of the Open Inference Protocol, ready to send.
 *
 * @param path of the model's infer endpoint
 * @param headers content type, header length, idempotency key
 * @param body as it goes over the wire
 */
public record InferCall(String path, Map<String, String> headers, Bytes body) {
    /** A JSON body as it is. */
    public static InferCall ofJson(String model, Bytes body) {
        return new InferCall(path(model), new TreeMap<>(Map.of("Content-Type", "application/json")), body);
    }

    /** One FP32 tensor in the JSON form. */
    public static InferCall json(String model, Tensor input) {
        StringBuilder text = new StringBuilder(input.data().length() * 3);
        header(text, input).append(",\"data\":[");
        FloatBuffer values =
                input.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int i = 0; i < values.limit(); i++) {
            text.append(i == 0 ? "" : ",").append(values.get(i));
        }
        text.append("]}]}");
        return ofJson(model, Bytes.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** One tensor in the binary extension's form; the answer comes as JSON. */
    public static InferCall binary(String model, Tensor input) {
        StringBuilder text = header(new StringBuilder(160), input)
                .append(",\"parameters\":{\"binary_data_size\":")
                .append(input.data().length())
                .append("}}]}");
        byte[] header = text.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(header.length + input.data().length());
        body.put(header);
        input.data().copyTo(body);
        Map<String, String> headers = new TreeMap<>();
        headers.put("Content-Type", "application/octet-stream");
        headers.put("Inference-Header-Content-Length", Integer.toString(header.length));
        return new InferCall(path(model), headers, Bytes.wrap(body.array()));
    }

    /** The same call under an idempotency key. */
    public InferCall withKey(String key) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put("Idempotency-Key", key);
        return new InferCall(path, more, body);
    }

    private static StringBuilder header(StringBuilder text, Tensor input) {
        return text.append("{\"inputs\":[{\"name\":\"")
                .append(input.name())
                .append("\",\"shape\":")
                .append(input.shape())
                .append(",\"datatype\":\"")
                .append(input.datatype())
                .append('"');
    }

    private static String path(String model) {
        return "/v2/models/" + java.net.URLEncoder.encode(model, StandardCharsets.UTF_8) + "/infer";
    }
}
