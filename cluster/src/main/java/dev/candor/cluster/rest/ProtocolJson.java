package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.metrics.ModelStatistics;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.TensorSpec;
import java.util.List;

/** Metadata, configuration and statistics of models as Triton's clients read them. */
final class ProtocolJson {
    private static final String PLATFORM = "pytorch_libtorch";

    private ProtocolJson() {}

    static ObjectNode metadata(ModelView view, ModelSpec spec) {
        ObjectNode json = Json.object().put("name", view.name());
        ArrayNode versions = json.putArray("versions");
        view.versions().forEach((version, registered) -> {
            if (registered.enabled()) {
                versions.add(version.toString());
            }
        });
        json.put("platform", PLATFORM);
        tensors(json.putArray("inputs"), spec.inputs());
        tensors(json.putArray("outputs"), spec.outputs());
        return json;
    }

    private static void tensors(ArrayNode array, List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            ObjectNode json = array.addObject()
                    .put("name", spec.name())
                    .put("datatype", spec.datatype().name());
            spec.shape().toList().forEach(json.putArray("shape")::add);
        }
    }

    static ObjectNode configuration(String name, ModelSpec spec) {
        BatchingPolicy batching = spec.batching();
        ObjectNode json = Json.object()
                .put("name", name)
                .put("platform", PLATFORM)
                .put("backend", "pytorch")
                .put("max_batch_size", batching.maxBatchSize());
        configTensors(json.putArray("input"), spec.inputs());
        configTensors(json.putArray("output"), spec.outputs());
        ObjectNode dynamic = json.putObject("dynamic_batching");
        batching.preferredBatchSizes().forEach(dynamic.putArray("preferred_batch_size")::add);
        dynamic.put("max_queue_delay_microseconds", batching.maxQueueDelay().toNanos() / 1000)
                .put("preserve_ordering", true)
                .put("priority_levels", batching.priorityLevels())
                .put("default_priority_level", batching.defaultPriority());
        dynamic.putObject("default_queue_policy")
                .put("timeout_action", batching.timeoutAction().name())
                .put("default_timeout_microseconds", batching.defaultTimeout().toNanos() / 1000)
                .put("allow_timeout_override", true)
                .put("max_queue_size", batching.maxQueueItems());
        json.putObject("model_transaction_policy").put("decoupled", false);
        return json;
    }

    /** Triton's configuration leaves the batch out of the dimensions. */
    private static void configTensors(ArrayNode array, List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            ObjectNode json = array.addObject().put("name", spec.name()).put("data_type", configType(spec.datatype()));
            ArrayNode dims = json.putArray("dims");
            for (int axis = 1; axis < spec.shape().rank(); axis++) {
                dims.add(spec.shape().at(axis));
            }
        }
    }

    private static String configType(DataType type) {
        return "TYPE_" + (type == DataType.BYTES ? "STRING" : type.name());
    }

    static ObjectNode statistics(List<ModelStatistics> statistics) {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("model_stats");
        for (ModelStatistics one : statistics) {
            ObjectNode model = all.addObject()
                    .put("name", one.model().name())
                    .put("version", one.model().version().toString())
                    .put("last_inference", one.lastInference())
                    .put("inference_count", one.inferenceCount())
                    .put("execution_count", one.executionCount());
            ObjectNode inference = model.putObject("inference_stats");
            span(inference, "success", one.success());
            span(inference, "fail", one.fail());
            span(inference, "queue", one.queue());
            span(inference, "compute_input", one.computeInput());
            span(inference, "compute_infer", one.computeInfer());
            span(inference, "compute_output", one.computeOutput());
            ModelStatistics.Span none = new ModelStatistics.Span(0, 0);
            span(inference, "cache_hit", none);
            span(inference, "cache_miss", none);
            ArrayNode batches = model.putArray("batch_stats");
            for (ModelStatistics.BatchSize size : one.batches()) {
                ObjectNode batch = batches.addObject().put("batch_size", size.size());
                span(batch, "compute_input", size.computeInput());
                span(batch, "compute_infer", size.computeInfer());
                span(batch, "compute_output", size.computeOutput());
            }
            model.putArray("memory_usage");
        }
        return json;
    }

    private static void span(ObjectNode json, String name, ModelStatistics.Span span) {
        json.putObject(name).put("count", span.count()).put("ns", span.nanos());
    }
}
