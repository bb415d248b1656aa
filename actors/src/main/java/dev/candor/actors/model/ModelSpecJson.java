package dev.candor.actors.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model's specification as JSON, with the names that Triton's model configuration has for the same things:
 *
 * <pre>
 * {"name": "mnist-mlp",
 *  "input": [{"name": "image", "datatype": "FP32", "shape": [-1, 784]}],
 *  "output": [{"name": "logits", "datatype": "FP32", "shape": [-1, 10]}],
 *  "labels": ["0", "1"], "finite_inputs": true, "max_batch_size": 32,
 *  "dynamic_batching": {"preferred_batch_size": [8], "max_queue_delay_microseconds": 0, "priority_levels": 1, "default_priority_level": 1,
 *    "default_queue_policy": {"timeout_action": "REJECT", "default_timeout_microseconds": 0, "max_queue_size": 4096,
 *      "max_queue_bytes": 268435456}},
 *  "response_cache": {"enable": false},
 *  "exact": {"low": -127, "high": 127, "input_scale": 0.0079, "output_scale": 0.031}}
 * </pre>
 *
 * <p>Only {@code input} and {@code output} are needed; the rest takes {@link BatchingPolicy#DEFAULT}'s values.
 * {@code exact} stands for an integer network; a node fills it in from the file and refuses one that contradicts it. Unlike Triton's
 * {@code dims}, shapes begin with the batch, -1. A field that is not known is refused, so that a misspelt knob is never ignored.
 * {@code finite_inputs} and {@code max_queue_bytes} are ours.
 */
public final class ModelSpecJson {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_ITEMS = 4096;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxDocumentLength(MOST_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ModelSpecJson() {}

    /**
     * A specification and the name it gives the model.
     *
     * @param name empty where the JSON gives none
     */
    public record Document(Optional<String> name, ModelSpec spec) {}

    /**
     * Reads UTF-8 JSON of at most 1 MiB.
     *
     * @throws RefusedException with INVALID_REQUEST and a sentence that names the field
     */
    public static Document read(byte[] json) {
        if (json.length > MOST_BYTES) {
            throw refuse("the specification has " + json.length + " bytes; at most " + MOST_BYTES + " are accepted");
        }
        try {
            return read(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw refuse("the specification is no valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw refuse("the specification cannot be read: " + e.getMessage());
        }
    }

    /** Reads a JSON value that a caller parsed within bounds. */
    public static Document read(JsonNode json) {
        Fields root = new Fields(
                json,
                "the specification",
                "name",
                "input",
                "output",
                "labels",
                "finite_inputs",
                "max_batch_size",
                "dynamic_batching",
                "response_cache",
                "exact");
        try {
            ModelSpec spec = new ModelSpec(
                    tensors(root, "input"),
                    tensors(root, "output"),
                    root.texts("labels"),
                    root.flag("finite_inputs", false),
                    batching(root),
                    root.object("response_cache", "enable").flag("enable", false),
                    exact(root));
            return new Document(root.optionalText("name"), spec);
        } catch (IllegalArgumentException e) {
            throw refuse("the specification is not one that can be kept: " + e.getMessage());
        }
    }

    /** The specification with every field written out; a name is left out where it is empty, the cache where it is off. */
    public static ObjectNode write(Document document) {
        ModelSpec spec = document.spec();
        BatchingPolicy policy = spec.batching();
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        document.name().ifPresent(name -> root.put("name", name));
        writeTensors(root.putArray("input"), spec.inputs());
        writeTensors(root.putArray("output"), spec.outputs());
        ArrayNode labels = root.putArray("labels");
        spec.labels().forEach(labels::add);
        root.put("finite_inputs", spec.finiteInputs());
        root.put("max_batch_size", policy.maxBatchSize());
        ObjectNode batching = root.putObject("dynamic_batching");
        ArrayNode preferred = batching.putArray("preferred_batch_size");
        policy.preferredBatchSizes().forEach(preferred::add);
        batching.put("max_queue_delay_microseconds", policy.maxQueueDelay().toNanos() / 1000);
        batching.put("priority_levels", policy.priorityLevels());
        batching.put("default_priority_level", policy.defaultPriority());
        ObjectNode queue = batching.putObject("default_queue_policy");
        queue.put("timeout_action", policy.timeoutAction().name());
        queue.put("default_timeout_microseconds", policy.defaultTimeout().toNanos() / 1000);
        queue.put("max_queue_size", policy.maxQueueItems());
        queue.put("max_queue_bytes", policy.maxQueueBytes());
        if (spec.responseCache()) {
            root.putObject("response_cache").put("enable", true);
        }
        spec.exact()
                .ifPresent(exact -> root.putObject("exact")
                        .put("low", exact.low())
                        .put("high", exact.high())
                        .put("input_scale", exact.inputScale())
                        .put("output_scale", exact.outputScale()));
        return root;
    }

    private static Optional<ExactArithmetic> exact(Fields root) {
        if (!root.has("exact")) {
            return Optional.empty();
        }
        Fields exact = root.object("exact", "low", "high", "input_scale", "output_scale");
        return Optional.of(new ExactArithmetic(
                exact.whole("low", 0),
                exact.whole("high", -1),
                exact.decimal("input_scale"),
                exact.decimal("output_scale")));
    }

    private static List<TensorSpec> tensors(Fields root, String field) {
        List<TensorSpec> tensors = new ArrayList<>();
        for (JsonNode each : root.array(field)) {
            Fields tensor = new Fields(each, "\"" + field + "\"", "name", "datatype", "shape");
            String type = tensor.text("datatype");
            DataType datatype = DataType.ofName(type)
                    .orElseThrow(() -> refuse("the datatype \"" + cut(type) + "\" in \"" + field
                            + "\" is unknown; known are " + Arrays.toString(DataType.values())));
            long[] shape = new long[tensor.array("shape").size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = number(tensor.array("shape").get(i), "\"shape\" in \"" + field + "\"");
            }
            tensors.add(new TensorSpec(tensor.text("name"), datatype, Shape.of(shape)));
        }
        return tensors;
    }

    private static BatchingPolicy batching(Fields root) {
        BatchingPolicy standard = BatchingPolicy.DEFAULT;
        Fields batching = root.object(
                "dynamic_batching",
                "preferred_batch_size",
                "max_queue_delay_microseconds",
                "priority_levels",
                "default_priority_level",
                "default_queue_policy");
        Fields queue = batching.object(
                "default_queue_policy",
                "timeout_action",
                "default_timeout_microseconds",
                "max_queue_size",
                "max_queue_bytes");
        return new BatchingPolicy(
                root.integer("max_batch_size", standard.maxBatchSize()),
                batching.integers("preferred_batch_size"),
                batching.microseconds("max_queue_delay_microseconds", standard.maxQueueDelay()),
                batching.integer("priority_levels", standard.priorityLevels()),
                batching.integer("default_priority_level", standard.defaultPriority()),
                timeoutAction(queue, standard.timeoutAction()),
                queue.microseconds("default_timeout_microseconds", standard.defaultTimeout()),
                queue.integer("max_queue_size", standard.maxQueueItems()),
                queue.whole("max_queue_bytes", standard.maxQueueBytes()));
    }

    private static TimeoutAction timeoutAction(Fields queue, TimeoutAction standard) {
        String word = queue.optionalText("timeout_action").orElse(standard.name());
        return Arrays.stream(TimeoutAction.values())
                .filter(action -> action.name().equals(word))
                .findFirst()
                .orElseThrow(() -> refuse("\"timeout_action\" is REJECT or DELAY, not \"" + cut(word) + "\""));
    }

    private static void writeTensors(ArrayNode array, List<TensorSpec> tensors) {
        for (TensorSpec tensor : tensors) {
            ObjectNode node = array.addObject();
            node.put("name", tensor.name());
            node.put("datatype", tensor.datatype().name());
            ArrayNode shape = node.putArray("shape");
            tensor.shape().toList().forEach(shape::add);
        }
    }

    private static long number(JsonNode node, String field) {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw refuse(field + " holds a value that is no whole number");
        }
        return node.longValue();
    }

    private static String cut(String text) {
        return text.length() > 64 ? text.substring(0, 64) + "..." : text;
    }

    private static RefusedException refuse(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }

    /** An object whose fields are all known. */
    private static final class Fields {
        private final JsonNode node;
        private final String place;

        private Fields(JsonNode node, String place, String... known) {
            if (!node.isObject()) {
                throw refuse(place + " must be an object, such as {\"name\": ...}");
            }
            this.node = node;
            this.place = place;
            Set<String> names = Set.of(known);
            node.fieldNames().forEachRemaining(name -> {
                if (!names.contains(name)) {
                    throw refuse("the field \"" + cut(name) + "\" in " + place + " is unknown; known are "
                            + new TreeSet<>(names));
                }
            });
        }

        private Fields object(String field, String... known) {
            JsonNode child = node.get(field);
            return new Fields(
                    child == null ? JsonNodeFactory.instance.objectNode() : child, "\"" + field + "\"", known);
        }

        private JsonNode array(String field) {
            JsonNode child = node.get(field);
            if (child == null || !child.isArray() || child.size() > MOST_ITEMS) {
                throw refuse(
                        "\"" + field + "\" in " + place + " must be there, and be an array of at most " + MOST_ITEMS);
            }
            return child;
        }

        private List<String> texts(String field) {
            List<String> texts = new ArrayList<>();
            if (node.has(field)) {
                for (JsonNode each : array(field)) {
                    if (!each.isTextual()) {
                        throw refuse("\"" + field + "\" in " + place + " holds something other than text");
                    }
                    texts.add(each.textValue());
                }
            }
            return texts;
        }

        private List<Integer> integers(String field) {
            List<Integer> integers = new ArrayList<>();
            if (node.has(field)) {
                for (JsonNode each : array(field)) {
                    integers.add(narrowed(number(each, "\"" + field + "\""), field));
                }
            }
            return integers;
        }

        private Optional<String> optionalText(String field) {
            JsonNode child = node.get(field);
            if (child != null && !child.isTextual()) {
                throw refuse("\"" + field + "\" in " + place + " must be text");
            }
            return Optional.ofNullable(child).map(JsonNode::textValue);
        }

        private String text(String field) {
            return optionalText(field).orElseThrow(() -> refuse("\"" + field + "\" is missing in " + place));
        }

        private boolean has(String field) {
            return node.has(field);
        }

        private double decimal(String field) {
            JsonNode child = node.get(field);
            if (child == null || !child.isNumber()) {
                throw refuse("\"" + field + "\" in " + place + " must be there, and be a number");
            }
            return child.doubleValue();
        }

        private boolean flag(String field, boolean standard) {
            JsonNode child = node.get(field);
            if (child != null && !child.isBoolean()) {
                throw refuse("\"" + field + "\" in " + place + " must be true or false");
            }
            return child == null ? standard : child.booleanValue();
        }

        private long whole(String field, long standard) {
            JsonNode child = node.get(field);
            return child == null ? standard : number(child, "\"" + field + "\" in " + place);
        }

        private int integer(String field, int standard) {
            return narrowed(whole(field, standard), field);
        }

        private Duration microseconds(String field, Duration standard) {
            long microseconds = whole(field, standard.toNanos() / 1000);
            if (microseconds < 0 || microseconds > Long.MAX_VALUE / 1000) {
                throw refuse("\"" + field + "\" in " + place + " is no number of microseconds from 0 on");
            }
            return Duration.ofNanos(microseconds * 1000);
        }

        private static int narrowed(long value, String field) {
            if (value != (int) value) {
                throw refuse("\"" + field + "\" is " + value + ", far outside of what it may be");
            }
            return (int) value;
        }
    }
}
