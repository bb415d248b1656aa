package dev.candor.cluster.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import java.io.IOException;

/** How this front end reads and writes JSON: UTF-8 only, strictly RFC 8259, with bounds on everything but the size of a string. */
final class Json {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NAME = 1024;
    private static final int MAX_NUMBER = 1000;
    private static final int SHOWN = 160;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNameLength(MAX_NAME)
            .maxNumberLength(MAX_NUMBER)
            .maxStringLength(Integer.MAX_VALUE)
            .build();

    /** For streams of tokens. */
    static final JsonFactory STREAM = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(CONSTRAINTS)
            .build();

    private static final ObjectMapper TREE = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(CONSTRAINTS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** An empty object, whose fields keep the order in which they are put. */
    static ObjectNode object() {
        return TREE.createObjectNode();
    }

    /** The bytes of a tree. */
    static byte[] bytes(JsonNode tree) {
        try {
            return TREE.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }

    /** Reads a small body that must be an object; an empty one counts as {@code {}}. */
    static ObjectNode readObject(byte[] body, int length) {
        if (length == 0) {
            return object();
        }
        try (JsonParser parser = TREE.createParser(body, 0, length)) {
            JsonNode tree = TREE.readTree(parser);
            if (parser.nextToken() != null) {
                throw new RefusedException(ErrorCode.INVALID_REQUEST, "the body goes on behind its JSON object");
            }
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "the body must be a JSON object");
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** What to say of JSON that cannot be read. */
    static RefusedException malformed(IOException cause) {
        String reason = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        String shown = String.valueOf(reason).replace('\n', ' ');
        long at = cause instanceof JsonProcessingException json && json.getLocation() != null
                ? json.getLocation().getByteOffset()
                : -1;
        return new RefusedException(
                ErrorCode.INVALID_REQUEST,
                "the body is not the JSON it should be" + (at >= 0 ? ", at byte " + at : "") + ": "
                        + shown.substring(0, Math.min(SHOWN, shown.length())));
    }
}
