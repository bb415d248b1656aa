package dev.candor.cluster.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.cluster.language.GenerationRequest;
import dev.candor.cluster.language.Prompt;
import dev.candor.gpuconfig.language.ChatTemplate.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads {@code /v1/chat/completions} and {@code /v1/completions}. What would change the answer and is not served is refused by name; what only labels a request
 * (user, metadata, store and the like) is taken and has no effect.
 */
public final class TextCallReader {
    private static final Set<String> SHARED = Set.of(
            "model",
            "max_tokens",
            "temperature",
            "top_p",
            "seed",
            "stop",
            "stream",
            "stream_options",
            "n",
            "logprobs",
            "logit_bias",
            "frequency_penalty",
            "presence_penalty",
            "user",
            "metadata",
            "store",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key");
    private static final Set<String> CHAT = with(
            "messages",
            "max_completion_tokens",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "top_logprobs",
            "modalities");
    private static final Set<String> TEXT = with("prompt", "echo", "best_of", "suffix");
    private static final int MOST_TOOLS = 128;

    private TextCallReader() {}

    private static Set<String> with(String... more) {
        return Stream.concat(SHARED.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }

    /** A function whose arguments are to be written. */
    private record Forced(String name, String schema) {}

    /** Reads a request to a dialogue; an {@link OpenAiException} says what is not served. */
    public static TextCall chat(ObjectNode body, Optional<String> idempotencyKey) {
        Fields fields = new Fields(body);
        fields.requireKnown(CHAT);
        fields.requireNeutral(
                "top_logprobs", Set.of("0"), "log probabilities are not served here; leave top_logprobs out");
        fields.requireNeutral("modalities", Set.of("[\"text\"]"), "the only modality here is text");
        fields.requireNeutral(
                "response_format",
                Set.of("{\"type\":\"text\"}"),
                "response_format is text here; for JSON force a tool with tool_choice, whose arguments follow its schema");
        Optional<Forced> forced = forced(fields);
        OptionalInt most = fields.count("max_completion_tokens");
        return new TextCall(
                true,
                request(
                        fields,
                        new Prompt.Chat(messages(fields.node("messages"))),
                        most.isPresent() ? most : fields.count("max_tokens"),
                        forced.map(Forced::schema),
                        idempotencyKey),
                fields.flag("stream"),
                includeUsage(fields),
                forced.map(Forced::name));
    }

    /** Reads a request to a text. */
    public static TextCall completion(ObjectNode body, Optional<String> idempotencyKey) {
        Fields fields = new Fields(body);
        fields.requireKnown(TEXT);
        fields.requireNeutral("echo", Set.of("false"), "echo is not served here; leave it out");
        fields.requireNeutral("best_of", Set.of("1"), "best_of is 1 here");
        fields.requireNeutral("suffix", Set.of("\"\""), "suffix is not served here; leave it out");
        return new TextCall(
                false,
                request(
                        fields,
                        prompt(fields.node("prompt"), "prompt"),
                        fields.count("max_tokens"),
                        Optional.empty(),
                        idempotencyKey),
                fields.flag("stream"),
                includeUsage(fields),
                Optional.empty());
    }

    private static GenerationRequest request(
            Fields fields, Prompt prompt, OptionalInt maxTokens, Optional<String> schema, Optional<String> key) {
        fields.requireNeutral("n", Set.of("1"), "n is 1 here; send several requests");
        fields.requireNeutral(
                "logprobs", Set.of("false", "0"), "log probabilities are not served here; leave logprobs out");
        fields.requireNeutral("logit_bias", Set.of(), "logit_bias is not served here; leave it out");
        fields.requireNeutral("frequency_penalty", Set.of("0"), "frequency_penalty is 0 here");
        fields.requireNeutral("presence_penalty", Set.of("0"), "presence_penalty is 0 here");
        return new GenerationRequest(
                fields.text("model"),
                prompt,
                maxTokens,
                fields.number("temperature", 1),
                fields.number("top_p", 1),
                fields.whole("seed"),
                fields.texts("stop"),
                schema,
                key);
    }

    private static boolean includeUsage(Fields fields) {
        if (!(fields.node("stream_options") instanceof ObjectNode options)) {
            return false;
        }
        Fields inner = new Fields(options);
        inner.requireKnown(Set.of("include_usage", "include_obfuscation"));
        return inner.flag("include_usage");
    }

    /** A text, or an array of tokens; an array of one of both too, as OpenAI's clients send it. */
    static Prompt prompt(JsonNode node, String field) {
        if (node.isTextual()) {
            return new Prompt.Text(node.textValue());
        }
        if (node.isArray() && node.size() == 1 && !node.get(0).isNumber()) {
            return prompt(node.get(0), field);
        }
        if (node.isArray() && !node.isEmpty() && node.get(0).isNumber()) {
            List<Integer> tokens = new ArrayList<>(node.size());
            node.forEach(each -> {
                if (!each.isInt()) {
                    throw OpenAiException.field(field, "\"" + field + "\" holds " + each + ", which is no token");
                }
                tokens.add(each.intValue());
            });
            return new Prompt.Tokens(tokens);
        }
        throw OpenAiException.field(field, "\"" + field + "\" must be one string, or one array of tokens");
    }

    private static List<Message> messages(JsonNode node) {
        if (!node.isArray() || node.isEmpty()) {
            throw OpenAiException.field("messages", "you must provide \"messages\", an array of one message or more");
        }
        List<Message> messages = new ArrayList<>();
        for (JsonNode each : node) {
            String where = "messages[" + messages.size() + "]";
            String role = each.path("role").asText();
            messages.add(
                    switch (role) {
                        case "system", "developer" -> new Message("system", content(each, where));
                        case "user" -> new Message("user", content(each, where));
                        case "tool", "function" -> new Message("tool", content(each, where));
                        case "assistant" -> new Message("assistant", assistant(each, where));
                        default ->
                            throw OpenAiException.field(
                                    where + ".role",
                                    where + ".role is " + each.path("role")
                                            + "; it is system, developer, user, assistant or tool");
                    });
        }
        return messages;
    }

    /** What the assistant said; calls of tools stand as their JSON. */
    private static String assistant(JsonNode message, String where) {
        JsonNode calls = message.path("tool_calls");
        String text =
                message.path("content").isNull() || message.path("content").isMissingNode()
                        ? ""
                        : content(message, where);
        return calls.isArray() && !calls.isEmpty() ? text + calls : text;
    }

    private static String content(JsonNode message, String where) {
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            return content.textValue();
        }
        if (!content.isArray()) {
            throw OpenAiException.field(
                    where + ".content", where + ".content must be a string, or an array of parts of type text");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
                throw OpenAiException.unsupported(
                        where + ".content",
                        where + ".content has a part of type " + part.path("type") + "; parts are text here");
            }
            text.append(part.path("text").textValue());
        }
        return text.toString();
    }

