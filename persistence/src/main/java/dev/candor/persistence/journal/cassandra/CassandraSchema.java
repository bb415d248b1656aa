package dev.candor.persistence.journal.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Our tables in Cassandra. Rows are only ever added, save for the control records: a row's key holds the epoch and the sequence number of its event, so a
 * fenced owner overwrites nothing of its successor's.
 */
public final class CassandraSchema {
    /** What a statement of the schema may take: it waits for the nodes to agree. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Each has a place for the keyspace. */
    private static final List<String> TABLES = List.of(
            // The slot is the time in the id, to some seconds: what one event holds mostly has one, and is then one
            // mutation.
            """
            CREATE TABLE IF NOT EXISTS %s.receipt (
              partition int,
              slot bigint,
              uuid uuid,
              epoch bigint,
              sequence_nr bigint,
              identity blob,
              fingerprint blob,
              receipt blob,
              PRIMARY KEY ((partition, slot), uuid, epoch, sequence_nr))""",
            // Apart from the receipts: all of it expires, so whole files are dropped at once, and nothing is ever
            // deleted, so little grace is needed.
            """
            CREATE TABLE IF NOT EXISTS %s.answer_bytes (
              partition int,
              slot bigint,
              uuid uuid,
              epoch bigint,
              sequence_nr bigint,
              chunk int,
              length int,
              bytes blob,
              PRIMARY KEY ((partition, slot), uuid, epoch, sequence_nr, chunk))
            WITH gc_grace_seconds = 10800 AND compaction =
              {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS', 'compaction_window_size': 1}""", """
            CREATE TABLE IF NOT EXISTS %s.id_by_identity (
              partition int,
              identity blob,
              uuid uuid,
              epoch bigint,
              sequence_nr bigint,
              PRIMARY KEY ((partition, identity), uuid, epoch, sequence_nr))""", "CREATE TABLE IF NOT EXISTS %s.control (record text PRIMARY KEY, version bigint, value blob)");

    private CassandraSchema() {}

    /** The statements that create everything where it is missing, for an operator who runs them by hand. */
    public static List<String> statements(CassandraSettings settings) {
        String keyspace = settings.keyspace();
        List<String> statements = new ArrayList<>();
        statements.add("CREATE KEYSPACE IF NOT EXISTS " + keyspace + " WITH replication = " + settings.replication());
        for (String table : TABLES) {
            statements.add(table.formatted(keyspace));
        }
        return List.copyOf(statements);
    }

    /** Creates what is missing, one statement after the other. */
    static CompletionStage<Void> create(CqlSession session, CassandraSettings settings) {
        CompletionStage<Void> done = CompletableFuture.completedStage(null);
        for (String statement : statements(settings)) {
            done = done.thenCompose(before -> session.executeAsync(
                            SimpleStatement.newInstance(statement).setTimeout(TIMEOUT))
                    .thenAccept(result -> {}));
        }
        return done;
    }
}
