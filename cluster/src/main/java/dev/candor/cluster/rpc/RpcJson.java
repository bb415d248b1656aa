package dev.candor.cluster.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;

/** JSON here: UTF-8 only, strictly RFC 8259, bounded in depth and in the lengths of names and numbers. */
final class RpcJson {
    private static final JsonFactory STREAM = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNameLength(1024)
                    .maxNumberLength(1000)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final ObjectMapper TREES = new ObjectMapper();

    private RpcJson() {}

    /** The tokens of the first {@code length} bytes. */
    static JsonParser parser(byte[] json, int length) throws IOException {
        return STREAM.createParser(json, 0, length);
    }

    /** The bytes of the object or array on whose first token the parser stands; it then stands on the last. */
    static byte[] slice(JsonParser in, byte[] json) throws IOException {
        int from = (int) in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        return Arrays.copyOfRange(json, from, (int) in.currentLocation().getByteOffset());
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static byte[] bytes(JsonNode tree) {
        try {
            return TREES.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }
}
