package dev.candor.cluster.grpc;

import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.metrics.StatisticsSource;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.security.DoorSecurity;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The gRPC endpoint of a node. Calls run on the threads that serve connections: nothing in them blocks. */
public final class GrpcServer implements AutoCloseable {
    private final Server server;
    private final HealthStatusManager health;

    private GrpcServer(Server server, HealthStatusManager health) {
        this.server = server;
        this.health = health;
    }

    /**
     * Starts to listen.
     *
     * @param address port 0 takes a free one
     * @param maxMessageBytes largest request
     * @param version of this build, for the server's metadata
     */
    public static GrpcServer start(
            InetSocketAddress address,
            int maxMessageBytes,
            String version,
            Authenticator authenticator,
            InferenceService service,
            ModelCatalog catalog,
            ModelAdministration administration,
            StatisticsSource statistics)
            throws IOException {
        return start(
                address,
                maxMessageBytes,
                version,
                authenticator,
                DoorSecurity.NONE,
                service,
                catalog,
                administration,
                statistics);
    }

    /** As above, with what the doors of a node that others reach need beside. */
    public static GrpcServer start(
            InetSocketAddress address,
            int maxMessageBytes,
            String version,
            Authenticator authenticator,
            DoorSecurity security,
            InferenceService service,
            ModelCatalog catalog,
            ModelAdministration administration,
            StatisticsSource statistics)
            throws IOException {
        HealthStatusManager health = new HealthStatusManager();
        GrpcModels models = new GrpcModels(version, service, catalog, administration, statistics);
        GrpcAuthentication authentication = new GrpcAuthentication(authenticator, security);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address);
        if (security.tls().isPresent()) {
            builder.sslContext(security.tls().get().grpc());
        }
        Server server = builder.directExecutor()
                .maxInboundMessageSize(maxMessageBytes)
                .maxInboundMetadataSize(16 << 10)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(ServerInterceptors.intercept(new GrpcInferenceService(service, models), authentication))
                .addService(health.getHealthService())
                .addService(ServerInterceptors.intercept(ProtoReflectionServiceV1.newInstance(), authentication))
                .build()
                .start();
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        return new GrpcServer(server, health);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Says NOT_SERVING to probes, takes no new calls and lets the others finish for up to {@code drain}. */
    public void drain(Duration drain) throws InterruptedException {
        health.enterTerminalState();
        server.shutdown();
        if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
            server.shutdownNow();
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
