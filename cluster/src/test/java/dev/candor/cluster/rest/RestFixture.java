package dev.candor.cluster.rest;

import dev.candor.actors.executor.Residency;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.metrics.ModelStatistics;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.routing.ModelWarmer;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.http.HttpSettings;
import dev.candor.cluster.http.NoAuthentication;
import dev.candor.cluster.opengradient.AnswerSigning;
import dev.candor.cluster.security.DoorSecurity;
import dev.candor.cluster.security.MemoryControl;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A real server on a free port before a {@link FakeCluster}. */
final class RestFixture implements AutoCloseable {
    static final HttpSettings HTTP = new HttpSettings(
            "127.0.0.1",
            0,
            2,
            64,
            2048,
            8192,
            1 << 20,
            8 << 20,
            100,
            1024,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    final FakeCluster cluster = new FakeCluster();
    final FakeDesk desk = new FakeDesk();
    final FakeLanguage language = new FakeLanguage();
    final PrometheusRegistry metrics = new PrometheusRegistry();
    final InetSocketAddress address;
    private final ExecutorService blocking = Executors.newCachedThreadPool();
    private final RestServer server;
    private final RestSettings settings;
    private final RestServices services;

    RestFixture() throws IOException {
        this(HTTP, new NoAuthentication(), settings -> settings);
    }

    RestFixture(HttpSettings http) throws IOException {
        this(http, new NoAuthentication(), settings -> settings);
    }

    RestFixture(HttpSettings http, Authenticator authenticator, UnaryOperator<RestSettings> change) throws IOException {
        this(http, authenticator, change, DoorSecurity.NONE);
    }

    RestFixture(
            HttpSettings http, Authenticator authenticator, UnaryOperator<RestSettings> change, DoorSecurity security)
            throws IOException {
        settings = change.apply(new RestSettings(http, 4 << 20, 2, List.of(), 16 << 10, 2, "1.2.3"));
        services = services(authenticator);
        server = new RestServer(settings, services, security);
        address = server.start();
    }

    private RestServices services(Authenticator authenticator) {
        return new RestServices(
                authenticator,
                cluster,
                cluster,
                cluster,
                RestFixture::warmth,
                RestFixture::statistics,
                cluster,
                (file, spec) -> {
                    if (Files.readString(file).startsWith("corrupt")) {
                        throw new RefusedException(ErrorCode.INVALID_MODEL, "the file is no TorchScript archive");
                    }
                    return spec;
                },
                (id, caller) -> CompletableFuture.completedStage(
                        id.equals(FakeCluster.ID)
                                        && (caller.seesAll() || caller.name().equals("alice"))
                                ? Optional.of(FakeCluster.RECEIPT)
                                : Optional.empty()),
                desk,
                id -> CompletableFuture.completedStage(
                        id.equals(FakeCluster.ID)
                                ? Optional.of(new FinalityLookup.Finality(
                                        id.partition(),
                                        7,
                                        Optional.of(new FinalityLookup.InBlock(
                                                Digest.ZERO,
                                                3,
                                                Digest.ZERO,
                                                1_790_000_000_000L,
                                                3,
                                                Bytes.ofHex("00")))))
                                : Optional.empty()),
                () -> CompletableFuture.completedStage(cluster.stats),
                () -> "{\"keys\":[]}",
                () -> new HealthSource.Health(
                        Digest.ZERO,
                        List.of("gateway", "cpu"),
                        List.of(new HealthSource.Part("journal", cluster.notReady.isEmpty(), ""))),
                () -> new ClusterSource.View(
                        8,
                        List.of(new ClusterSource.Member(
                                "pekko://candor@h:1", List.of("core", "cpu"), "up", true, true)),
                        List.of(new ClusterSource.Region("pekko://candor@h:1", "partition", Map.of("3", 1, "0", 1)))),
                metrics,
                new MemoryControl(),
                language,
                new AnswerSigning(folder().resolve("opengradient.pem"), blocking, InstantSource.system()),
                blocking);
    }

    private static ModelWarmer.Warmth warmth(ModelRef model, int wanted) {
        return new ModelWarmer.Warmth(
                wanted, 1, 2, List.of(new ModelWarmer.Node(model.name() + "-node", Residency.READY, 1, 2, "")));
    }

    private static List<ModelStatistics> statistics() {
        ModelStatistics.Span span = new ModelStatistics.Span(2, 30);
        return List.of(new ModelStatistics(
                new ModelRef("echo", ModelVersion.FIRST, FakeCluster.CONTENT),
                5,
                8,
                2,
                span,
                span,
                span,
                span,
                span,
                span,
                span,
                0,
                List.of(new ModelStatistics.BatchSize(4, span, span, span))));
    }

    RestSettings settings() {
        return settings;
    }

    RestServices services() {
        return services;
    }

    List<Endpoint> endpoints() {
        return server.endpoints();
    }

    RawClient client() throws IOException {
        return new RawClient(address);
    }

    /** One request on a connection of its own. */
    RawClient.Response post(String path, String body, String... headers) throws IOException {
        try (RawClient client = client()) {
            return client.post(path, body, headers).read();
        }
    }

    RawClient.Response post(String path, byte[] body, String... headers) throws IOException {
        try (RawClient client = client()) {
            return client.post(path, body, headers).read();
        }
    }

    RawClient.Response get(String path) throws IOException {
        try (RawClient client = client()) {
            return client.get(path).read();
        }
    }

    CompletableFuture<Void> stop() {
        return server.stop();
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("candor-test-");
            folder.toFile().deleteOnExit();
            folder.resolve("opengradient.pem").toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path temporary(String content) throws IOException {
        Path file = Files.createTempFile("candor-test-", ".model");
        file.toFile().deleteOnExit();
        return Files.writeString(file, content);
    }

    @Override
    public void close() {
        server.stop().orTimeout(60, TimeUnit.SECONDS).join();
        blocking.shutdownNow();
    }
}
