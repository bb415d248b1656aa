package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.cassandra.CassandraKeyspace;
import dev.candor.multijvmtests.cassandra.CassandraServer;
import dev.candor.multijvmtests.cassandra.RequiresCassandra;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A key gets the same bytes from every gateway of a cluster: at once, later, and after a restart. */
@Timeout(600)
@RequiresCassandra
final class RetryElsewhereIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int KEYS = 20;
    private static final int UNAVAILABLE = 503;

    @TempDir
    private Path folder;

    @Test
    void givesTheSameBytesThroughAnotherGatewayAndAfterARestart(CassandraServer server, CassandraKeyspace keyspace)
            throws Exception {
        CassandraNodes nodes = new CassandraNodes(folder, server, keyspace);
        Workload workload = Workload.of("elsewhere");
        List<HttpResponse<byte[]>> answers = new ArrayList<>();
        try (TestNode first = nodes.start("first", "", TestNode.Launch.shipped());
                NodeClient one = first.client()) {
            first.register(one, Workload.MODEL);
            String seed = first.awaitReady().pekko();
            try (TestNode second = nodes.start("second", seed, TestNode.Launch.shipped());
                    NodeClient two = second.client()) {
                TestNode.awaitModel(two, Workload.MODEL);
                for (int i = 0; i < KEYS; i++) {
                    InferCall call = workload.call(2L * i);
                    CompletableFuture<HttpResponse<byte[]>> here = one.infer(call);
                    CompletableFuture<HttpResponse<byte[]>> thereMeanwhile = two.infer(call);
                    answers.add(answer(one, call, here));
                    assertSame(answers.getLast(), answer(two, call, thereMeanwhile));
                    assertSame(answers.getLast(), answer(two, call, two.infer(call)));
                }
                second.jvm().stop(LIMIT);
            }
            try (TestNode second = nodes.start("second", seed, TestNode.Launch.shipped());
                    NodeClient two = second.client()) {
                TestNode.awaitModel(two, Workload.MODEL);
                for (int i = 0; i < KEYS; i++) {
                    InferCall call = workload.call(2L * i);
                    assertSame(answers.get(i), answer(two, call, two.infer(call)));
                }
            }
        }
    }

    /** The answer, if need be after refusals: while partitions move to a node that came or went, a gateway says that it is to be asked again. */
    private static HttpResponse<byte[]> answer(
            NodeClient client, InferCall call, CompletableFuture<HttpResponse<byte[]>> asked) throws Exception {
        AtomicReference<HttpResponse<byte[]>> answer =
                new AtomicReference<>(asked.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        Await.until(LIMIT, "the key is answered", () -> {
            if (answer.get().statusCode() != UNAVAILABLE) {
                return true;
            }
            answer.set(client.infer(call).get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            return false;
        });
        assertThat(answer.get().statusCode())
                .as(() -> new String(answer.get().body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return answer.get();
    }

    private static void assertSame(HttpResponse<byte[]> first, HttpResponse<byte[]> again) {
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Candor-Receipt"))
                .isPresent()
                .isEqualTo(first.headers().firstValue("Candor-Receipt"));
    }
}
