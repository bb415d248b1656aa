package dev.candor.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.persistence.export.JournalExport;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.genesis.GenesisStore;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalKind;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.seal.SealedEvents;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A node's journal without the node: the embedded one of a node that has stopped, or Cassandra's, whoever else uses it. It joins no cluster and writes
 * nothing to the journal. Not thread-safe.
 */
public final class StoppedJournal implements AutoCloseable {
    private static final Duration OPEN_LIMIT = Duration.ofMinutes(1);

    private final ActorSystem<Void> system;
    private final JournalStores stores;
    private final Genesis genesis;

    private StoppedJournal(ActorSystem<Void> system, JournalStores stores, Genesis genesis) {
        this.system = system;
        this.stores = stores;
        this.genesis = genesis;
    }

    /**
     * Opens the journal that a node's configuration names.
     *
     * @throws IOException where there is none, it is in use, or no network has begun in it
     */
    public static StoppedJournal open(Config node) throws IOException {
        requireThere(node);
        Config alone = ConfigFactory.parseString("pekko.actor.provider = local").withFallback(node);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.<Void>empty(), "candor-journal", alone);
        try {
            SealedEvents events = new SealedEvents(
                    await(JournalStores.open(system), OPEN_LIMIT, "open the journal"),
                    NodeParts.blobs(node, NodeSettings.of(node)),
                    Path.of(System.getProperty("java.io.tmpdir")));
            JournalStores stores = events.stores();
            Genesis genesis = await(new GenesisStore(stores.control()).find(), OPEN_LIMIT, "read the genesis record")
                    .orElseThrow(
                            () -> new IOException("no network has begun in this journal: it has no genesis record"));
            return new StoppedJournal(system, stores, genesis);
        } catch (IOException | RuntimeException e) {
            terminate(system);
            throw e;
        }
    }

    /** Opening the embedded journal would make one where there is none. */
    private static void requireThere(Config node) throws IOException {
        if (JournalKind.of(node) == JournalKind.SQLITE) {
            Path folder = Path.of(node.getString("candor.journal.sqlite.folder"));
            if (!Files.isRegularFile(folder.resolve("journal.db"))) {
                throw new IOException(
                        "there is no journal in " + folder.toAbsolutePath().normalize()
                                + "; name the node's data folder with --data or its settings with --config");
            }
        }
    }

    /** What the network agreed on when it began. */
    public Genesis genesis() {
        return genesis;
    }

    /**
     * Writes every event as a line (see {@link dev.candor.persistence.export.ExportLine}) and verifies the chains on the way. Blocks for as long as it takes.
     *
     * @return a summary a partition
     * @throws BrokenChainException where a chain does not hold
     */
    public List<JournalExport.Summary> export(OutputStream out) throws IOException {
        CompletionStage<List<JournalExport.Summary>> written =
                new JournalExport(system, stores.currentEvents()).write(genesis.partitions(), out);
        return await(written, Duration.ofNanos(Long.MAX_VALUE), "read the journal");
    }

    @Override
    public void close() {
        terminate(system);
    }

    private static void terminate(ActorSystem<Void> system) {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static <T> T await(CompletionStage<T> stage, Duration limit, String what) throws IOException {
        try {
            return stage.toCompletableFuture().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e;
            while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                    && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof BrokenChainException broken) {
                throw broken;
            }
            throw new IOException(
                    cause instanceof JournalException
                            ? cause.getMessage()
                            : "cannot " + what + ": " + cause.getMessage(),
                    cause);
        } catch (TimeoutException e) {
            throw new IOException(
                    "cannot " + what + ": no answer within " + limit.toSeconds() + " s; is the journal's database up?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
