package dev.candor.cluster.grpc;

import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.metrics.ModelStatistics.Span;
import dev.candor.actors.metrics.StatisticsSource;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.protocol.inference.DataType;
import dev.candor.protocol.inference.InferBatchStatistics;
import dev.candor.protocol.inference.InferStatistics;
import dev.candor.protocol.inference.ModelConfig;
import dev.candor.protocol.inference.ModelConfigResponse;
import dev.candor.protocol.inference.ModelDynamicBatching;
import dev.candor.protocol.inference.ModelInput;
import dev.candor.protocol.inference.ModelMetadataResponse;
import dev.candor.protocol.inference.ModelOutput;
import dev.candor.protocol.inference.ModelQueuePolicy;
import dev.candor.protocol.inference.ModelStatistics;
import dev.candor.protocol.inference.ModelStatisticsResponse;
import dev.candor.protocol.inference.RepositoryIndexResponse;
import dev.candor.protocol.inference.ServerMetadataResponse;
import dev.candor.protocol.inference.StatisticDuration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the service says of models, out of this node's catalogue and figures. */
final class GrpcModels {
    private static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "model_configuration", "model_repository", "schedule_policy", "statistics");

    private final String version;
    private final InferenceService service;
    private final ModelCatalog catalog;
    private final ModelAdministration administration;
    private final StatisticsSource statistics;

    GrpcModels(
            String version,
            InferenceService service,
            ModelCatalog catalog,
            ModelAdministration administration,
            StatisticsSource statistics) {
        this.version = version;
        this.service = service;
        this.catalog = catalog;
        this.administration = administration;
        this.statistics = statistics;
    }

    ServerMetadataResponse server() {
        return ServerMetadataResponse.newBuilder()
                .setName("candor")
                .setVersion(version)
                .addAllExtensions(EXTENSIONS)
                .build();
    }

    ModelMetadataResponse metadata(String name, String wanted) {
        ModelView model = find(name);
        ModelView.Registered registered = registered(model, wanted);
        ModelMetadataResponse.Builder answer =
                ModelMetadataResponse.newBuilder().setName(name).setPlatform("pytorch_libtorch");
        model.versions().keySet().forEach(known -> answer.addVersions(known.toString()));
        registered.spec().inputs().forEach(input -> answer.addInputs(tensor(input)));
        registered.spec().outputs().forEach(output -> answer.addOutputs(tensor(output)));
        return answer.build();
    }

    ModelConfigResponse config(String name, String wanted) {
        ModelView.Registered registered = registered(find(name), wanted);
        BatchingPolicy policy = registered.spec().batching();
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(name)
                .setPlatform("pytorch_libtorch")
                .setBackend("pytorch")
                .setMaxBatchSize(policy.maxBatchSize())
                .setDynamicBatching(ModelDynamicBatching.newBuilder()
                        .addAllPreferredBatchSize(policy.preferredBatchSizes())
                        .setMaxQueueDelayMicroseconds(policy.maxQueueDelay().toNanos() / 1000)
                        .setPriorityLevels(policy.priorityLevels())
                        .setDefaultPriorityLevel(policy.defaultPriority())
                        .setDefaultQueuePolicy(ModelQueuePolicy.newBuilder()
                                .setTimeoutAction(
                                        switch (policy.timeoutAction()) {
                                            case REJECT -> ModelQueuePolicy.TimeoutAction.REJECT;
                                            case DELAY -> ModelQueuePolicy.TimeoutAction.DELAY;
                                        })
                                .setDefaultTimeoutMicroseconds(
                                        policy.defaultTimeout().toNanos() / 1000)
                                .setAllowTimeoutOverride(true)
                                .setMaxQueueSize(policy.maxQueueItems())));
        for (TensorSpec input : registered.spec().inputs()) {
            config.addInput(ModelInput.newBuilder()
                    .setName(input.name())
                    .setDataType(type(input))
                    .addAllDims(itemDims(input)));
        }
        for (TensorSpec output : registered.spec().outputs()) {
            config.addOutput(ModelOutput.newBuilder()
                    .setName(output.name())
                    .setDataType(type(output))
                    .addAllDims(itemDims(output)));
        }
        return ModelConfigResponse.newBuilder().setConfig(config).build();
    }

    ModelStatisticsResponse statistics(String name, String wanted) {
        Optional<ModelVersion> only =
                name.isEmpty() || wanted.isEmpty() ? Optional.empty() : Optional.of(resolve(find(name), wanted));
        if (!name.isEmpty()) {
            find(name);
        }
        ModelStatisticsResponse.Builder answer = ModelStatisticsResponse.newBuilder();
        statistics.statistics().stream()
                .filter(figures -> name.isEmpty() || figures.model().name().equals(name))
                .filter(figures -> only.isEmpty() || figures.model().version().equals(only.get()))
                .forEach(figures -> answer.addModelStats(figures(figures)));
        return answer.build();
    }

    RepositoryIndexResponse index(boolean readyOnly) {
        RepositoryIndexResponse.Builder answer = RepositoryIndexResponse.newBuilder();
        for (ModelView model : catalog.all()) {
            model.versions().forEach((known, registered) -> {
                Optional<Refusal> why = service.modelReadiness(model.name(), known.toString());
                if (why.isEmpty() || !readyOnly) {
                    answer.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                            .setName(model.name())
                            .setVersion(known.toString())
                            .setState(why.isEmpty() ? "READY" : "UNAVAILABLE")
                            .setReason(why.map(Refusal::sentence).orElse("")));
                }
            });
        }
        return answer.build();
    }

    /** Enables or disables all versions of a model: the protocol's load and unload name no version. */
    CompletionStage<?> setEnabled(String name, boolean enabled) {
        CompletionStage<?> all = CompletableFuture.completedStage(null);
        for (ModelVersion known : find(name).versions().keySet()) {
            all = all.thenCompose(ignored -> administration.setEnabled(name, known, enabled));
        }
        return all;
    }

    private ModelView find(String name) {
        return catalog.find(name)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "there is no model \"" + name + "\"; this node knows "
                                + catalog.all().stream().map(ModelView::name).toList()));
    }

    private static ModelVersion resolve(ModelView model, String wanted) {
        return model.resolve(wanted)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "model \"" + model.name() + "\" has no version or alias \"" + wanted + "\"; it has "
                                + model.versions().keySet() + " and "
                                + model.aliases().keySet()));
    }

    private static ModelView.Registered registered(ModelView model, String wanted) {
        ModelVersion resolved = resolve(model, wanted);
        ModelView.Registered registered = model.versions().get(resolved);
        if (registered == null) {
            throw new RefusedException(
                    ErrorCode.MODEL_NOT_FOUND, model.name() + " has no version " + resolved + " any more");
        }
        return registered;
    }

    private static ModelMetadataResponse.TensorMetadata tensor(TensorSpec spec) {
        return ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(spec.datatype().name())
                .addAllShape(spec.shape().toList())
                .build();
    }

    private static List<Long> itemDims(TensorSpec spec) {
        return spec.shape().toList().subList(1, spec.shape().rank());
    }

    private static DataType type(TensorSpec spec) {
        return switch (spec.datatype()) {
            case BOOL -> DataType.TYPE_BOOL;
            case UINT8 -> DataType.TYPE_UINT8;
            case UINT16 -> DataType.TYPE_UINT16;
            case UINT32 -> DataType.TYPE_UINT32;
            case UINT64 -> DataType.TYPE_UINT64;
            case INT8 -> DataType.TYPE_INT8;
            case INT16 -> DataType.TYPE_INT16;
            case INT32 -> DataType.TYPE_INT32;
            case INT64 -> DataType.TYPE_INT64;
            case FP16 -> DataType.TYPE_FP16;
            case FP32 -> DataType.TYPE_FP32;
            case FP64 -> DataType.TYPE_FP64;
            case BF16 -> DataType.TYPE_BF16;
            case BYTES -> DataType.TYPE_STRING;
        };
    }

    private static ModelStatistics figures(dev.candor.actors.metrics.ModelStatistics figures) {
        ModelStatistics.Builder answer = ModelStatistics.newBuilder()
                .setName(figures.model().name())
                .setVersion(figures.model().version().toString())
                .setLastInference(figures.lastInference())
                .setInferenceCount(figures.inferenceCount())
                .setExecutionCount(figures.executionCount())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(span(figures.success()))
                        .setFail(span(figures.fail()))
                        .setQueue(span(figures.queue()))
                        .setComputeInput(span(figures.computeInput()))
                        .setComputeInfer(span(figures.computeInfer()))
                        .setComputeOutput(span(figures.computeOutput()))
                        .setCacheHit(span(figures.cacheHits()))
                        .setCacheMiss(StatisticDuration.newBuilder().setCount(figures.cacheMisses())));
        figures.batches()
                .forEach(batch -> answer.addBatchStats(InferBatchStatistics.newBuilder()
                        .setBatchSize(batch.size())
                        .setComputeInput(span(batch.computeInput()))
                        .setComputeInfer(span(batch.computeInfer()))
                        .setComputeOutput(span(batch.computeOutput()))));
        return answer.build();
    }

    private static StatisticDuration span(Span span) {
        return StatisticDuration.newBuilder()
                .setCount(span.count())
                .setNs(span.nanos())
                .build();
    }
}
