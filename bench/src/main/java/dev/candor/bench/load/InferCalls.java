package dev.candor.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Tensor;
import dev.candor.bench.model.Example;
import dev.candor.bench.model.Numbers;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Inference requests of the Open Inference Protocol, and checks of their answers. */
public final class InferCalls {
    private static final ObjectMapper JSON = new ObjectMapper();

    private InferCalls() {}

    /** A request for each example. */
    public static List<PreparedCall> of(String model, List<Example> examples, CallOptions options) {
        return examples.stream().map(example -> call(model, example, options)).toList();
    }

    private static PreparedCall call(String model, Example example, CallOptions options) {
        return switch (options.encoding()) {
            case JSON -> json(model, example, options);
            case BINARY -> binary(model, example, options);
            case GRPC -> grpc(model, example, options);
        };
    }

    private static PreparedCall json(String model, Example example, CallOptions options) {
        ObjectNode request = JSON.createObjectNode();
        ArrayNode inputs = request.putArray("inputs");
        for (Tensor input : example.inputs()) {
            double[] values = Numbers.of(input);
            StringBuilder data = new StringBuilder(values.length * 4).append('[');
            for (int i = 0; i < values.length; i++) {
                data.append(i == 0 ? "" : ",").append(text(input.datatype(), values[i]));
            }
            describe(inputs, input)
                    .putRawValue(
                            "data",
                            new com.fasterxml.jackson.databind.util.RawValue(
                                    data.append(']').toString()));
        }
        parameters(request, options);
        Map<String, String> headers = headers(options);
        headers.put("Content-Type", "application/json");
        return HttpCall.post(
                options.path(model),
                headers,
                ByteBuffer.wrap(request.toString().getBytes(StandardCharsets.UTF_8)),
                new OutputCheck(example, options.receipts()));
    }

    private static String text(DataType type, double value) {
        return type == DataType.BOOL ? Boolean.toString(value != 0) : Numbers.text(type, value);
    }

    private static PreparedCall binary(String model, Example example, CallOptions options) {
        ObjectNode request = JSON.createObjectNode();
        ArrayNode inputs = request.putArray("inputs");
        int size = 0;
        for (Tensor input : example.inputs()) {
            describe(inputs, input)
                    .putObject("parameters")
                    .put("binary_data_size", input.data().length());
            size += input.data().length();
        }
        parameters(request, options).put("binary_data_output", true);
        byte[] header = request.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(header.length + size).put(header);
        example.inputs().forEach(input -> input.data().copyTo(body));
        Map<String, String> headers = headers(options);
        headers.put("Content-Type", "application/octet-stream");
        headers.put("Inference-Header-Content-Length", Integer.toString(header.length));
        return HttpCall.post(options.path(model), headers, body.flip(), new OutputCheck(example, options.receipts()));
    }

    private static ObjectNode describe(ArrayNode inputs, Tensor input) {
        ObjectNode described = inputs.addObject()
                .put("name", input.name())
                .put("datatype", input.datatype().name());
        ArrayNode shape = described.putArray("shape");
        input.shape().toList().forEach(shape::add);
        return described;
    }

    private static ObjectNode parameters(ObjectNode request, CallOptions options) {
        ObjectNode parameters = request.putObject("parameters");
        if (options.priority() > 0) {
            parameters.put("priority", options.priority());
        }
        options.timeout().ifPresent(timeout -> parameters.put("timeout", timeout.toNanos() / 1_000));
        options.verification().ifPresent(mode -> parameters.put("verification", mode));
        return parameters;
    }

    private static Map<String, String> headers(CallOptions options) {
        Map<String, String> headers = new HashMap<>();
        options.apiKey().ifPresent(key -> headers.put("authorization", "Bearer " + key));
        return headers;
    }

    private static PreparedCall grpc(String model, Example example, CallOptions options) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(model).setModelVersion(options.version());
        for (Tensor input : example.inputs()) {
            request.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                    .setName(input.name())
                    .setDatatype(input.datatype().name())
                    .addAllShape(input.shape().toList()));
            request.addRawInputContents(ByteString.copyFrom(input.data().asBuffer()));
        }
        if (options.priority() > 0) {
            request.putParameters("priority", number(options.priority()));
        }
        options.timeout().ifPresent(timeout -> request.putParameters("timeout", number(timeout.toNanos() / 1_000)));
        options.verification()
                .ifPresent(mode -> request.putParameters(
                        "verification",
                        InferParameter.newBuilder().setStringParam(mode).build()));
        return new GrpcCall(
                request.build().toByteArray(), headers(options), new GrpcOutputCheck(example, options.receipts()));
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }
}
