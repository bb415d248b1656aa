package dev.candor.cluster.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Fields of a request's body; null counts as absent. What is not as it should be is an {@link OpenAiException} that names the field. */
final class Fields {
    private final ObjectNode body;

    Fields(ObjectNode body) {
        this.body = body;
    }

    /** Refuses fields that nobody reads, as OpenAI does: a parameter that changes nothing would be a lie. */
    void requireKnown(Set<String> known) {
        body.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw OpenAiException.field(name, "Unrecognized request argument supplied: " + name);
            }
        });
    }

    JsonNode node(String name) {
        JsonNode value = body.path(name);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    boolean has(String name) {
        return !node(name).isMissingNode();
    }

    String text(String name) {
        return optionalText(name)
                .orElseThrow(() -> OpenAiException.field(name, "you must provide \"" + name + "\", a string"));
    }

    Optional<String> optionalText(String name) {
        JsonNode value = node(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw OpenAiException.field(name, "\"" + name + "\" must be a string");
        }
        return Optional.of(value.textValue());
    }

    boolean flag(String name) {
        JsonNode value = node(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw OpenAiException.field(name, "\"" + name + "\" must be true or false");
        }
        return value.asBoolean(false);
    }

    double number(String name, double byDefault) {
        JsonNode value = node(name);
        if (value.isMissingNode()) {
            return byDefault;
        }
        if (!value.isNumber()) {
            throw OpenAiException.field(name, "\"" + name + "\" must be a number");
        }
        return value.doubleValue();
    }

    OptionalLong whole(String name) {
        JsonNode value = node(name);
        if (value.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw OpenAiException.field(name, "\"" + name + "\" must be a whole number of 64 bits");
        }
        return OptionalLong.of(value.longValue());
    }

    OptionalInt count(String name) {
        OptionalLong value = whole(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.getAsLong() < 1 || value.getAsLong() > Integer.MAX_VALUE) {
            throw OpenAiException.field(name, "\"" + name + "\" must be at least 1");
        }
        return OptionalInt.of((int) value.getAsLong());
    }

    /** A string, or an array of them. */
    List<String> texts(String name) {
        JsonNode value = node(name);
        List<String> texts = new ArrayList<>();
        if (value.isTextual()) {
            texts.add(value.textValue());
        } else if (value.isArray()) {
            value.forEach(each -> {
                if (!each.isTextual()) {
                    throw OpenAiException.field(name, "\"" + name + "\" must be a string or an array of strings");
                }
                texts.add(each.textValue());
            });
        } else if (!value.isMissingNode()) {
            throw OpenAiException.field(name, "\"" + name + "\" must be a string or an array of strings");
        }
        return texts;
    }

    /** Refuses a field that asks for something that is not served, unless it has a value that asks for nothing. */
    void requireNeutral(String name, Set<String> neutral, String sentence) {
        JsonNode value = node(name);
        boolean asksNothing = value.isMissingNode()
                || neutral.contains(value.toString())
                || (value.isNumber() && value.doubleValue() == 0 && neutral.contains("0"))
                || (value.isContainerNode() && value.isEmpty());
        if (!asksNothing) {
            throw OpenAiException.unsupported(name, sentence);
        }
    }
}
