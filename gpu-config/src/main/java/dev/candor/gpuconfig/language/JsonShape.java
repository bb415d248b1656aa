package dev.candor.gpuconfig.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JSON that a schema's objects may have here: every property, in the order of the schema, without blanks. Strings are up to {@value #MOST_TEXT} printable ASCII
 * characters without quotes and backslashes, numbers are whole and have up to {@value #MOST_DIGITS} digits. A model whose tokens are held against it writes valid
 * JSON of that schema, whatever it has learned. Immutable.
 */
public final class JsonShape {
    static final int MOST_TEXT = 24;
    static final int MOST_DIGITS = 6;
    private static final int MOST_DEPTH = 4;
    private static final int MOST_PARTS = 256;
    private static final Set<String> SAYS_NOTHING = Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "description",
            "title",
            "default",
            "examples",
            "$schema",
            "enum");
    private static final ObjectMapper JSON = new ObjectMapper();

    private sealed interface Part {
        /** These bytes. */
        record Literal(String ascii) implements Part {}

        /** One of these, none of which another begins with. */
        record Choice(List<String> alternatives) implements Part {}

        /** Characters of a string, up to the quote that ends it. */
        record Text() implements Part {}

        /** A whole number. */
        record Whole() implements Part {}
    }

    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder pending = new StringBuilder();

    private JsonShape() {}

    /**
     * The shape of a JSON schema.
     *
     * @throws IllegalArgumentException where the schema is none of those, with what is not known
     */
    public static JsonShape of(JsonNode schema) {
        if (!schema.path("type").asText("object").equals("object") || schema.has("enum")) {
            throw new IllegalArgumentException("parameters are no object; a tool's parameters are one");
        }
        JsonShape shape = new JsonShape();
        shape.value(schema, "parameters", 0);
        shape.flush();
        return shape;
    }

    /** The same from the schema's text. */
    public static JsonShape parse(String schema) {
        try {
            return of(JSON.readTree(schema));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the schema is no JSON: " + e.getOriginalMessage());
        }
    }

    /** The most bytes of such JSON. */
    public int mostBytes() {
        int most = 0;
        for (Part part : parts) {
            most += switch (part) {
                case Part.Literal literal -> literal.ascii().length();
                case Part.Choice choice ->
                    choice.alternatives().stream()
                            .mapToInt(String::length)
                            .max()
                            .orElse(0);
                case Part.Text text -> MOST_TEXT + 1;
                case Part.Whole whole -> MOST_DIGITS + 1;
            };
        }
        return most;
    }

    private void value(JsonNode schema, String where, int depth) {
        if (depth > MOST_DEPTH || parts.size() > MOST_PARTS) {
            throw new IllegalArgumentException(where + " lies too deep or is too large; tools take up to " + MOST_DEPTH
                    + " levels and about " + MOST_PARTS / 3 + " properties");
        }
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!SAYS_NOTHING.contains(keyword)) {
                throw new IllegalArgumentException(
                        where + " has the keyword \"" + keyword
                                + "\", which constrained decoding does not know here; it knows type, properties, required, enum and descriptions");
            }
        });
        if (schema.has("enum")) {
            choice(schema.path("enum"), where);
            return;
        }
        switch (schema.path("type").asText("object")) {
            case "object" -> object(schema.path("properties"), where, depth);
            case "string" -> {
                pending.append('"');
                part(new Part.Text());
            }
            case "integer", "number" -> part(new Part.Whole());
            case "boolean" -> part(new Part.Choice(List.of("true", "false")));
            case "null" -> pending.append("null");
            default ->
                throw new IllegalArgumentException(where + " is of type " + schema.path("type")
                        + "; constrained decoding knows object, string, integer, number, boolean and null");
        }
    }

    private void object(JsonNode properties, String where, int depth) {
        char before = '{';
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            pending.append(before)
                    .append(text(JSON.valueToTree(property.getKey())))
                    .append(':');
            value(property.getValue(), where + "." + property.getKey(), depth + 1);
            before = ',';
        }
        pending.append(before == '{' ? "{}" : "}");
    }

    private void choice(JsonNode alternatives, String where) {
        List<String> texts = new ArrayList<>();
        alternatives.forEach(each -> texts.add(text(each)));
        if (texts.isEmpty() || texts.size() > MOST_PARTS) {
            throw new IllegalArgumentException(
                    where + ".enum has " + texts.size() + " values; it takes 1 to " + MOST_PARTS);
        }
        for (String each : texts) {
            if (texts.stream().anyMatch(other -> !other.equals(each) && other.startsWith(each))) {
                throw new IllegalArgumentException(
                        where + ".enum has " + each + ", with which another of its values begins");
            }
        }
        part(new Part.Choice(texts.stream().distinct().toList()));
    }

    /** Compact JSON in ASCII. */
    private static String text(JsonNode node) {
        StringBuilder ascii = new StringBuilder();
        for (char each : node.toString().toCharArray()) {
            ascii.append(each < 0x80 ? String.valueOf(each) : "\\u%04x".formatted((int) each));
        }
        return ascii.toString();
    }

    private void part(Part part) {
        flush();
        parts.add(part);
    }

    private void flush() {
        if (!pending.isEmpty()) {
            parts.add(new Part.Literal(pending.toString()));
            pending.setLength(0);
        }
    }

    /** Where JSON of this shape begins. */
    Cursor cursor() {
        return new Cursor();
    }

    /** How far JSON of the shape is written. For one thread. */
    final class Cursor {
        private int part;
        private final StringBuilder written = new StringBuilder();

        /** Whether the JSON is whole. */
        boolean complete() {
            return part == parts.size();
        }

        /** Whether the next byte may be this one. */
        boolean allows(int each) {
            return !complete() && (inPart(each) || (mayLeave() && startsNext(each)));
        }

        /** Takes a byte that is allowed. */
        void accept(int each) {
            if (!inPart(each)) {
                next();
            }
            written.append((char) each);
            switch (parts.get(part)) {
                case Part.Literal literal -> {
                    if (written.length() == literal.ascii().length()) {
                        next();
                    }
                }
                case Part.Choice choice -> {
                    if (choice.alternatives().contains(written.toString())) {
                        next();
                    }
                }
                case Part.Text text -> {
                    if (each == '"') {
                        next();
                    }
                }
                case Part.Whole whole -> {}
            }
        }

        private void next() {
            part++;
            written.setLength(0);
        }

        /** Whether the byte goes on with the present part. */
        private boolean inPart(int each) {
            int length = written.length();
            return switch (parts.get(part)) {
                case Part.Literal literal -> literal.ascii().charAt(length) == each;
                case Part.Choice choice ->
                    choice.alternatives().stream().anyMatch(one -> one.startsWith(written.toString() + (char) each));
                case Part.Text text ->
                    each == '"' || (length < MOST_TEXT && each >= ' ' && each <= '~' && each != '\\');
                case Part.Whole whole -> {
                    boolean digit = each >= '0' && each <= '9';
                    String digits = length > 0 && written.charAt(0) == '-' ? written.substring(1) : written.toString();
                    yield (digit && digits.length() < MOST_DIGITS && !digits.equals("0"))
                            || (each == '-' && length == 0);
                }
            };
        }

        /** Whether the present part may end here; only a number's end is not seen from what is written. */
        private boolean mayLeave() {
            return parts.get(part) instanceof Part.Whole
                    && !written.isEmpty()
                    && written.charAt(written.length() - 1) != '-';
        }

        /** What follows a number is always a literal: an object's comma or its end. */
        private boolean startsNext(int each) {
            return part + 1 < parts.size()
                    && parts.get(part + 1) instanceof Part.Literal literal
                    && literal.ascii().charAt(0) == each;
        }
    }

    /** Whether bytes are whole JSON of this shape. */
    public boolean admits(String json) {
        Cursor cursor = cursor();
        for (byte each : json.getBytes(StandardCharsets.UTF_8)) {
            if (!cursor.allows(each)) {
                return false;
            }
            cursor.accept(each);
        }
        return cursor.complete();
    }
}
