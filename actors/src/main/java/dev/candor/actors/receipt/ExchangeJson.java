package dev.candor.actors.receipt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request and its response, as the REST API has them in JSON, into what a verifier needs: the rules are those of {@code docs/receipt.md}, section
 * "From JSON". It is separate from the server's own reader, so that an error there does not hide itself here.
 *
 * <p>Whatever does not fit is a {@link MalformedBytesException}. Pure and thread-safe.
 */
public final class ExchangeJson {
    /** The largest file in bytes. */
    public static final int MAX_SIZE = 16 << 20;

    private static final int MAX_DEPTH = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_SIZE)
                    .build())
            .build();

    private ExchangeJson() {}

    /**
     * A receipt and what it is held against.
     *
     * @param receipt its bytes, not read yet
     * @param evidence request, answer and salt
     */
    public record Exchange(Bytes receipt, Evidence evidence) {}

    /** A number as it was written, so that each type can round it once. */
    record Numeral(String text) {}

    /** Reads {@code {"model": ..., "version": ..., "request": ..., "response": ...}}. */
    public static Exchange read(Bytes file) {
        JsonNode root = tree(file, "the exchange");
        return exchange(text(root, "model"), text(root, "version"), object(root, "request"), object(root, "response"));
    }

    /** Reads a request's and a response's body; the URL's model and version are given apart. */
    public static Exchange read(String model, String version, Bytes request, Bytes response) {
        return exchange(model, version, tree(request, "the request"), tree(response, "the response"));
    }

    /** The receipt in an exchange or in a response's body. */
    public static Bytes receiptOf(Bytes json) {
        JsonNode root = tree(json, "the file");
        return base64(object(root.has("response") ? object(root, "response") : root, "parameters"), "candor_receipt");
    }

    /** The model's name that a response's body shows. */
    public static String modelOf(Bytes response) {
        return text(tree(response, "the response"), "model_name");
    }

    private static Exchange exchange(String model, String version, JsonNode request, JsonNode response) {
        List<String> outputs = new ArrayList<>();
        request.path("outputs").forEach(output -> outputs.add(text(output, "name")));
        InferenceRequest asked = new InferenceRequest(
                model,
                version,
                tensors(request, "inputs"),
                outputs,
                0,
                Optional.empty(),
                mode(request.path("parameters")),
                Optional.empty());
        JsonNode parameters = object(response, "parameters");
        Bytes salt = base64(parameters, "candor_salt");
        if (salt.length() != Digests.SALT_SIZE) {
            throw new MalformedBytesException(
                    "\"candor_salt\" has " + salt.length() + " bytes, a salt has " + Digests.SALT_SIZE);
        }
        Evidence.ShownAnswer answer = new Evidence.ShownAnswer(
                text(response, "model_name"),
                text(response, "model_version"),
                text(parameters, "candor_request_id"),
                tensors(response, "outputs"));
        return new Exchange(base64(parameters, "candor_receipt"), Evidence.of(asked, answer, salt));
    }

    private static VerificationMode mode(JsonNode parameters) {
        if (parameters.path("verification").isMissingNode()
                || parameters.path("verification").isNull()) {
            return VerificationMode.VANILLA;
        }
        String name = text(parameters, "verification");
        return switch (name) {
            case "vanilla" -> VerificationMode.VANILLA;
            case "tee" -> VerificationMode.TEE;
            case "zkml" -> VerificationMode.ZKML;
            default ->
                throw new MalformedBytesException(
                        "\"verification\" is \"" + name + "\"; the modes are vanilla, tee and zkml");
        };
    }

    private static List<Tensor> tensors(JsonNode body, String field) {
        if (!body.path(field).isArray()) {
            throw new MalformedBytesException("\"" + field + "\" must be a list of tensors");
        }
        List<Tensor> tensors = new ArrayList<>();
        body.path(field).forEach(each -> tensors.add(TensorJson.read(each)));
        return tensors;
    }

    private static Bytes base64(JsonNode node, String field) {
        return Pem.base64(text(node, field))
                .orElseThrow(() -> new MalformedBytesException("\"" + field + "\" is not base64 with padding"));
    }

    private static JsonNode object(JsonNode node, String field) {
        if (!node.path(field).isObject()) {
            throw new MalformedBytesException("\"" + field + "\" must be there, as a JSON object");
        }
        return node.path(field);
    }

    static String text(JsonNode node, String field) {
        if (!node.path(field).isTextual()) {
            throw new MalformedBytesException("\"" + field + "\" must be there, as a string");
        }
        return node.path(field).textValue();
    }

    private static JsonNode tree(Bytes json, String what) {
        if (json.length() > MAX_SIZE) {
            throw new MalformedBytesException(
                    what + " has " + json.length() + " bytes, at most " + MAX_SIZE + " are read");
        }
        try (JsonParser parser = JSON.createParser(json.toArray())) {
            JsonNode root = value(parser, parser.nextToken());
            if (!root.isObject() || parser.nextToken() != null) {
                throw new MalformedBytesException(what + " must be one JSON object");
            }
            return root;
        } catch (IOException e) {
            throw new MalformedBytesException(what + " is not JSON: " + e.getMessage());
        }
    }

    /** Recursion is bounded by the parser's nesting depth. */
    private static JsonNode value(JsonParser parser, @Nullable JsonToken token) throws IOException {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (token) {
            case START_OBJECT -> {
                ObjectNode object = nodes.objectNode();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    object.set(name, value(parser, parser.nextToken()));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = nodes.arrayNode();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    array.add(value(parser, next));
                }
                yield array;
            }
            case VALUE_STRING -> nodes.textNode(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new POJONode(new Numeral(parser.getText()));
            case VALUE_TRUE -> nodes.booleanNode(true);
            case VALUE_FALSE -> nodes.booleanNode(false);
            case VALUE_NULL -> nodes.nullNode();
            case null -> nodes.missingNode();
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IOException("unexpected " + token);
        };
    }
}
