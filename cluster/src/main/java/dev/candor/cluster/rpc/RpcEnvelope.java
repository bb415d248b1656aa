package dev.candor.cluster.rpc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.Utf8Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent: one entry, or a batch. Parameters stay the bytes that they were, so that numbers in them lose nothing. Whatever bytes come, reading them takes
 * time and memory by their length.
 *
 * @param batch whether the answer is an array
 * @param entries at least one
 */
record RpcEnvelope(boolean batch, List<RpcEntry> entries) {
    /** Entries of a batch. */
    static final int MAX_BATCH = 64;

    private static final int MAX_ID = 256;
    private static final int MAX_METHOD = 128;
    private static final int SHOWN = 160;
    private static final String NO_ID = "null";

    /** Copies the list. */
    RpcEnvelope {
        entries = List.copyOf(entries);
    }

    /** Reads the first {@code length} bytes; what is no JSON, no request or no batch becomes an entry that says so. */
    static RpcEnvelope read(byte[] body, int length) {
        try (JsonParser in = RpcJson.parser(body, length)) {
            JsonToken first = in.nextToken();
            RpcEnvelope read;
            if (first == JsonToken.START_ARRAY) {
                read = batch(in, body);
            } else if (first == null) {
                return only(RpcError.PARSE_ERROR, "nothing was sent; send a JSON-RPC 2.0 request");
            } else {
                read = new RpcEnvelope(false, List.of(entry(in, body)));
            }
            return in.nextToken() == null
                    ? read
                    : only(RpcError.PARSE_ERROR, "what was sent goes on behind its JSON value");
        } catch (IOException e) {
            String reason = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            String shown = String.valueOf(reason).replace('\n', ' ');
            return only(
                    RpcError.PARSE_ERROR,
                    "what was sent is no JSON: " + shown.substring(0, Math.min(SHOWN, shown.length())));
        }
    }

    private static RpcEnvelope batch(JsonParser in, byte[] body) throws IOException {
        List<RpcEntry> entries = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (entries.size() == MAX_BATCH) {
                while (in.nextToken() != null) {
                    in.skipChildren();
                }
                return new RpcEnvelope(
                        false,
                        List.of(new RpcEntry.Invalid(
                                NO_ID,
                                RpcError.of(
                                        RpcError.INVALID_REQUEST,
                                        ErrorCode.TOO_LARGE,
                                        "a batch has at most " + MAX_BATCH + " requests; send several"))));
            }
            entries.add(entry(in, body));
        }
        return entries.isEmpty()
                ? only(RpcError.INVALID_REQUEST, "a batch has at least one request")
                : new RpcEnvelope(true, entries);
    }

    private static RpcEnvelope only(int code, String sentence) {
        return new RpcEnvelope(
                false, List.of(new RpcEntry.Invalid(NO_ID, RpcError.of(code, ErrorCode.INVALID_REQUEST, sentence))));
    }

    private static RpcEntry entry(JsonParser in, byte[] body) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return invalid(NO_ID, "a request is an object with \"jsonrpc\", \"method\" and, to be answered, \"id\"");
        }
        String problem = null;
        boolean versioned = false;
        String id = null;
        String method = null;
        byte[] params = null;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken value = in.nextToken();
            switch (name) {
                case "jsonrpc" -> {
                    problem = versioned ? twice(name) : problem;
                    versioned = true;
                    if (value != JsonToken.VALUE_STRING || !in.getText().equals("2.0")) {
                        problem = "\"jsonrpc\" must be \"2.0\"";
                    }
                    in.skipChildren();
                }
                case "id" -> {
                    problem = id != null ? twice(name) : problem;
                    id = id(in, value);
                    if (id == null) {
                        problem = "\"id\" must be a string, a number or null, of at most " + MAX_ID + " characters";
                        in.skipChildren();
                    }
                }
                case "method" -> {
                    problem = method != null ? twice(name) : problem;
                    if (value == JsonToken.VALUE_STRING && in.getTextLength() <= MAX_METHOD) {
                        method = in.getText();
                    } else {
                        problem = "\"method\" must be a string of at most " + MAX_METHOD + " characters";
                        in.skipChildren();
                    }
                }
                case "params" -> {
                    problem = params != null ? twice(name) : problem;
                    if (value.isStructStart()) {
                        params = RpcJson.slice(in, body);
                    } else {
                        problem = "\"params\" must be an object or an array";
                    }
                }
                default -> in.skipChildren();
            }
        }
        if (problem == null && !versioned) {
            problem = "\"jsonrpc\": \"2.0\" is missing";
        } else if (problem == null && method == null) {
            problem = "\"method\" is missing";
        }
        if (problem != null || method == null) {
            return invalid(id == null ? NO_ID : id, String.valueOf(problem));
        }
        return new RpcEntry.Call(
                Optional.ofNullable(id), method, params == null ? Optional.empty() : Optional.of(Bytes.wrap(params)));
    }

    /** The id as JSON, or null where it cannot be one. */
    private static @Nullable String id(JsonParser in, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_STRING ->
                in.getTextLength() > MAX_ID
                        ? null
                        : new String(new Utf8Buffer().jsonString(in.getText()).toArray(), StandardCharsets.UTF_8);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getTextLength() > MAX_ID ? null : in.getText();
            case VALUE_NULL -> NO_ID;
            default -> null;
        };
    }

    private static String twice(String name) {
        return "\"" + name + "\" is given twice";
    }

    private static RpcEntry invalid(String id, String sentence) {
        return new RpcEntry.Invalid(id, RpcError.of(RpcError.INVALID_REQUEST, ErrorCode.INVALID_REQUEST, sentence));
    }
}
