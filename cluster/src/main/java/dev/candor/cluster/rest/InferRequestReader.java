package dev.candor.cluster.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request to infer: JSON, alone or with binary tensors behind it. Tensors in binary become windows of the body's array, which
 * therefore must not change afterwards; tensors in JSON are read from the stream of tokens, with no tree in between. What is allocated is bounded by
 * the size of the body and the limit, never by what a shape claims. Not thread-safe; for one request.
 */
final class InferRequestReader {
    private static final int MAX_TENSORS = 1024;
    private static final int MAX_NAME = 128;
    private static final int MAX_ID = 4096;

    private final byte[] body;
    /** What a key outside of the body comes in. */
    static final String KEY_HEADER = "header Idempotency-Key";

    private final int length;
    private final int jsonLength;
    private final int limit;
    private final List<InputReader> inputs = new ArrayList<>(2);
    private final List<OutputWish> wishes = new ArrayList<>(2);
    private final List<Boolean> binaryGiven = new ArrayList<>(2);
    private final RequestParameters parameters = new RequestParameters();
    private @Nullable String id;
    private boolean hasInputs;
    private boolean hasOutputs;
    private boolean hasParameters;
    private int decoded;

    private InferRequestReader(byte[] body, int length, int jsonLength, int limit) {
        this.body = body;
        this.length = length;
        this.jsonLength = jsonLength;
        this.limit = limit;
    }

    /**
     * Reads a request.
     *
     * @param model the name in the path
     * @param version the version in the path, or empty
     * @param body the whole body, from its first byte
     * @param length how many bytes of the array count
     * @param jsonLength {@code Inference-Header-Content-Length}, or -1 where the body is only JSON
     * @param headerKey {@code Idempotency-Key}, or null
     * @param limit most bytes that all tensors given in JSON may come to
     * @throws RefusedException for whatever is no such request
     */
    static ParsedInference read(
            String model,
            String version,
            byte[] body,
            int length,
            int jsonLength,
            @Nullable String headerKey,
            int limit) {
        if (jsonLength > length) {
            throw invalid("Inference-Header-Content-Length is " + jsonLength + ", but the body has only " + length
                    + " bytes");
        }
        InferRequestReader reader = new InferRequestReader(body, length, jsonLength < 0 ? length : jsonLength, limit);
        reader.readJson();
        return reader.build(model, version, jsonLength >= 0, headerKey);
    }

