package dev.candor.cluster.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.language.EmbeddingRequest;
import dev.candor.cluster.language.Embeddings;
import dev.candor.cluster.language.Prompt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A request for embeddings as OpenAI's clients send it.
 *
 * @param request what is asked
 * @param base64 whether vectors are wanted as base64 of their float32, else as numbers
 * @param dimensions wanted, if any; only the model's own can be had
 */
public record EmbeddingCall(EmbeddingRequest request, boolean base64, OptionalInt dimensions) {
    private static final Set<String> KNOWN = Set.of("model", "input", "encoding_format", "dimensions", "user");

    /** Reads a body; an {@link OpenAiException} says what is not served. */
    public static EmbeddingCall read(ObjectNode body, Optional<String> idempotencyKey) {
        Fields fields = new Fields(body);
        fields.requireKnown(KNOWN);
        String format = fields.optionalText("encoding_format").orElse("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw OpenAiException.field(
                    "encoding_format", "encoding_format is \"" + format + "\"; it is float or base64");
        }
        return new EmbeddingCall(
                new EmbeddingRequest(fields.text("model"), inputs(fields.node("input")), idempotencyKey),
                format.equals("base64"),
                fields.count("dimensions"));
    }

    private static List<Prompt> inputs(JsonNode input) {
        if (!input.isArray() || input.isEmpty() || input.get(0).isNumber()) {
            return List.of(TextCallReader.prompt(input, "input"));
        }
        if (input.size() > EmbeddingRequest.MOST_INPUTS) {
            throw OpenAiException.field(
                    "input",
                    "\"input\" has " + input.size() + " texts; it takes up to " + EmbeddingRequest.MOST_INPUTS);
        }
        List<Prompt> inputs = new ArrayList<>();
        input.forEach(each -> inputs.add(TextCallReader.prompt(each, "input")));
        return inputs;
    }

    /** The answer's body; an {@link OpenAiException} where other dimensions were wanted than there are. */
    public ObjectNode answer(Embeddings.Embedded embedded) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = json.putArray("data");
        for (Bytes vector : embedded.vectors()) {
            int width = vector.length() / Float.BYTES;
            if (dimensions.isPresent() && dimensions.getAsInt() != width) {
                throw OpenAiException.unsupported(
                        "dimensions",
                        "dimensions is " + dimensions.getAsInt() + "; this model gives " + width + ": leave it out");
            }
            ObjectNode each = data.addObject().put("object", "embedding").put("index", data.size() - 1);
            if (base64) {
                each.put("embedding", Receipted.base64(vector));
            } else {
                ArrayNode numbers = each.putArray("embedding");
                ByteBuffer floats = vector.asBuffer().order(ByteOrder.LITTLE_ENDIAN);
                while (floats.hasRemaining()) {
                    numbers.add(floats.getFloat());
                }
            }
        }
        json.put("model", request.model());
        json.putObject("usage")
                .put("prompt_tokens", embedded.promptTokens())
                .put("total_tokens", embedded.promptTokens());
        ArrayNode receipts = json.putObject("candor").putArray("batches");
        embedded.batches().forEach(batch -> receipts.add(Receipted.of(batch.asked(), batch.answered())));
        return json;
    }
}
