package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.cluster.management.ClusterJoin;
import dev.candor.cluster.management.ManagementSettings;
import dev.candor.cluster.management.NodeManagement;
import dev.candor.cluster.proof.ProofNode;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.partition.PartitionMeter;
import dev.candor.persistence.proof.Settler;
import dev.candor.sharding.Sharding;
import dev.candor.sharding.ShardingSettings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that only proves: a node whose one role is {@code prover}. It joins a cluster, pulls work and brings proofs; it has no doors, no journal, no keys, and
 * holds no entities. Models, kept exchanges and proofs are in a folder that it shares with the cluster's other nodes. What dies with it is proven by another.
 * Thread-safe.
 */
public final class ProverNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProverNode.class);

    private final ActorSystem<Void> system;

    private ProverNode(ActorSystem<Void> system) {
        this.system = system;
    }

    /** Whether this is what a configuration asks for. */
    public static boolean isWanted(Config config) {
        return NodeSettings.of(config).roles().equals(Set.of("prover"));
    }

    /** What keeps a configuration from being a prover's; empty if nothing does. */
    static Optional<String> problem(Config config) {
        if (NodeSettings.of(config).seedNodes().isEmpty()
                && !ManagementSettings.of(config).bootstrap()) {
            return Optional.of("candor.node.roles is [prover], which is a process of its own in a cluster: name the"
                    + " cluster's nodes in candor.node.cluster.seed-nodes, or have them found by"
                    + " candor.node.cluster.bootstrap");
        }
        return config.getString("candor.blobs.folder").isEmpty()
                ? Optional.of("candor.node.roles is [prover], which shares its files with the cluster's other nodes:"
                        + " name their folder in candor.blobs.folder")
                : Optional.empty();
    }

    /**
     * Starts; it pulls work as soon as it is in the cluster.
     *
     * @param config resolved, without {@link NodeConfigs#problems}
     * @throws IOException where a folder cannot be had, or this JVM cannot prove
     */
    public static ProverNode start(Config config) throws IOException {
        NodeSettings settings = NodeSettings.of(config);
        Files.createDirectories(settings.dataDir());
        BlobStore blobs = NodeParts.blobs(config, settings);
        ExecutorService blocking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("candor-blocking-", 0).factory());
        ProofNode proofs = new ProofNode(config, blobs, blocking, Optional.empty(), Optional.empty(), Optional.empty());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.<Void>empty(), "candor", config);
        try {
            ClusterJoin.begin(config, settings.seedNodes(), system);
            NoEntities none = new NoEntities();
            Sharding sharding = Sharding.start(
                    system,
                    new Sharding.Resources(
                            ShardingSettings.of(config),
                            settings.partitions(),
                            none,
                            none,
                            false,
                            none,
                            none,
                            Settler.NONE,
                            PartitionMeter.NONE,
                            System::nanoTime));
            proofs.start(system, sharding.catalog(), settings.dataDir().resolve("prover"));
            var _ = system.getWhenTerminated().thenRun(() -> {
                proofs.close();
                blocking.shutdown();
            });
            // A member is all that it has to be: work is pulled.
            NodeManagement.of(system).serve(() -> true, new PrometheusRegistry());
            LOG.info("Proves for the cluster");
            return new ProverNode(system);
        } catch (IOException | RuntimeException e) {
            system.terminate();
            proofs.close();
            blocking.shutdown();
            throw e;
        }
    }

    /** Waits until it has stopped. */
    public void awaitTermination() throws InterruptedException {
        try {
            system.getWhenTerminated().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the prover failed to stop", e);
        }
    }

    /** Leaves the cluster and stops. Waits for it. */
    @Override
    public void close() {
        CoordinatedShutdown.get(system)
                .runAll(CoordinatedShutdown.jvmExitReason())
                .thenCompose(done -> system.getWhenTerminated())
                .toCompletableFuture()
                .join();
    }
}
