package dev.candor.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalKind;
import dev.candor.persistence.journal.JournalStores;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Keyspace and tables of a journal in Cassandra, made or waited for by a process that is no node. */
public final class JournalTables {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private JournalTables() {}

    /**
     * Makes keyspace and tables where they are missing. One process at a time may do so. While no server answers it waits.
     *
     * @param operator the operator's settings, not resolved
     * @throws IOException where Cassandra refuses, or does not answer within {@code limit}
     */
    public static void create(Config operator, Duration limit) throws IOException {
        open(
                NodeConfigs.load(operator.withValue(
                        "candor.journal.cassandra.create-schema", ConfigValueFactory.fromAnyRef(true))),
                limit);
    }

    /**
     * Returns once the tables are there.
     *
     * @param operator the operator's settings, not resolved
     * @throws IOException where they are not within {@code limit}
     */
    public static void await(Config operator, Duration limit) throws IOException {
        Config config = NodeConfigs.load(operator);
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            try {
                open(config, left);
                return;
            } catch (IOException e) {
                if (!(e.getCause() instanceof JournalException.Refused)
                        || left.minus(PAUSE).isNegative()) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void open(Config config, Duration limit) throws IOException {
        if (JournalKind.of(config) == JournalKind.SQLITE) {
            throw new IOException(
                    "candor.journal.kind is sqlite: a node makes the tables of its embedded journal itself");
        }
        Config alone = ConfigFactory.parseString("pekko.actor.provider = local").withFallback(config);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.<Void>empty(), "candor-tables", alone);
        try {
            JournalStores stores =
                    JournalStores.open(system).toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            assert !stores.embeddedExclusive() : "Cassandra's journal is shared";
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException inner && inner.getCause() != null
                    ? inner.getCause()
                    : e.getCause();
            throw new IOException((cause == null ? e : cause).getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException(
                    "no answer from Cassandra within " + limit.toSeconds()
                            + " s; are candor.journal.cassandra.contact-points right?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }
}
