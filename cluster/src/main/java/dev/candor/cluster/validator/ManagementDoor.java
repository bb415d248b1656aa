package dev.candor.cluster.validator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import dev.candor.cluster.management.ScrapeToken;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** The management port of a validator: {@code /alive}, {@code /ready}, and {@code /metrics} for those who show the token, if one is set. Thread-safe. */
public final class ManagementDoor implements AutoCloseable {
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();
    private static final int BACKLOG = 16;

    private final HttpServer server;
    private final ExecutorService thread;

    private ManagementDoor(HttpServer server, ExecutorService thread) {
        this.server = server;
        this.thread = thread;
    }

    /** Opens the port if {@code candor.validator.management} says so. */
    public static Optional<ManagementDoor> open(Config root, BooleanSupplier ready, PrometheusRegistry figures)
            throws IOException {
        Config config = root.getConfig("candor.validator.management");
        if (!config.getBoolean("enabled")) {
            return Optional.empty();
        }
        InetSocketAddress address = new InetSocketAddress(config.getString("host"), config.getInt("port"));
        HttpServer server;
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + address + " for candor.validator.management: " + e.getMessage(), e);
        }
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("candor-validator-management").daemon().factory());
        ScrapeToken token = ScrapeToken.of(config.getString("token-file"));
        server.setExecutor(thread);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange, ready, token, figures);
            }
        });
        server.start();
        return Optional.of(new ManagementDoor(server, thread));
    }

    private static void answer(
            HttpExchange exchange, BooleanSupplier ready, ScrapeToken token, PrometheusRegistry figures)
            throws IOException {
        if (!exchange.getRequestMethod().equals("GET")) {
            say(exchange, 405, "only GET is answered here\n");
            return;
        }
        switch (exchange.getRequestURI().getPath()) {
            case "/alive" -> say(exchange, 200, "OK\n");
            case "/ready" -> {
                boolean now = ready.getAsBoolean();
                say(exchange, now ? 200 : 503, now ? "OK\n" : "the validator has halted; its log says why\n");
            }
            case "/metrics" -> {
                if (token.admits(header(exchange, "Authorization"))) {
                    ExpositionFormatWriter writer =
                            FORMATS.findWriter(header(exchange, "Accept").orElse(""));
                    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
                    writer.write(out, figures.scrape());
                    send(exchange, 200, writer.getContentType(), out.toByteArray());
                } else {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                    say(
                            exchange,
                            401,
                            "send the token of candor.validator.management.token-file as Authorization: Bearer TOKEN\n");
                }
            }
            default -> say(exchange, 404, "here are /alive, /ready and /metrics\n");
        }
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    private static void say(HttpExchange exchange, int status, String sentence) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", sentence.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdown();
    }
}
