package dev.candor.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Compares the first output of an inference answer, in whichever encoding it came, with what it must be; and asks for a receipt. */
final class OutputCheck implements AnswerCheck {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final float[] expected;
    private final float tolerance;

    OutputCheck(float[] expected, float tolerance) {
        this.expected = expected.clone();
        this.tolerance = tolerance;
    }

    @Override
    public Optional<String> problem(SampledAnswer answer) {
        ByteBuffer body = answer.body().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int length = answer.jsonLength() < 0 ? body.remaining() : answer.jsonLength();
        if (length > body.remaining()) {
            return Optional.of("a JSON part longer than the body");
        }
        byte[] text = new byte[length];
        body.get(text);
        try {
            JsonNode json = JSON.readTree(text);
            if (json.path("parameters").path("candor_receipt").asText().isEmpty()) {
                return Optional.of("an answer without a receipt");
            }
            JsonNode data = json.path("outputs").path(0).path("data");
            return compare(data.isMissingNode() ? binary(body) : numbers(data));
        } catch (IOException e) {
            return Optional.of("an answer that is no JSON");
        }
    }

    private Optional<String> compare(float[] actual) {
        if (actual.length != expected.length) {
            return Optional.of("an output of " + actual.length + " elements instead of " + expected.length);
        }
        for (int i = 0; i < expected.length; i++) {
            // Written so that a NaN fails.
            if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
                return Optional.of("an output with other values");
            }
        }
        return Optional.empty();
    }

    private static float[] binary(ByteBuffer rest) {
        float[] values = new float[rest.remaining() / Float.BYTES];
        rest.asFloatBuffer().get(values);
        return values;
    }

    private static float[] numbers(JsonNode data) {
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(i).floatValue();
        }
        return values;
    }
}