    /** The function that tool_choice forces; tools that are only offered are never called by the models here. */
    private static Optional<Forced> forced(Fields fields) {
        JsonNode tools = fields.node("tools");
        JsonNode choice = fields.node("tool_choice");
        if (tools.size() > MOST_TOOLS) {
            throw OpenAiException.field(
                    "tools", "\"tools\" has " + tools.size() + " entries; it takes up to " + MOST_TOOLS);
        }
        for (JsonNode tool : tools) {
            if (!tool.path("type").asText().equals("function")
                    || !tool.path("function").path("name").isTextual()) {
                throw OpenAiException.unsupported("tools", "each of \"tools\" must be of type function, with a name");
            }
        }
        String word = choice.isMissingNode() ? "auto" : choice.asText();
        if (choice.isTextual() || choice.isMissingNode()) {
            return switch (word) {
                case "auto", "none" -> Optional.empty();
                case "required" -> {
                    if (tools.size() != 1) {
                        throw OpenAiException.unsupported(
                                "tool_choice",
                                "tool_choice is required with " + tools.size()
                                        + " tools; the models here do not choose: name the function, or offer one");
                    }
                    yield Optional.of(forced(tools.get(0)));
                }
                default ->
                    throw OpenAiException.field(
                            "tool_choice", "tool_choice is \"" + word + "\"; it is none, auto, required or a function");
            };
        }
        String name = choice.path("function").path("name").asText();
        for (JsonNode tool : tools) {
            if (tool.path("function").path("name").asText().equals(name)) {
                return Optional.of(forced(tool));
            }
        }
        Set<String> names = new TreeSet<>();
        tools.forEach(tool -> names.add(tool.path("function").path("name").asText()));
        throw OpenAiException.field(
                "tool_choice", "tool_choice names the function \"" + name + "\"; \"tools\" has " + names);
    }

    private static Forced forced(JsonNode tool) {
        JsonNode parameters = tool.path("function").path("parameters");
        return new Forced(
                tool.path("function").path("name").textValue(),
                parameters.isObject() ? parameters.toString() : "{\"type\":\"object\"}");
    }
}
