package dev.candor.cluster.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManagementTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    void answersProbesAndScrapersAndNobodyElse() throws Exception {
        int port = freePort();
        try (CandorNode node = CandorNode.start(config(folder, port), "test", NodeSeams.NONE);
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(node.settings().dataDir()).isEqualTo(folder);
            URI base = URI.create("http://127.0.0.1:" + port);
            awaitReady(http, base);
            assertThat(get(http, base.resolve("/alive")).statusCode()).isEqualTo(200);

            HttpResponse<String> metrics = get(http, base.resolve("/metrics"));
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.headers().firstValue("content-type").orElseThrow())
                    .startsWith("text/plain");
            assertThat(metrics.body())
                    .contains(
                            "candor_partitions 2",
                            "candor_partitions_ready 2",
                            "candor_cluster_members{state=\"up\"} 1",
                            "candor_messages_lost_total{kind=\"dropped\"}",
                            "candor_answers_total{mode=\"zkml\"}",
                            "candor_answer_seconds_bucket{mode=\"vanilla\"",
                            "jvm_memory_used_bytes");

            for (String path :
                    List.of("/", "/cluster/members", "/v1/models", "/v2/health/ready", "/loglevel/logback")) {
                assertThat(get(http, base.resolve(path)).statusCode()).as(path).isEqualTo(404);
            }
            HttpRequest change = HttpRequest.newBuilder(base.resolve("/metrics"))
                    .POST(BodyPublishers.ofString("x"))
                    .build();
            assertThat(http.send(change, BodyHandlers.ofString()).statusCode()).isBetween(400, 499);
        }
    }

    @Test
    void figuresAreForWhoShowsTheToken() throws Exception {
        int port = freePort();
        Path token = folder.resolve("scrape-token");
        Files.writeString(token, "a-token-of-the-operators\n");
        Config guarded = config(folder, port)
                .withValue("candor.node.management.token-file", ConfigValueFactory.fromAnyRef(token.toString()));
        try (CandorNode node = CandorNode.start(guarded, "test", NodeSeams.NONE);
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(node.settings().dataDir()).isEqualTo(folder);
            URI base = URI.create("http://127.0.0.1:" + port);
            awaitReady(http, base);
            assertThat(get(http, base.resolve("/alive")).statusCode()).isEqualTo(200);
            HttpResponse<String> stranger = get(http, base.resolve("/metrics"));
            assertThat(stranger.statusCode()).isEqualTo(401);
            assertThat(stranger.headers().firstValue("www-authenticate")).contains("Bearer");
            assertThat(stranger.body()).doesNotContain("candor_partitions").contains("token-file");
            assertThat(scrape(http, base, "Bearer another")).isEqualTo(401);
            assertThat(scrape(http, base, "a-token-of-the-operators")).isEqualTo(401);
            assertThat(scrape(http, base, "Bearer a-token-of-the-operators")).isEqualTo(200);
            Files.writeString(token, "the-next");
            assertThat(scrape(http, base, "Bearer a-token-of-the-operators")).isEqualTo(401);
            assertThat(scrape(http, base, "Bearer the-next")).isEqualTo(200);
            Files.delete(token);
            assertThat(scrape(http, base, "Bearer the-next")).isEqualTo(401);
        }
    }

    private static int scrape(HttpClient http, URI base, String authorization)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/metrics"))
                .header("Authorization", authorization)
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> CandorNode.start(config(folder, taken.getLocalPort()), "test", NodeSeams.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("candor.node.management");
        }
    }

    @Test
    void saysWhatIsWrongWithABootstrap() {
        Config alone = NodeConfigs.load(ConfigFactory.parseString("candor.node.cluster.bootstrap = true"));
        assertThat(NodeConfigs.problems(alone))
                .anySatisfy(each -> assertThat(each).contains("candor.node.management.enabled"))
                .anySatisfy(each -> assertThat(each).contains("needs cassandra"));
        Config both = NodeConfigs.load(ConfigFactory.parseString("""
                candor.node.cluster { bootstrap = true, seed-nodes = ["pekko://candor@10.0.0.1:17355"] }
                candor.node.management { enabled = true, port = 0 }
                candor.journal.kind = cassandra
                """));
        assertThat(NodeConfigs.problems(both))
                .anySatisfy(each -> assertThat(each).contains("have one of both"))
                .anySatisfy(each -> assertThat(each).contains("management.port is 0"));
    }

    private static Config config(Path folder, int port) {
        return NodeConfigs.load(ConfigFactory.parseString(String.format(Locale.ROOT, """
                candor.node { data-dir = "%s", partitions = 2, grpc.port = 0, management { enabled = true, port = %d } }
                candor.rest.port = 0
                candor.executor.devices = none
                """, folder, port)));
    }

    private static void awaitReady(HttpClient http, URI base) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (get(http, base.resolve("/ready")).statusCode() != 200) {
            assertThat(System.nanoTime()).as("ready within " + PATIENCE).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static HttpResponse<String> get(HttpClient http, URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
