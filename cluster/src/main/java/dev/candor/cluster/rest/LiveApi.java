package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.HttpReply;
import io.netty.handler.codec.http.HttpMethod;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the page draws: some of {@code /metrics} of this node, by the same names, and the cluster around it. Made at most twice a second, however many look on.
 */
final class LiveApi {
    private static final long FRESH_NANOS = 500_000_000L;

    /** Without the ending that counters have in the text format. */
    private static final Set<String> SHOWN = Set.of(
            "candor_answers",
            "candor_refusals",
            "candor_answer_seconds",
            "candor_batches",
            "candor_requests_in_flight",
            "candor_requests_limit",
            "candor_receipts_committed",
            "candor_journal_write_seconds",
            "candor_proof_jobs_open",
            "candor_proof_job_oldest_seconds",
            "nv_inference_request_success",
            "nv_inference_request_duration_us",
            "nv_inference_count",
            "nv_inference_exec_count",
            "nv_inference_pending_request_count");

    private final PrometheusRegistry registry;
    private final ClusterSource cluster;
    private final Executor codecs;
    private final LongSupplier nanoTime;
    private @Nullable CompletableFuture<Bytes> latest;
    private long begun;

    LiveApi(PrometheusRegistry registry, ClusterSource cluster, Executor codecs, LongSupplier nanoTime) {
        this.registry = registry;
        this.cluster = cluster;
        this.codecs = codecs;
        this.nanoTime = nanoTime;
    }

    static List<Endpoint> endpoints(
            PrometheusRegistry registry, ClusterSource cluster, RestMetrics metrics, Executor codecs) {
        LiveApi api = new LiveApi(registry, cluster, codecs, System::nanoTime);
        return List.of(new Endpoint(
                HttpMethod.GET,
                "/v1/live",
                Endpoint.Access.FIGURES,
                request -> new SimpleCall(
                        request,
                        metrics,
                        call -> call.replyWhen(api.page(), json -> {
                            HttpReply reply = HttpReply.start(200);
                            reply.append(json);
                            return reply;
                        }))));
    }

    /** The figures, at most half a second old; all who ask meanwhile share them. */
    synchronized CompletableFuture<Bytes> page() {
        long now = nanoTime.getAsLong();
        CompletableFuture<Bytes> shared = latest;
        if (shared == null || (shared.isDone() && now - begun >= FRESH_NANOS)) {
            shared = CompletableFuture.supplyAsync(this::render, codecs);
            latest = shared;
            begun = now;
        }
        return shared;
    }

    private Bytes render() {
        ObjectNode json = Json.object().put("time", System.currentTimeMillis());
        view(json.putObject("cluster"), cluster.look());
        ObjectNode figures = json.putObject("figures");
        for (MetricSnapshot each : registry.scrape(SHOWN::contains)) {
            figure(figures.putArray(each.getMetadata().getPrometheusName()), each);
        }
        return Bytes.wrap(Json.bytes(json));
    }

    private static void view(ObjectNode json, ClusterSource.View view) {
        json.put("partitions", view.partitions());
        ArrayNode members = json.putArray("members");
        for (ClusterSource.Member member : view.members()) {
            ObjectNode one = members.addObject()
                    .put("address", member.address())
                    .put("status", member.status())
                    .put("reachable", member.reachable())
                    .put("self", member.self());
            member.roles().forEach(one.putArray("roles")::add);
        }
        ArrayNode regions = json.putArray("regions");
        for (ClusterSource.Region region : view.regions()) {
            ObjectNode shards = regions.addObject()
                    .put("address", region.address())
                    .put("type", region.type())
                    .putObject("shards");
            new TreeMap<>(region.shards()).forEach(shards::put);
        }
    }

    private static void figure(ArrayNode points, MetricSnapshot figure) {
        for (DataPointSnapshot point : figure.getDataPoints()) {
            ObjectNode json = points.addObject();
            ObjectNode labels = json.putObject("labels");
            point.getLabels().stream().forEach(label -> labels.put(label.getName(), label.getValue()));
            switch (point) {
                case CounterSnapshot.CounterDataPointSnapshot counter -> json.put("value", counter.getValue());
                case GaugeSnapshot.GaugeDataPointSnapshot gauge -> json.put("value", gauge.getValue());
                case UnknownSnapshot.UnknownDataPointSnapshot untyped -> json.put("value", untyped.getValue());
                case HistogramSnapshot.HistogramDataPointSnapshot histogram -> histogram(json, histogram);
                default ->
                    throw new IllegalStateException(
                            "no form for " + figure.getMetadata().getPrometheusName());
            }
        }
    }

    /** Bounds in ascending order, the last being infinite and therefore not there, and how many lie in each class; not cumulative. */
    private static void histogram(ObjectNode json, HistogramSnapshot.HistogramDataPointSnapshot histogram) {
        json.put("sum", histogram.getSum());
        ArrayNode bounds = json.putArray("bounds");
        ArrayNode counts = json.putArray("counts");
        ClassicHistogramBuckets buckets = histogram.getClassicBuckets();
        for (int i = 0; i < buckets.size(); i++) {
            if (Double.isFinite(buckets.getUpperBound(i))) {
                bounds.add(buckets.getUpperBound(i));
            }
            counts.add(buckets.getCount(i));
        }
    }
}
