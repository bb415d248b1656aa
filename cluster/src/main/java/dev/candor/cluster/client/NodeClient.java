package dev.candor.cluster.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Calls one node over HTTP/1.1. Thread-safe; every call has a time limit. */
public final class NodeClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ADMIN_TIMEOUT = Duration.ofMinutes(5);

    private final URI base;
    private final Optional<String> apiKey;
    private final HttpClient http;

    /**
     * A client of the node at {@code base}, such as {@code http://127.0.0.1:8000}.
     *
     * @param apiKey sent as a bearer token, if given
     */
    public NodeClient(URI base, Optional<String> apiKey) {
        this(base, apiKey, Optional.empty());
    }

    /**
     * As above, over TLS.
     *
     * @param tls what to believe of the node; empty for the platform's authorities
     */
    public NodeClient(URI base, Optional<String> apiKey, Optional<SSLContext> tls) {
        this.base = base;
        this.apiKey = apiKey;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10));
        tls.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** Where the node is. */
    public URI base() {
        return base;
    }

    /** A GET whose answer is JSON; a status other than 2xx is a {@link NodeException}. */
    public JsonNode get(String path) throws NodeException {
        return json(send(request(path).timeout(ADMIN_TIMEOUT).GET().build()));
    }

    /** A GET whose answer is text. */
    public String getText(String path) throws NodeException {
        HttpResponse<byte[]> response =
                send(request(path).timeout(ADMIN_TIMEOUT).GET().build());
        refuseFailure(response);
        return new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A GET whose answer is bytes. */
    public byte[] getBytes(String path) throws NodeException {
        HttpResponse<byte[]> response =
                send(request(path).timeout(ADMIN_TIMEOUT).GET().build());
        refuseFailure(response);
        return response.body();
    }

    /** The status of a GET, whatever it is: for readiness. */
    public int status(String path) throws NodeException {
        return send(request(path).timeout(Duration.ofSeconds(5)).GET().build()).statusCode();
    }

    /** A request with an optional JSON body whose answer is JSON. */
    public JsonNode call(String method, String path, @Nullable JsonNode body) throws NodeException {
        BodyPublisher publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
        HttpRequest.Builder request = request(path).timeout(ADMIN_TIMEOUT).method(method, publisher);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return json(send(request.build()));
    }

    /** Uploads a file as a blob; the answer names its content id and size. */
    public JsonNode upload(Path file) throws NodeException {
        try {
            return json(send(request("/v1/blobs")
                    .timeout(ADMIN_TIMEOUT)
                    .header("Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofFile(file))
                    .build()));
        } catch (FileNotFoundException e) {
            throw new NodeException("there is no readable file " + file, 0, "");
        }
    }

    /** An inference call as prepared elsewhere: asynchronous, the caller judges the status. */
    public CompletableFuture<HttpResponse<byte[]>> infer(InferCall call) {
        HttpRequest.Builder request = request(call.path()).timeout(Duration.ofSeconds(60));
        call.headers().forEach(request::header);
        return http.sendAsync(
                request.POST(BodyPublishers.ofByteArray(call.body().toArray())).build(), BodyHandlers.ofByteArray());
    }

    /** Parses an answer's body. */
    public static JsonNode parse(byte[] body) throws NodeException {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new NodeException("the node's answer is not JSON: " + e.getMessage(), 0, "");
        }
    }

    /** Turns a status other than 2xx into an exception with the node's own sentence. */
    public static void refuseFailure(HttpResponse<byte[]> response) throws NodeException {
        if (response.statusCode() / 100 == 2) {
            return;
        }
        String sentence = new String(response.body(), java.nio.charset.StandardCharsets.UTF_8);
        String code = "";
        try {
            JsonNode body = JSON.readTree(response.body());
            sentence = body.path("error").asText(sentence);
            code = body.path("code").asText("");
        } catch (JsonProcessingException e) {
            // Not the node's own form (a proxy's page, say): its text is the best sentence there is.
        } catch (IOException e) {
            throw new NodeException("cannot read the node's answer: " + e.getMessage(), response.statusCode(), code);
        }
        throw new NodeException(sentence, response.statusCode(), code);
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request;
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws NodeException {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw new NodeException(
                    "no node answers at " + base + "; start one with `candor serve` or name another with --url", 0, "");
        } catch (IOException e) {
            throw new NodeException("the connection to " + base + " failed: " + e.getMessage(), 0, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted", 0, "");
        }
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws NodeException {
        refuseFailure(response);
        return parse(response.body());
    }
}
