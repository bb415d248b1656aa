package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.launch.NodeAddress;
import dev.candor.cluster.management.ClusterJoin;
import dev.candor.cluster.management.NodeManagement;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.genesis.GenesisStore;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.seal.SealSettings;
import dev.candor.persistence.seal.SealedEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node. {@link #start} returns once it listens; it is ready to serve, and says so in {@link NodeAddress#FILE}, when its partitions are.
 *
 * <p>Thread-safe. It stops by {@link #close()}, or by itself when the cluster downs it.
 */
public final class CandorNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CandorNode.class);
    private static final Duration READY_TICK = Duration.ofMillis(20);
    private static final Duration STORE_LIMIT = Duration.ofMinutes(1);

    private final NodeSettings settings;
    private final ActorSystem<Void> system;
    private final NodeDoors doors;
    private final NodeAddress address;
    private final CompletionStage<Void> stopped;

    private CandorNode(
            NodeSettings settings, ActorSystem<Void> system, NodeDoors doors, NodeAddress address, NodeParts parts) {
        this.settings = settings;
        this.system = system;
        this.doors = doors;
        this.address = address;
        this.stopped = system.getWhenTerminated().thenRun(parts::close);
    }

    /**
     * Starts a node.
     *
     * @param config resolved, without {@link NodeConfigs#problems}
     * @param version of this build
     * @param seams what stands between the node's parts; {@link NodeSeams#NONE} outside of tests
     * @throws IOException where a file, a port or the journal cannot be had; nothing keeps running then
     */
    public static CandorNode start(Config config, String version, NodeSeams seams) throws IOException {
        NodeSettings settings = NodeSettings.of(config);
        Files.createDirectories(settings.dataDir());
        NodeAddress.clear(settings.dataDir());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.<Void>empty(), "candor", config);
        try {
            return start(config, settings, version, seams, system);
        } catch (IOException | RuntimeException e) {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
            throw e;
        }
    }

    private static CandorNode start(
            Config config, NodeSettings settings, String version, NodeSeams seams, ActorSystem<Void> system)
            throws IOException {
        BlobStore blobs = NodeParts.blobs(config, settings);
        SealedEvents events = new SealedEvents(
                await(JournalStores.open(system), "open the journal"),
                blobs,
                settings.dataDir().resolve("segments"));
        JournalStores stores = seams.stores().apply(events.stores());
        Bytes pseudonymKey = PseudonymKey.loadOrCreate(settings.pseudonymKey());
        Genesis genesis = await(
                new GenesisStore(stores.control()).agree(wanted(config, settings, pseudonymKey)),
                "agree on the genesis record");
        // Not before: members that leave again because they belong to another network would cost the cluster two
        // hand-overs.
        ClusterJoin.begin(config, settings.seedNodes(), system);
        NodeParts parts = NodeParts.start(config, settings, seams, system, stores, blobs, genesis, pseudonymKey);
        SealSchedule.start(
                SealSettings.of(config), system, events, parts.sharding().localPartitions(), parts.blocking());
        NodeSecurity security = null;
        NodeDoors doors;
        try {
            security = NodeSecurity.open(config, settings, genesis.digest(), stores.control());
            doors = NodeDoors.open(config, settings, version, parts, security);
        } catch (IOException | RuntimeException e) {
            if (security != null) {
                security.close();
            }
            parts.close();
            throw e;
        }
        NodeAddress address = new NodeAddress(
                ProcessHandle.current().pid(),
                doors.http(),
                doors.grpcPort(),
                Cluster.get(system).selfMember().address().toString());
        CandorNode node = new CandorNode(settings, system, doors, address, parts);
        node.planShutdown(parts);
        ActorFigures.register(system, parts.router(), doors.figures());
        ClusterFigures.register(system, genesis.partitions(), doors.figures());
        NodeManagement.of(system).serve(() -> parts.health().refusal().isEmpty(), doors.figures());
        node.announceWhenReady(parts.health());
        return node;
    }

    /** What this node takes the network for; a ledger that was begun for it says when it began. */
    private static Genesis wanted(Config config, NodeSettings settings, Bytes pseudonymKey) throws IOException {
        Genesis own = new Genesis(
                settings.network(),
                settings.partitions(),
                System.currentTimeMillis(),
                Genesis.digestOfKey(pseudonymKey));
        Optional<LedgerSettings.External> ledger = LedgerSettings.of(config).external();
        if (ledger.isEmpty()) {
            return own;
        }
        Genesis begun = GenesisFile.read(ledger.get().genesis()).genesis();
        Genesis dated = new Genesis(own.network(), own.partitions(), begun.createdAt(), own.pseudonymKey());
        if (!begun.equals(dated)) {
            throw new IOException("the ledger of " + ledger.get().genesis() + " was begun for the network \""
                    + begun.network() + "\" with " + begun.partitions() + " partitions and the pseudonym key of digest "
                    + begun.pseudonymKey() + "; this node has " + dated
                    + ": give it the network's settings and key, or another ledger");
        }
        return begun;
    }

    private static <T> T await(CompletionStage<T> stage, String what) throws IOException {
        try {
            return stage.toCompletableFuture().get(STORE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException inner && inner.getCause() != null
                    ? inner.getCause()
                    : e.getCause();
            throw new IOException("cannot " + what + ": " + (cause == null ? e : cause).getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException(
                    "cannot " + what + ": no answer within " + STORE_LIMIT.toSeconds()
                            + " s; is the journal's database up?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Where the node listens. */
    public NodeAddress address() {
        return address;
    }

    /** Its settings. */
    public NodeSettings settings() {
        return settings;
    }

    /** Waits until the node has stopped. */
    public void awaitTermination() throws InterruptedException {
        try {
            stopped.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the node failed to stop", e);
        }
    }

    /** Stops in order: no new requests, the ones in flight answered, partitions handed over, journal closed. Waits for it. */
    @Override
    public void close() {
        CoordinatedShutdown.get(system)
                .runAll(CoordinatedShutdown.jvmExitReason())
                .thenCompose(done -> stopped)
                .toCompletableFuture()
                .join();
    }

    private void announceWhenReady(NodeHealth health) {
        if (health.refusal().isPresent()) {
            system.scheduler().scheduleOnce(READY_TICK, () -> announceWhenReady(health), system.executionContext());
            return;
        }
        try {
            address.write(settings.dataDir());
            LOG.info("Ready: REST on {}, gRPC on port {}", address.http(), address.grpcPort());
        } catch (IOException e) {
            LOG.error("Cannot write {} in {}; who waits for it waits in vain", NodeAddress.FILE, settings.dataDir(), e);
        }
    }

    private void planShutdown(NodeParts parts) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "close-doors", () -> {
            parts.health().stopping();
            return CompletableFuture.supplyAsync(() -> {
                clearAddress();
                doors.drain();
                return Done.getInstance();
            });
        });
    }

    private void clearAddress() {
        try {
            NodeAddress.clear(settings.dataDir());
        } catch (IOException e) {
            LOG.warn("Cannot remove {} in {}", NodeAddress.FILE, settings.dataDir(), e);
        }
    }
}
