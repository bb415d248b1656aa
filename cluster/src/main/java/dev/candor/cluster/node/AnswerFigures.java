package dev.candor.cluster.node;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.VerificationMode;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers and their latency by mode, for {@code /metrics}: the last thing before the doors, so it sees what clients see. Thread-safe. */
final class AnswerFigures implements InferenceService {
    private record OfMode(CounterDataPoint answered, CounterDataPoint refused, DistributionDataPoint seconds) {}

    private final InferenceService answers;
    private final Map<VerificationMode, OfMode> modes = new EnumMap<>(VerificationMode.class);

    /** Over the way to {@code answers}; shows its figures in {@code registry}. */
    AnswerFigures(InferenceService answers, PrometheusRegistry registry) {
        this.answers = answers;
        Counter answered = Counter.builder()
                .name("candor_answers_total")
                .help("Answers given, by mode")
                .labelNames("mode")
                .register(registry);
        Counter refused = Counter.builder()
                .name("candor_refusals_total")
                .help("Requests refused behind the doors, by mode")
                .labelNames("mode")
                .register(registry);
        Histogram seconds = Histogram.builder()
                .name("candor_answer_seconds")
                .help("Time from a request that was read to its answer, by mode")
                .labelNames("mode")
                .classicOnly()
                .classicExponentialUpperBounds(0.001, 2, 15)
                .register(registry);
        for (VerificationMode mode : VerificationMode.values()) {
            String name = mode.name().toLowerCase(Locale.ROOT);
            modes.put(
                    mode, new OfMode(answered.labelValues(name), refused.labelValues(name), seconds.labelValues(name)));
        }
    }

    @Override
    public Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome) {
        OfMode figures = Objects.requireNonNull(modes.get(request.mode()));
        long began = System.nanoTime();
        return answers.infer(request, caller, outcome -> {
            switch (outcome) {
                case InferenceOutcome.Answered _ -> {
                    figures.answered().inc();
                    figures.seconds().observe((System.nanoTime() - began) / 1e9);
                }
                case InferenceOutcome.Refused _ -> figures.refused().inc();
            }
            onOutcome.accept(outcome);
        });
    }

    @Override
    public Optional<Refusal> nodeReadiness() {
        return answers.nodeReadiness();
    }

    @Override
    public Optional<Refusal> modelReadiness(String model, String version) {
        return answers.modelReadiness(model, version);
    }
}
