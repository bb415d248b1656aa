package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.rpc.RpcService;
import dev.candor.cluster.rpc.RpcSession;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** The endpoints of JSON-RPC: {@code POST /rpc}, and {@code /rpc/ws} for WebSockets. */
final class RpcApi {
    /** Bytes of an envelope. */
    static final int MAX_BODY = 1 << 20;

    /** WebSockets of a node. */
    static final int MAX_SOCKETS = 256;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final RestSettings settings;
    private final RestMetrics metrics;
    private final Executor codecs;
    private final RpcService service;
    private final AtomicInteger sockets = new AtomicInteger();

    private RpcApi(RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        this.settings = settings;
        this.metrics = metrics;
        this.codecs = codecs;
        this.service = new RpcService(
                RpcMethods.all(services, settings),
                caller -> services.authenticator().admit(caller));
    }

    static List<Endpoint> endpoints(
            RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        RpcApi api = new RpcApi(services, settings, metrics, codecs);
        return List.of(
                new Endpoint(HttpMethod.POST, "/rpc", Endpoint.Access.READ, api::envelope),
                new Endpoint(
                        HttpMethod.GET,
                        "/rpc/ws",
                        Endpoint.Access.READ,
                        request -> new SimpleCall(request, metrics, api::socket)));
    }

    private RestCall envelope(RestRequest request) {
        return new EnvelopeCall(request, metrics, service, settings.offloadFrom(), codecs);
    }

    private void socket(SimpleCall call) {
        if (sockets.incrementAndGet() > MAX_SOCKETS) {
            sockets.decrementAndGet();
            throw new RefusedException(Refusal.retryable(
                    ErrorCode.OVERLOADED,
                    "this node has " + MAX_SOCKETS + " WebSockets open, as many as it may",
                    Duration.ofSeconds(5)));
        }
        try {
            call.exchange()
                    .upgrade(peer -> new RpcSession(
                            service, call.request().caller(), peer, LOOK_EVERY, sockets::decrementAndGet));
        } catch (RuntimeException e) {
            sockets.decrementAndGet();
            throw e;
        }
    }
}
