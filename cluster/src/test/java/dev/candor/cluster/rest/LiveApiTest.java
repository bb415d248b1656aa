package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.value.Bytes;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LiveApiTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicLong clock = new AtomicLong(1);
    private final AtomicInteger looks = new AtomicInteger();

    private LiveApi api(ClusterSource cluster) {
        return new LiveApi(
                registry,
                () -> {
                    looks.incrementAndGet();
                    return cluster.look();
                },
                Runnable::run,
                clock::get);
    }

    private static ClusterSource.View two() {
        return new ClusterSource.View(
                8,
                List.of(
                        new ClusterSource.Member("pekko://candor@a:1", List.of("core", "cpu"), "up", true, true),
                        new ClusterSource.Member("pekko://candor@b:1", List.of("prover"), "leaving", false, false)),
                List.of(new ClusterSource.Region("pekko://candor@a:1", "partition", Map.of("3", 1, "0", 2))));
    }

    private static JsonNode read(Bytes json) throws IOException {
        return new ObjectMapper().readTree(json.toArray());
    }

    @Test
    void showsTheFiguresByTheNamesOfMetricsAndNoOthers() throws IOException {
        Counter answers = Counter.builder()
                .name("candor_answers_total")
                .labelNames("mode")
                .register(registry);
        answers.labelValues("vanilla").inc(3);
        answers.labelValues("zkml").inc();
        Gauge.builder().name("candor_requests_in_flight").register(registry).set(7);
        Histogram seconds = Histogram.builder()
                .name("candor_answer_seconds")
                .labelNames("mode")
                .classicOnly()
                .classicUpperBounds(0.001, 0.002)
                .register(registry);
        seconds.labelValues("vanilla").observe(0.0015);
        seconds.labelValues("vanilla").observe(5);
        Counter.builder().name("jvm_secrets_total").register(registry).inc();

        JsonNode figures = read(api(LiveApiTest::two).page().join()).path("figures");
        assertThat(figures.path("candor_answers").toString())
                .isEqualTo(
                        "[{\"labels\":{\"mode\":\"vanilla\"},\"value\":3.0},{\"labels\":{\"mode\":\"zkml\"},\"value\":1.0}]");
        assertThat(figures.path("candor_requests_in_flight").toString()).isEqualTo("[{\"labels\":{},\"value\":7.0}]");
        assertThat(figures.path("candor_answer_seconds").toString())
                .isEqualTo(
                        "[{\"labels\":{\"mode\":\"vanilla\"},\"sum\":5.0015,\"bounds\":[0.001,0.002],\"counts\":[0,1,1]}]");
        assertThat(figures.has("jvm_secrets")).isFalse();
    }

    @Test
    void showsMembersAndShards() throws IOException {
        JsonNode cluster = read(api(LiveApiTest::two).page().join()).path("cluster");
        assertThat(cluster.toString())
                .isEqualTo(
                        "{\"partitions\":8,\"members\":["
                                + "{\"address\":\"pekko://candor@a:1\",\"status\":\"up\",\"reachable\":true,\"self\":true,\"roles\":[\"core\",\"cpu\"]},"
                                + "{\"address\":\"pekko://candor@b:1\",\"status\":\"leaving\",\"reachable\":false,\"self\":false,\"roles\":[\"prover\"]}],"
                                + "\"regions\":[{\"address\":\"pekko://candor@a:1\",\"type\":\"partition\",\"shards\":{\"0\":2,\"3\":1}}]}");
    }

    @Test
    void isMadeOnceForAllWhoAskWithinHalfASecond() {
        LiveApi api = api(LiveApiTest::two);
        CompletableFuture<Bytes> first = api.page();
        clock.addAndGet(499_999_999);
        assertThat(api.page()).isSameAs(first);
        assertThat(looks).hasValue(1);
        clock.addAndGet(1);
        assertThat(api.page()).isNotSameAs(first);
        assertThat(looks).hasValue(2);
    }

    @Test
    void aFailureIsNotKeptForLonger() {
        AtomicInteger calls = new AtomicInteger();
        LiveApi api = api(() -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("the cluster is starting");
            }
            return two();
        });
        assertThatThrownBy(() -> api.page().join()).isInstanceOf(CompletionException.class);
        clock.addAndGet(500_000_000);
        assertThat(api.page().join().length()).isPositive();
    }

    @Test
    void isServedAsJson() throws IOException {
        try (RestFixture fixture = new RestFixture()) {
            RawClient.Response response = fixture.get("/v1/live");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("content-type")).isEqualTo("application/json");
            assertThat(new ObjectMapper()
                            .readTree(response.body())
                            .path("cluster")
                            .path("partitions")
                            .asInt())
                    .isEqualTo(8);
        }
    }
}
