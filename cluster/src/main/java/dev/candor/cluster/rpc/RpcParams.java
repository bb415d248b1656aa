package dev.candor.cluster.rpc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parameters of a call, by their names, however they were sent. Objects and arrays stay the bytes that they were. Immutable. */
public final class RpcParams {
    private final Map<String, Value> values;

    /** A value; {@code null} counts as none. */
    private sealed interface Value {
        record Text(String text) implements Value {}

        record Whole(long number) implements Value {}

        record Flag(boolean is) implements Value {}

        record Structure(Bytes json) implements Value {}

        /** A number that is not whole, or larger than any that is asked for. */
        record Other() implements Value {}
    }

    private RpcParams(Map<String, Value> values) {
        this.values = values;
    }

    /**
     * Reads parameters.
     *
     * @param json an object, or an array in the order of {@code names}; empty for none
     * @throws RefusedException INVALID_REQUEST where there are others than {@code names}
     */
    public static RpcParams read(Optional<Bytes> json, List<String> names) {
        Map<String, Value> values = new HashMap<>();
        if (json.isPresent()) {
            byte[] bytes = json.get().toArray();
            try (JsonParser in = RpcJson.parser(bytes, bytes.length)) {
                if (in.nextToken() == JsonToken.START_ARRAY) {
                    byPlace(in, bytes, names, values);
                } else {
                    byName(in, bytes, names, values);
                }
            } catch (IOException e) {
                throw invalid("the parameters cannot be read: " + e.getMessage());
            }
        }
        return new RpcParams(values);
    }

    private static void byPlace(JsonParser in, byte[] bytes, List<String> names, Map<String, Value> values)
            throws IOException {
        for (int place = 0; in.nextToken() != JsonToken.END_ARRAY; place++) {
            if (place == names.size()) {
                throw invalid("there are more parameters than this method has: " + names);
            }
            put(names.get(place), in, bytes, values);
        }
    }

    private static void byName(JsonParser in, byte[] bytes, List<String> names, Map<String, Value> values)
            throws IOException {
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            if (!names.contains(name)) {
                throw invalid("there is no parameter \"" + name.substring(0, Math.min(64, name.length()))
                        + "\"; this method has " + names);
            }
            if (values.containsKey(name)) {
                throw invalid("the parameter \"" + name + "\" is given twice");
            }
            put(name, in, bytes, values);
        }
    }

    private static void put(String name, JsonParser in, byte[] bytes, Map<String, Value> values) throws IOException {
        Value value = value(in, bytes);
        if (value != null) {
            values.put(name, value);
        }
    }

    private static @Nullable Value value(JsonParser in, byte[] bytes) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT, START_ARRAY -> new Value.Structure(Bytes.wrap(RpcJson.slice(in, bytes)));
            case VALUE_STRING -> new Value.Text(in.getText());
            case VALUE_NUMBER_INT -> in.getTextLength() <= 18 ? new Value.Whole(in.getLongValue()) : new Value.Other();
            case VALUE_TRUE -> new Value.Flag(true);
            case VALUE_FALSE -> new Value.Flag(false);
            case VALUE_NULL -> null;
            default -> new Value.Other();
        };
    }

    /** A string that must be there. */
    public String text(String name) {
        return optionalText(name).orElseThrow(() -> invalid("the parameter \"" + name + "\" is missing"));
    }

    /** A string that may be there. */
    public Optional<String> optionalText(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Value.Text(String text) -> Optional.of(text);
            case Value other -> throw invalid("the parameter \"" + name + "\" must be a string");
        };
    }

    /** A whole number from {@code least} to {@code most}, or {@code otherwise} where there is none. */
    public long whole(String name, long otherwise, long least, long most) {
        Value value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Value.Whole(long number) && number >= least && number <= most) {
            return number;
        }
        throw invalid("the parameter \"" + name + "\" must be a whole number from " + least + " to " + most);
    }

    /** Whether something is so; not, where nothing is said. */
    public boolean flag(String name) {
        return switch (values.get(name)) {
            case null -> false;
            case Value.Flag(boolean is) -> is;
            case Value other -> throw invalid("the parameter \"" + name + "\" must be true or false");
        };
    }

    /** An object or array that must be there, as the bytes that were sent. */
    public Bytes structure(String name) {
        return optionalStructure(name)
                .orElseThrow(() -> invalid("the parameter \"" + name + "\" is missing; it must be an object"));
    }

    /** An object or array that may be there. */
    public Optional<Bytes> optionalStructure(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Value.Structure(Bytes json) -> Optional.of(json);
            case Value other -> throw invalid("the parameter \"" + name + "\" must be an object");
        };
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
