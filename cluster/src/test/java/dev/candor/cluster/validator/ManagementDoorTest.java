package dev.candor.cluster.validator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.cluster.node.NodeConfigs;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManagementDoorTest {
    @TempDir
    private Path folder;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicBoolean ready = new AtomicBoolean(true);

    private static HttpResponse<String> get(ManagementDoor door, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    private ManagementDoor open(String tokenFile) throws IOException {
        Config config = NodeConfigs.load(ConfigFactory.parseString(
                "candor.validator.management { enabled = true, port = 0, token-file = \"" + tokenFile + "\" }"));
        return ManagementDoor.open(config, ready::get, registry).orElseThrow();
    }

    @Test
    void answersProbesAndScrapers() throws Exception {
        new LedgerFigures().register(registry);
        try (ManagementDoor door = open("")) {
            assertThat(get(door, "/alive").statusCode()).isEqualTo(200);
            assertThat(get(door, "/ready").statusCode()).isEqualTo(200);
            assertThat(get(door, "/metrics").body()).contains("candor_ledger_height 0.0");
            assertThat(get(door, "/").statusCode()).isEqualTo(404);
            ready.set(false);
            assertThat(get(door, "/ready").statusCode()).isEqualTo(503);
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpRequest post = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/metrics"))
                        .POST(BodyPublishers.noBody())
                        .build();
                assertThat(http.send(post, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(405);
            }
        }
    }

    @Test
    void figuresAreForWhoShowsTheToken() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "secret");
        try (ManagementDoor door = open(token.toString())) {
            assertThat(get(door, "/alive").statusCode()).isEqualTo(200);
            assertThat(get(door, "/metrics").statusCode()).isEqualTo(401);
            assertThat(get(door, "/metrics", "Authorization", "Bearer other").statusCode())
                    .isEqualTo(401);
            assertThat(get(door, "/metrics", "Authorization", "Bearer secret").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void isOffByDefault() throws IOException {
        assertThat(ManagementDoor.open(NodeConfigs.load(ConfigFactory.empty()), ready::get, registry))
                .isEqualTo(Optional.empty());
    }
}
