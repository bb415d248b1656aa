package dev.candor.cluster.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.cluster.language.Generation;

/**
 * Writes answers of text: whole ones, and the events of a stream. The pieces of a stream say {@code "candor": {"receipted": false}}; the one with the finish reason
 * carries the receipt, and so comes only once that is committed.
 */
public final class TextAnswers {
    private final TextCall call;
    private final String streamId;
    private final long began;
    private boolean first = true;

    /**
     * For one request.
     *
     * @param streamId names a stream's events, whose request id is not known before its end
     * @param began seconds since 1970
     */
    public TextAnswers(TextCall call, String streamId, long began) {
        this.call = call;
        this.streamId = streamId;
        this.began = began;
    }

    /** The whole answer. */
    public ObjectNode whole(Generation.Written written) {
        ObjectNode json = head(
                (call.chat() ? "chatcmpl-" : "cmpl-")
                        + written.answered().answer().id(),
                call.chat() ? "chat.completion" : "text_completion",
                Receipted.created(written.answered()));
        ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
        if (call.chat()) {
            ObjectNode message = choice.putObject("message").put("role", "assistant");
            if (call.tool().isPresent()) {
                message.putNull("content");
                tool(message, written.text(), written);
            } else {
                message.put("content", written.text());
            }
            message.putNull("refusal");
        } else {
            choice.put("text", written.text());
        }
        choice.putNull("logprobs");
        choice.put("finish_reason", written.finish());
        json.set("usage", usage(written));
        json.put("system_fingerprint", fingerprint(written));
        json.set("candor", candor(written));
        return json;
    }

    /** An event with more of the text. */
    public ObjectNode piece(String text) {
        ObjectNode json = event();
        ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
        if (call.chat()) {
            ObjectNode delta = choice.putObject("delta");
            if (first) {
                delta.put("role", "assistant");
            }
            if (call.tool().isEmpty()) {
                delta.put("content", text);
            } else {
                toolPiece(delta, text);
            }
        } else {
            choice.put("text", text);
        }
        first = false;
        choice.putNull("logprobs");
        choice.putNull("finish_reason");
        json.putObject("candor").put("receipted", false);
        return json;
    }

    /** The event that ends the text, with its receipt. */
    public ObjectNode end(Generation.Written written) {
        ObjectNode json = event();
        ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
        if (call.chat()) {
            choice.putObject("delta");
        } else {
            choice.put("text", "");
        }
        choice.putNull("logprobs");
        choice.put("finish_reason", written.finish());
        json.put("system_fingerprint", fingerprint(written));
        json.set("candor", candor(written));
        return json;
    }

    /** The event with the tokens used, behind the last choice. */
    public ObjectNode used(Generation.Written written) {
        ObjectNode json = event();
        json.putArray("choices");
        json.set("usage", usage(written));
        return json;
    }

    private ObjectNode event() {
        return head(streamId, call.chat() ? "chat.completion.chunk" : "text_completion", began);
    }

    private ObjectNode head(String id, String object, long created) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", call.request().model());
    }

    private void tool(ObjectNode message, String arguments, Generation.Written written) {
        ObjectNode tool = message.putArray("tool_calls")
                .addObject()
                .put("id", "call_" + written.answered().answer().id())
                .put("type", "function");
        tool.putObject("function").put("name", call.tool().orElseThrow()).put("arguments", arguments);
    }

    private void toolPiece(ObjectNode delta, String arguments) {
        ObjectNode tool = delta.putArray("tool_calls").addObject().put("index", 0);
        ObjectNode function;
        if (first) {
            tool.put("id", "call_" + streamId).put("type", "function");
            function = tool.putObject("function").put("name", call.tool().orElseThrow());
        } else {
            function = tool.putObject("function");
        }
        function.put("arguments", arguments);
    }

    private static String fingerprint(Generation.Written written) {
        return "candor_"
                + written.answered().answer().model().contentId().toHex().substring(0, 16);
    }

    private static ObjectNode usage(Generation.Written written) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", written.promptTokens())
                .put("completion_tokens", written.completionTokens())
                .put("total_tokens", written.promptTokens() + written.completionTokens());
    }

    private static ObjectNode candor(Generation.Written written) {
        return Receipted.of(written.asked(), written.answered()).put("seed", written.seed());
    }
}
