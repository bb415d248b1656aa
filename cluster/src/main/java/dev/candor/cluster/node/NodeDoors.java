package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.TrustedKey;
import dev.candor.cluster.grpc.GrpcServer;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.opengradient.AnswerSigning;
import dev.candor.cluster.proof.ExactModels;
import dev.candor.cluster.rest.FinalityLookup;
import dev.candor.cluster.rest.OwnReceipts;
import dev.candor.cluster.rest.ReceiptLookup;
import dev.candor.cluster.rest.RestServer;
import dev.candor.cluster.rest.RestServices;
import dev.candor.cluster.rest.RestSettings;
import dev.candor.cluster.rest.StatsSource;
import dev.candor.gpuconfig.device.DeviceSettings;
import dev.candor.gpuconfig.torchscript.TorchScriptInspector;
import dev.candor.persistence.partition.ReceiptReply;
import dev.candor.sharding.Sharding;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The doors of a node: REST and gRPC. */
final class NodeDoors {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDoors.class);
    private static final Duration RECEIPT_LIMIT = Duration.ofSeconds(5);

    private final RestServer rest;
    private final URI http;
    private final @Nullable GrpcServer grpc;
    private final Duration drain;
    private final PrometheusRegistry figures;
    private final NodeSecurity security;

    private NodeDoors(
            RestServer rest,
            URI http,
            @Nullable GrpcServer grpc,
            Duration drain,
            PrometheusRegistry figures,
            NodeSecurity security) {
        this.figures = figures;
        this.rest = rest;
        this.http = http;
        this.grpc = grpc;
        this.drain = drain;
        this.security = security;
    }

    static NodeDoors open(Config config, NodeSettings settings, String version, NodeParts parts, NodeSecurity security)
            throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        parts.partitions().register(registry);
        parts.verification().register(registry);
        VerificationFigures.openings(registry, parts.proofs());
        parts.ledger().ifPresent(ledger -> ledger.register(registry));
        InferenceFigures.register(registry, parts.metrics(), parts.gateway().metrics());
        InferenceService inference = security.limits().limited(new AnswerFigures(parts.inference(), registry));
        RestServer rest = new RestServer(
                RestSettings.of(config, version),
                services(config, security.authenticator(), inference, parts, registry),
                security.doors());
        InetSocketAddress bound = rest.start();
        String scheme = security.doors().tls().isPresent() ? "https://" : "http://";
        URI http = URI.create(scheme + bound.getAddress().getHostAddress() + ":" + bound.getPort());
        try {
            GrpcServer grpc = settings.grpc().isEmpty()
                    ? null
                    : GrpcServer.start(
                            new InetSocketAddress(
                                    settings.grpc().get().host(),
                                    settings.grpc().get().port()),
                            config.getBytes("candor.rest.max-body").intValue(),
                            version,
                            security.authenticator(),
                            security.doors(),
                            inference,
                            parts.sharding().catalog(),
                            parts.sharding().administration(),
                            parts.metrics());
            return new NodeDoors(rest, http, grpc, settings.drain(), registry, security);
        } catch (IOException | RuntimeException e) {
            rest.stop().join();
            throw e;
        }
    }

    private static RestServices services(
            Config config,
            Authenticator authenticator,
            InferenceService inference,
            NodeParts parts,
            PrometheusRegistry registry) {
        TorchScriptInspector inspector =
                new TorchScriptInspector(DeviceSettings.of(config).inspection());
        TrustFile own = TrustFile.EMPTY
                .forNetwork(parts.genesis().digest())
                .with(TrustedKey.of(parts.signingKey().publicKey(), TrustedKey.Role.EXECUTOR));
        return new RestServices(
                authenticator,
                inference,
                parts.sharding().catalog(),
                parts.sharding().administration(),
                parts.warmer(),
                parts.metrics(),
                parts.blobs(),
                (file, spec) -> {
                    inspector.inspect(file);
                    return ExactModels.complete(file, spec);
                },
                ownReceipts(parts),
                parts.proofs()
                        .desk(
                                receipts(parts.sharding()),
                                parts.sharding().proofs(),
                                parts.pseudonyms(),
                                parts.sharding().catalog()),
                parts.ledger().map(ledger -> finality(parts, ledger)).orElse(FinalityLookup.OFF),
                parts.ledger().map(ledger -> ledger.stats(parts.blocking())).orElse(StatsSource.OFF),
                own::toJson,
                parts.health(),
                parts.cluster(),
                registry,
                parts.control(),
                parts.language().service(inference),
                new AnswerSigning(
                        NodeSettings.of(config).dataDir().resolve("opengradient.pem"),
                        parts.blocking(),
                        InstantSource.system()),
                parts.blocking());
    }

    /** What is not the caller's own is not there for it, unless it may see everybody's. */
    private static OwnReceipts ownReceipts(NodeParts parts) {
        ReceiptLookup all = receipts(parts.sharding());
        return (id, caller) -> all.find(id)
                .thenApply(found -> found.filter(receipt -> caller.seesAll()
                        || Receipt.parse(receipt)
                                .leaf()
                                .caller()
                                .equals(parts.pseudonyms().caller(caller.name()))));
    }

    /** The way to committed receipts. */
    static ReceiptLookup receipts(Sharding sharding) {
        return id -> sharding.receipts().find(id, RECEIPT_LIMIT).thenApply(reply -> switch (reply) {
            case ReceiptReply.Committed committed -> Optional.of(committed.receipt());
            case ReceiptReply.Unknown unknown -> Optional.empty();
            case ReceiptReply.Unavailable unavailable -> throw new RefusedException(unavailable.refusal());
        });
    }

    private static FinalityLookup finality(NodeParts parts, ReceiptFinality ledger) {
        return id -> parts.sharding()
                .receipts()
                .find(id, RECEIPT_LIMIT)
                .thenApplyAsync(
                        reply -> switch (reply) {
                            case ReceiptReply.Committed committed ->
                                Optional.of(new FinalityLookup.Finality(
                                        id.partition(),
                                        committed.sequenceNr(),
                                        ledger.blockOf(id.partition(), committed.sequenceNr())));
                            case ReceiptReply.Unknown unknown -> Optional.empty();
                            case ReceiptReply.Unavailable unavailable ->
                                throw new RefusedException(unavailable.refusal());
                        },
                        parts.blocking());
    }

    /** Base of the REST endpoint. */
    URI http() {
        return http;
    }

    /** The node's figures. */
    PrometheusRegistry figures() {
        return figures;
    }

    /** Port of the gRPC endpoint, 0 where it is off. */
    int grpcPort() {
        return grpc == null ? 0 : grpc.port();
    }

    /** Takes nothing new and lets what is under way finish. Blocks for as long as that takes, within the node's drain time. */
    void drain() {
        CompletableFuture<Void> restStopped = rest.stop();
        try {
            if (grpc != null) {
                grpc.drain(drain);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Interrupted while gRPC calls were finishing");
        }
        restStopped.join();
        security.close();
    }
}
