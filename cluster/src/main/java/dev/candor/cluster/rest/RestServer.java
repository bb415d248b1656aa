package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.HttpServer;
import dev.candor.cluster.security.DoorSecurity;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The REST front end of a node. Starts once; {@link #start} and {@link #stop} are for one thread. */
public final class RestServer {
    private static final int QUEUED_CODECS = 256;

    private final ThreadPoolExecutor codecs;
    private final HttpServer server;
    private final List<Endpoint> endpoints;

    /**
     * A front end that serves once started. It registers its own figures with {@code services.metrics()}.
     *
     * @throws IOException where the host has no address
     * @throws IllegalArgumentException where the host is not loopback and the callers need no credentials
     */
    public RestServer(RestSettings settings, RestServices services) throws IOException {
        this(settings, services, DoorSecurity.NONE);
    }

    /** As above, with what the doors of a node that others reach need beside. */
    public RestServer(RestSettings settings, RestServices services, DoorSecurity security) throws IOException {
        InetAddress address = InetAddress.getByName(settings.http().host());
        if (!address.isLoopbackAddress() && !services.authenticator().protectsOpenAddresses()) {
            throw new IllegalArgumentException(
                    "candor.rest.host is " + settings.http().host()
                            + ", which other machines reach; set candor.node.auth to api-keys, or listen on 127.0.0.1");
        }
        this.codecs = new ThreadPoolExecutor(
                settings.codecThreads(),
                settings.codecThreads(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUED_CODECS),
                Thread.ofPlatform().name("candor-rest-codec-", 0).daemon().factory(),
                (work, full) -> {
                    throw new RefusedException(Refusal.retryable(
                            ErrorCode.OVERLOADED,
                            "the node reads and renders as many large bodies as it may at the moment; try again",
                            Duration.ofSeconds(1)));
                });
        codecs.allowCoreThreadTimeOut(true);
        RestMetrics metrics = new RestMetrics(services.metrics());
        List<Endpoint> endpoints = new ArrayList<>(ProtocolApi.endpoints(services, settings, metrics, codecs));
        endpoints.addAll(CandorApi.endpoints(services, settings, metrics, codecs));
        endpoints.addAll(VerificationApi.endpoints(services.verification(), metrics));
        endpoints.addAll(EventsApi.endpoints(services.verification(), metrics));
        endpoints.addAll(LiveApi.endpoints(services.metrics(), services.cluster(), metrics, codecs));
        endpoints.addAll(PageApi.endpoints(metrics));
        endpoints.addAll(RpcApi.endpoints(services, settings, metrics, codecs));
        endpoints.addAll(EvmApi.endpoints(services, settings, metrics, codecs));
        endpoints.addAll(AnswerKeyApi.endpoints(services.signing(), metrics));
        endpoints.addAll(OpenApi.endpoints(metrics));
        endpoints.addAll(OpenAiApi.endpoints(services, metrics));
        this.endpoints = List.copyOf(endpoints);
        Optional<SslContext> tls =
                security.tls().isPresent() ? Optional.of(security.tls().get().http()) : Optional.empty();
        this.server = new HttpServer(
                settings.http(), new RestApplication(endpoints, services.authenticator(), security, metrics), tls);
        RestMetrics.watch(server, services.metrics());
    }

    /**
     * Binds and serves.
     *
     * @return where it listens; the port is the one bound where the settings leave it open
     * @throws IOException where the address cannot be had
     */
    public InetSocketAddress start() throws IOException {
        return server.start();
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Takes no more connections, lets requests in flight finish within the drain timeout, closes everything, and completes. */
    public CompletableFuture<Void> stop() {
        return server.stop().whenComplete((done, failure) -> codecs.shutdown());
    }
}
