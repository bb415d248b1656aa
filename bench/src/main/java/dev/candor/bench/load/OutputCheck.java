package dev.candor.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.tensor.DataType;
import dev.candor.bench.model.Example;
import dev.candor.bench.model.Numbers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** Compares the outputs of an inference answer over HTTP, in whichever encoding they came, with what they must be; and asks for a receipt if there should be one. */
final class OutputCheck implements AnswerCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExpectedOutputs expected;
    private final boolean receipts;

    OutputCheck(Example example, boolean receipts) {
        this.expected = new ExpectedOutputs(example);
        this.receipts = receipts;
    }

    @Override
    public Optional<String> problem(SampledAnswer answer) {
        ByteBuffer body = answer.body().duplicate();
        int length = answer.jsonLength() < 0 ? body.remaining() : answer.jsonLength();
        if (length > body.remaining()) {
            return Optional.of("a JSON part longer than the body");
        }
        byte[] text = new byte[length];
        body.get(text);
        try {
            JsonNode json = JSON.readTree(text);
            if (receipts
                    && json.path("parameters").path("candor_receipt").asText().isEmpty()) {
                return Optional.of(ExpectedOutputs.NO_RECEIPT);
            }
            Map<String, double[]> outputs = new HashMap<>();
            for (JsonNode output : json.path("outputs")) {
                Optional<double[]> values = values(output, body);
                if (values.isEmpty()) {
                    return Optional.of(ExpectedOutputs.SHORT);
                }
                outputs.put(output.path("name").asText(), values.get());
            }
            return expected.problem(outputs);
        } catch (IOException e) {
            return Optional.of("an answer that is no JSON");
        }
    }

    private static Optional<double[]> values(JsonNode output, ByteBuffer rest) {
        JsonNode size = output.path("parameters").path("binary_data_size");
        if (size.isMissingNode()) {
            return Optional.of(numbers(output.path("data")));
        }
        if (size.asInt() < 0 || size.asInt() > rest.remaining()) {
            return Optional.empty();
        }
        ByteBuffer part = rest.slice(rest.position(), size.asInt());
        rest.position(rest.position() + size.asInt());
        return DataType.ofName(output.path("datatype").asText()).flatMap(type -> Numbers.read(type, part));
    }

    private static double[] numbers(JsonNode data) {
        DoubleStream.Builder values = DoubleStream.builder();
        flatten(data, values);
        return values.build().toArray();
    }

    private static void flatten(JsonNode data, DoubleStream.Builder values) {
        for (JsonNode each : data) {
            if (each.isArray()) {
                flatten(each, values);
            } else {
                values.add(each.isBoolean() ? (each.booleanValue() ? 1 : 0) : each.doubleValue());
            }
        }
    }
}
