package dev.candor.actors.metrics;

import dev.candor.actors.model.ModelRef;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** The counters of all model versions that this node has served. Thread-safe. */
public final class InferenceMetrics implements StatisticsSource {
    private static final Comparator<ModelRef> BY_NAME_AND_VERSION = Comparator.comparing(ModelRef::name)
            .thenComparing(ModelRef::version)
            .thenComparing(ModelRef::contentId);

    private final ConcurrentHashMap<ModelRef, ModelMetrics> models = new ConcurrentHashMap<>();

    /** The counters of a model version, made on first use. */
    public ModelMetrics of(ModelRef model, int maxBatchSize) {
        return models.computeIfAbsent(model, key -> new ModelMetrics(key, maxBatchSize));
    }

    /** All counters, by name and version. */
    public List<ModelMetrics> all() {
        return models.values().stream()
                .sorted(Comparator.comparing(ModelMetrics::model, BY_NAME_AND_VERSION))
                .toList();
    }

    @Override
    public List<ModelStatistics> statistics() {
        return all().stream().map(ModelMetrics::statistics).toList();
    }
}
