package dev.candor.cluster.opengradient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What of a request a signature covers: model, messages (or prompt), temperature, and of the rest what is there of length limit, stops, tools and form of the answer.
 * Nothing else: not the choice among tools, not the seed, not how the answer is sent. Stateless.
 */
final class CanonicalRequest {
    private CanonicalRequest() {}

    /** The form that is hashed, of a body of chat or completions that was found to be right. */
    static ObjectNode of(JsonNode body) {
        ObjectNode canonical = JsonNodeFactory.instance.objectNode();
        canonical.set("model", body.path("model"));
        if (body.has("messages")) {
            ArrayNode messages = canonical.putArray("messages");
            body.path("messages").forEach(message -> messages.add(message(message)));
        } else {
            canonical.set("prompt", body.path("prompt"));
        }
        canonical.put("temperature", body.path("temperature").asDouble(0));
        if (body.hasNonNull("max_tokens")) {
            canonical.set("max_tokens", body.path("max_tokens"));
        }
        for (String name : List.of("stop", "tools", "response_format")) {
            if (isSomething(body.path(name))) {
                canonical.set(name, body.path(name));
            }
        }
        if (isSomething(body.path("web_search"))) {
            canonical.put("web_search", true);
        }
        return canonical;
    }

    /** What Python takes for true. */
    private static boolean isSomething(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING, NULL -> false;
            case STRING -> !value.textValue().isEmpty();
            case ARRAY, OBJECT -> !value.isEmpty();
            case NUMBER -> value.doubleValue() != 0;
            case BOOLEAN -> value.booleanValue();
            case BINARY, POJO -> true;
        };
    }

    private static ObjectNode message(JsonNode message) {
        String role = message.path("role").asText();
        ObjectNode canonical = JsonNodeFactory.instance.objectNode();
        canonical.put("role", role.equals("developer") ? "system" : role);
        JsonNode content = message.path("content");
        switch (role) {
            case "user" -> canonical.set("content", content.isArray() ? parts(content) : content);
            case "assistant" -> {
                canonical.set("content", isSomething(content) ? content : JsonNodeFactory.instance.textNode(""));
                if (isSomething(message.path("tool_calls"))) {
                    ArrayNode calls = canonical.putArray("tool_calls");
                    message.path("tool_calls").forEach(call -> calls.add(toolCall(call)));
                }
            }
            case "tool" -> {
                canonical.set("content", orNull(content));
                canonical.set("tool_call_id", orNull(message.path("tool_call_id")));
            }
            case "function" -> {
                canonical.set("content", orNull(content));
                canonical.set("name", orNull(message.path("name")));
            }
            default -> canonical.set("content", orNull(content));
        }
        return canonical;
    }

    private static JsonNode orNull(JsonNode value) {
        return value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value;
    }

    /** Text as it is; of anything attached only what it is and what it is called. */
    private static ArrayNode parts(JsonNode content) {
        ArrayNode parts = JsonNodeFactory.instance.arrayNode();
        for (JsonNode part : content) {
            ObjectNode canonical = parts.addObject();
            canonical.set("type", orNull(part.path("type")));
            if (part.path("type").asText().equals("text")) {
                canonical.put("text", part.path("text").asText(""));
                continue;
            }
            JsonNode inner = part.path("file").path("filename");
            JsonNode name = isSomething(inner) ? inner : part.path("filename");
            if (isSomething(name)) {
                canonical.set("filename", name);
            }
        }
        return parts;
    }

    private static ObjectNode toolCall(JsonNode call) {
        ObjectNode canonical = JsonNodeFactory.instance
                .objectNode()
                .put("id", call.path("id").asText(""))
                .put("type", call.path("type").asText("function"));
        canonical
                .putObject("function")
                .put("name", call.at("/function/name").asText(""))
                .put("arguments", call.at("/function/arguments").asText(""));
        return canonical;
    }
}
