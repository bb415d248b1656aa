package dev.candor.cluster.node;

import dev.candor.actors.batching.BatchReason;
import dev.candor.actors.gateway.GatewayMetrics;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.metrics.InferenceMetrics;
import dev.candor.actors.metrics.ModelMetrics;
import dev.candor.actors.metrics.ModelStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What ran on this node, for {@code /metrics}: under the names of Triton's metrics, so that boards and load testers made for it read them, and what Triton
 * has no name for under ours. Read when scraped; counting costs requests nothing.
 *
 * <p>Triton's counters do not end in {@code _total}; the format's counters must, so those are exposed untyped.
 */
final class InferenceFigures implements MultiCollector {
    private final InferenceMetrics models;
    private final GatewayMetrics gateway;

    private InferenceFigures(InferenceMetrics models, GatewayMetrics gateway) {
        this.models = models;
        this.gateway = gateway;
    }

    /** Shows the figures in {@code registry}. */
    static void register(PrometheusRegistry registry, InferenceMetrics models, GatewayMetrics gateway) {
        registry.register(new InferenceFigures(models, gateway));
    }

    @Override
    public MetricSnapshots collect() {
        List<ModelMetrics> all = models.all();
        List<ModelStatistics> statistics =
                all.stream().map(ModelMetrics::statistics).toList();
        return MetricSnapshots.builder()
                .metricSnapshot(untyped(
                        statistics,
                        "nv_inference_request_success",
                        "Requests answered",
                        s -> s.success().count()))
                .metricSnapshot(untyped(
                        statistics,
                        "nv_inference_request_failure",
                        "Requests refused after the lane took them",
                        s -> s.fail().count()))
                .metricSnapshot(
                        untyped(statistics, "nv_inference_count", "Items inferred", ModelStatistics::inferenceCount))
                .metricSnapshot(
                        untyped(statistics, "nv_inference_exec_count", "Batches run", ModelStatistics::executionCount))
                .metricSnapshot(untyped(
                        statistics,
                        "nv_inference_request_duration_us",
                        "Time of answered requests",
                        s -> micros(s.success())))
                .metricSnapshot(untyped(
                        statistics, "nv_inference_queue_duration_us", "Time in the queue", s -> micros(s.queue())))
                .metricSnapshot(untyped(
                        statistics,
                        "nv_inference_compute_input_duration_us",
                        "Time assembling batches",
                        s -> micros(s.computeInput())))
                .metricSnapshot(untyped(
                        statistics,
                        "nv_inference_compute_infer_duration_us",
                        "Time on the device",
                        s -> micros(s.computeInfer())))
                .metricSnapshot(untyped(
                        statistics,
                        "nv_inference_compute_output_duration_us",
                        "Time slicing and signing",
                        s -> micros(s.computeOutput())))
                .metricSnapshot(untyped(
                        statistics,
                        "nv_cache_num_hits_per_model",
                        "Requests answered out of the response cache",
                        s -> s.cacheHits().count()))
                .metricSnapshot(untyped(
                        statistics,
                        "nv_cache_num_misses_per_model",
                        "Requests looked for in the response cache in vain",
                        ModelStatistics::cacheMisses))
                .metricSnapshot(pending(all))
                .metricSnapshot(reasons(all))
                .metricSnapshot(outcomes())
                .metricSnapshot(gauge("candor_requests_in_flight", "Requests in flight", gateway.inFlight()))
                .metricSnapshot(gauge("candor_requests_limit", "How many requests may be in flight", gateway.limit()))
                .metricSnapshot(gauge("candor_request_bytes_in_flight", "Bytes of tensors in flight", (double)
                        gateway.bytesInFlight()))
                .build();
    }

    private static long micros(ModelStatistics.Span span) {
        return span.nanos() / 1000;
    }

    private static UnknownSnapshot untyped(
            List<ModelStatistics> statistics, String name, String help, ToLongFunction<ModelStatistics> value) {
        UnknownSnapshot.Builder snapshot = UnknownSnapshot.builder().name(name).help(help);
        for (ModelStatistics model : statistics) {
            snapshot.dataPoint(UnknownDataPointSnapshot.builder()
                    .labels(Labels.of(
                            "model", model.model().name(),
                            "version", model.model().version().toString()))
                    .value((double) value.applyAsLong(model))
                    .build());
        }
        return snapshot.build();
    }

    private static GaugeSnapshot pending(List<ModelMetrics> all) {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder()
                .name("nv_inference_pending_request_count")
                .help("Requests that wait");
        for (ModelMetrics model : all) {
            snapshot.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(Labels.of(
                            "model", model.model().name(),
                            "version", model.model().version().toString()))
                    .value(model.pending())
                    .build());
        }
        return snapshot.build();
    }

    private static CounterSnapshot reasons(List<ModelMetrics> all) {
        CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name("candor_batches").help("Batches by why they left the queue");
        for (ModelMetrics model : all) {
            for (BatchReason reason : BatchReason.values()) {
                snapshot.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "model", model.model().name(),
                                "version", model.model().version().toString(),
                                "reason", reason.name().toLowerCase(Locale.ROOT)))
                        .value((double) model.batches(reason))
                        .build());
            }
        }
        return snapshot.build();
    }

    private CounterSnapshot outcomes() {
        CounterSnapshot.Builder snapshot = CounterSnapshot.builder()
                .name("candor_requests")
                .help("Requests by outcome: answered, replayed from the store, or the code of the refusal");
        outcome(snapshot, "answered", gateway.answered());
        outcome(snapshot, "replayed", gateway.replayed());
        for (ErrorCode code : ErrorCode.values()) {
            outcome(snapshot, code.name().toLowerCase(Locale.ROOT), gateway.refused(code));
        }
        return snapshot.build();
    }

    private static void outcome(CounterSnapshot.Builder snapshot, String outcome, long count) {
        snapshot.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of("outcome", outcome))
                .value((double) count)
                .build());
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }
}
