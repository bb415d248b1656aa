package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.wire.PeerCodec;
import dev.candor.persistence.ledger.wire.QueryCodec;
import io.grpc.Grpc;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a process of the ledger's network listens: mutual TLS, known keys alone, everything bounded. */
final class LedgerDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerDoor.class);
    private static final int THREADS = 4;
    private static final int CALLS_A_CONNECTION = 32;

    private final Server server;
    private final ExecutorService threads;

    private LedgerDoor(Server server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to listen.
     *
     * @param known the keys that may come in
     */
    static LedgerDoor open(
            InetSocketAddress address,
            PeerIdentity self,
            Predicate<Bytes> known,
            List<ServerServiceDefinition> services)
            throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(
                THREADS,
                Thread.ofPlatform().name("candor-ledger-door-", 0).daemon().factory());
        try {
            NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                    .sslContext(self.door(known))
                    .executor(threads)
                    .maxInboundMessageSize(PeerCodec.MOST_BYTES)
                    .maxInboundMetadataSize(16 << 10)
                    .maxConcurrentCallsPerConnection(CALLS_A_CONNECTION)
                    .handshakeTimeout(10, TimeUnit.SECONDS)
                    .permitKeepAliveTime(5, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true);
            services.forEach(builder::addService);
            return new LedgerDoor(builder.build().start(), threads);
        } catch (IOException e) {
            threads.shutdownNow();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /** The key that the peer of a call proved. */
    static Optional<Bytes> peer(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return session == null ? Optional.empty() : PeerTrust.keyOf(session);
    }

    /** Adds a method that answers bytes with bytes; what is malformed is the caller's fault. */
    static void answer(
            ServerServiceDefinition.Builder service,
            MethodDescriptor<Bytes, Bytes> method,
            Function<Bytes, CompletionStage<Bytes>> answer) {
        service.addMethod(method, ServerCalls.asyncUnaryCall((request, observer) -> {
            try {
                answer.apply(request).whenComplete((bytes, failure) -> reply(method, observer, bytes, failure));
            } catch (MalformedBytesException e) {
                observer.onError(
                        Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            } catch (RuntimeException e) {
                reply(method, observer, Bytes.EMPTY, e);
            }
        }));
    }

    private static void reply(
            MethodDescriptor<?, ?> method, StreamObserver<Bytes> observer, Bytes bytes, Throwable failure) {
        if (failure == null) {
            observer.onNext(bytes);
            observer.onCompleted();
            return;
        }
        LOG.warn("{} failed", method.getFullMethodName(), failure);
        observer.onError(Status.UNAVAILABLE
                .withDescription("it cannot be answered now: " + failure.getMessage())
                .asRuntimeException());
    }

    /** The feed's service over a source of events. */
    static ServerServiceDefinition feed(EventSource source) {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(LedgerMethods.FEED);
        answer(
                service,
                LedgerMethods.EVENTS,
                bytes -> source.behind(QueryCodec.positions(bytes)).thenApply(QueryCodec::encodeEvents));
        return service.build();
    }

    /** The port that it listens on. */
    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        try {
            if (!server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("Some connections did not end within 5 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdown();
    }
}