    private void readJson() {
        try (JsonParser in = Json.STREAM.createParser(body, 0, jsonLength)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("the body must be a JSON object with \"inputs\"");
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                switch (name) {
                    case "id" -> readId(in);
                    case "parameters" -> {
                        hasParameters = once(hasParameters, name);
                        parameters.read(in);
                    }
                    case "inputs" -> {
                        hasInputs = once(hasInputs, name);
                        readInputs(in);
                    }
                    case "outputs" -> {
                        hasOutputs = once(hasOutputs, name);
                        readOutputs(in);
                    }
                    default -> in.skipChildren();
                }
            }
            if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
                throw invalid(
                        "the JSON goes on behind its object; Inference-Header-Content-Length says where binary data begins");
            }
        } catch (IOException e) {
            throw Json.malformed(e);
        }
    }

    private void readId(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.VALUE_STRING || in.getTextLength() > MAX_ID || id != null) {
            throw invalid("\"id\" must be one string of up to " + MAX_ID + " characters");
        }
        id = in.getText();
    }

    private void readInputs(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("\"inputs\" must be an array of tensors");
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (inputs.size() == MAX_TENSORS) {
                throw invalid("there are over " + MAX_TENSORS + " inputs");
            }
            InputReader input = new InputReader(body, limit - decoded);
            input.read(in);
            decoded += input.decoded();
            inputs.add(input);
        }
    }

    private void readOutputs(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("\"outputs\" must be an array of outputs wanted");
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (wishes.size() == MAX_TENSORS) {
                throw invalid("there are over " + MAX_TENSORS + " outputs");
            }
            readOutput(in);
        }
    }

    private void readOutput(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("an entry of \"outputs\" must be an object with a \"name\"");
        }
        String name = null;
        boolean binary = false;
        boolean given = false;
        int classes = 0;
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            JsonToken value = in.nextToken();
            if (field.equals("name") && value == JsonToken.VALUE_STRING && name == null) {
                name = in.getText();
            } else if (field.equals("name")) {
                throw invalid("the \"name\" of an output must be one string");
            } else if (field.equals("parameters") && value == JsonToken.START_OBJECT) {
                for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
                    in.nextToken();
                    switch (key) {
                        case "binary_data" -> {
                            binary = RequestParameters.bool(in, key);
                            given = true;
                        }
                        case "classification" -> classes = (int) RequestParameters.integer(in, key, Integer.MAX_VALUE);
                        default -> skipOrRefuse(in, key);
                    }
                }
            } else if (field.equals("parameters") && value != JsonToken.VALUE_NULL) {
                throw invalid("the \"parameters\" of an output must be an object");
            } else {
                in.skipChildren();
            }
        }
        if (name == null || name.isEmpty() || name.length() > MAX_NAME) {
            throw invalid("an output needs a \"name\" of 1 to " + MAX_NAME + " characters");
        }
        wishes.add(new OutputWish(name, binary, classes));
        binaryGiven.add(given);
    }

    /** Parameters nobody knows are skipped; those of shared memory would change where data goes. */
    static void skipOrRefuse(JsonParser in, String parameter) throws IOException {
        if (parameter.startsWith("shared_memory_")) {
            throw new RefusedException(
                    ErrorCode.UNIMPLEMENTED,
                    "the parameter \"" + parameter
                            + "\" is not served: this node shares no memory with its clients; send the data in the body");
        }
        in.skipChildren();
    }

    private static boolean once(boolean seen, String name) {
        if (seen) {
            throw invalid("\"" + name + "\" is given twice");
        }
        return true;
    }

    private ParsedInference build(String model, String version, boolean mayBeBinary, @Nullable String headerKey) {
        if (inputs.isEmpty()) {
            throw invalid("the request has no \"inputs\"");
        }
        List<Tensor> tensors = new ArrayList<>(inputs.size());
        Bytes whole = mayBeBinary ? Bytes.wrap(body) : Bytes.EMPTY;
        long at = jsonLength;
        for (InputReader input : inputs) {
            if (input.isBinary() && !mayBeBinary) {
                throw invalid("input \"" + input.name()
                        + "\" has binary_data_size, but the header Inference-Header-Content-Length is missing");
            }
            tensors.add(input.tensor(whole, at, length));
            at += input.binarySize();
        }
        if (at != length) {
            throw invalid((length - at) + " bytes follow the last binary tensor; the sizes must add up to the body");
        }
        requireDistinct(tensors, Tensor::name, "input");
        requireDistinct(wishes, OutputWish::name, "output");
        List<String> outputs = new ArrayList<>(wishes.size());
        for (OutputWish wish : wishes) {
            outputs.add(wish.name());
        }
        InferenceRequest request = new InferenceRequest(
                model,
                version,
                List.copyOf(tensors),
                List.copyOf(outputs),
                parameters.shared.priority(),
                parameters.shared.timeout(),
                parameters.shared.mode(),
                parameters.shared.key(Optional.ofNullable(headerKey), KEY_HEADER),
                parameters.shared.verificationDeadline(),
                parameters.shared.privateInput(),
                parameters.shared.callback(),
                parameters.shared.retainInput());
        return new ParsedInference(request, Optional.ofNullable(id), wishesWithDefault(), parameters.binaryOutput);
    }

    private List<OutputWish> wishesWithDefault() {
        List<OutputWish> settled = new ArrayList<>(wishes.size());
        for (int i = 0; i < wishes.size(); i++) {
            OutputWish wish = wishes.get(i);
            boolean binary = binaryGiven.get(i) ? wish.binary() : parameters.binaryOutput;
            settled.add(new OutputWish(wish.name(), binary, wish.classes()));
        }
        return List.copyOf(settled);
    }

    private static <T> void requireDistinct(List<T> all, Function<T, String> name, String kind) {
        if (all.size() < 2) {
            return;
        }
        Set<String> seen = new HashSet<>();
        for (T one : all) {
            if (!seen.add(name.apply(one))) {
                throw invalid("two " + kind + "s are called \"" + name.apply(one) + "\"");
            }
        }
    }

    static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
