package dev.candor.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever boards, alerts and autoscalers ask for is a figure that a real node shows. */
final class FiguresTest {
    private static final Chart CHART = Chart.ours();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern FIGURE = Pattern.compile("\\b(?:candor|nv|jvm)_[a-z_]+\\b");

    /** Figures of models, and of provers that have commitments to some: a node shows them once one is registered; scripts/operations/run-chart sees them move. */
    private static final Pattern OF_MODELS =
            Pattern.compile("nv_inference_.*|candor_batches_total|candor_credits|candor_prover_openings_left");

    @TempDir
    private Path folder;

    @Test
    void aRealNodeShowsWhatIsAskedFor() throws IOException, InterruptedException {
        Set<String> asked = new TreeSet<>();
        for (JsonNode board : boards()) {
            assertThat(board.at("/uid").asText()).isNotEmpty();
            board.path("panels")
                    .forEach(panel -> panel.path("targets")
                            .forEach(target -> collect(target.path("expr").asText(), asked)));
        }
        Rendered.stream(CHART.values("alerts/candor.yaml").at("/groups/0/rules"))
                .forEach(rule -> collect(rule.path("expr").asText(), asked));
        CHART.render("values-production.yaml", "values-gpu-mig.yaml")
                .of("ScaledObject")
                .forEach(each ->
                        collect(each.at("/spec/triggers/0/metadata/query").asText(), asked));
        asked.removeIf(OF_MODELS.asMatchPredicate());

        assertThat(shown()).containsAll(asked);
    }

    private static List<JsonNode> boards() throws IOException {
        try (Stream<Path> files = Files.list(CHART.folder().resolve("dashboards"))) {
            List<JsonNode> boards = files.sorted()
                    .map(file -> CHART.values("dashboards/" + file.getFileName()))
                    .toList();
            assertThat(boards).hasSizeGreaterThan(1);
            return boards;
        }
    }

    private static void collect(String expression, Set<String> asked) {
        Matcher matcher = FIGURE.matcher(expression);
        while (matcher.find()) {
            asked.add(matcher.group());
        }
    }

    private Set<String> shown() throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String settings = String.format(Locale.ROOT, """
                candor.node { data-dir = "%s", partitions = 2, grpc.port = 0, management { enabled = true, port = %d } }
                candor.rest.port = 0
                candor.executor.devices = none
                candor.ledger.enabled = true
                """, folder, port);
        try (CandorNode node = CandorNode.start(
                        NodeConfigs.load(ConfigFactory.parseString(settings)), "test", NodeSeams.NONE);
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(node.address().grpcPort()).isPositive();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .build();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            Set<String> shown = new TreeSet<>();
            // Figures of shards are looked at now and then.
            while (!shown.contains("candor_shard_entities")) {
                assertThat(System.nanoTime()).as("figures within " + PATIENCE).isLessThan(deadline);
                http.send(request, BodyHandlers.ofLines())
                        .body()
                        .filter(line -> !line.startsWith("#"))
                        .forEach(line -> shown.add(line.split("[{ ]", 2)[0]));
            }
            return shown;
        }
    }
}
