package dev.candor.cluster.rest;

import dev.candor.cluster.http.HttpServer;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The figures of the front end itself. */
final class RestMetrics {
    private final Counter requests;

    RestMetrics(PrometheusRegistry registry) {
        this.requests = Counter.builder()
                .name("candor_rest_requests_total")
                .help("Requests answered, by endpoint and status")
                .labelNames("endpoint", "status")
                .register(registry);
    }

    /** Counts one answer each time it runs. */
    Runnable counter(String endpoint, int status) {
        CounterDataPoint counter = requests.labelValues(endpoint, Integer.toString(status));
        return counter::inc;
    }

    /** Shows what a server holds. */
    static void watch(HttpServer server, PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("candor_rest_connections")
                .help("Connections held")
                .callback(gauge -> gauge.call(server.connections()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("candor_rest_connections_refused")
                .help("Connections turned away since the start, because there were too many")
                .callback(gauge -> gauge.call((double) server.refusedConnections()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("candor_rest_slow_readers")
                .help("WebSockets closed since the start, because their clients did not read")
                .callback(gauge -> gauge.call((double) server.slowReaders()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("candor_rest_buffered_bytes")
                .help("Bytes of request bodies held in memory")
                .callback(gauge -> gauge.call((double) server.bufferedBytes()))
                .register(registry);
    }
}
