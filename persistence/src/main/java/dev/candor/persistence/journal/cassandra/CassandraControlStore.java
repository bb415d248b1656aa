package dev.candor.persistence.journal.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Control records in Cassandra by lightweight transactions, linearizable within the local data centre (LOCAL_SERIAL). The driver never repeats a write
 * whose outcome is unknown: its stage fails, and the caller reads. Thread-safe.
 */
public final class CassandraControlStore implements ControlStore {
    private final CqlSession session;
    private final PreparedStatement select;
    private final PreparedStatement insert;
    private final PreparedStatement update;

    private CassandraControlStore(
            CqlSession session, PreparedStatement select, PreparedStatement insert, PreparedStatement update) {
        this.session = session;
        this.select = select;
        this.insert = insert;
        this.update = update;
    }

    /** Prepares the statements; the table must be there. */
    static CompletionStage<CassandraControlStore> open(CqlSession session, String keyspace) {
        String table = keyspace + ".control";
        return CassandraStages.all(List.of(
                        CassandraStages.prepare(session, "SELECT version, value FROM " + table + " WHERE record = ?"),
                        CassandraStages.prepare(
                                session,
                                "INSERT INTO " + table + " (record, version, value) VALUES (?, 1, ?) IF NOT EXISTS",
                                false),
                        CassandraStages.prepare(
                                session,
                                "UPDATE " + table + " SET version = ?, value = ? WHERE record = ? IF version = ?",
                                false)))
                .thenApply(p -> new CassandraControlStore(session, p.get(0), p.get(1), p.get(2)));
    }

    @Override
    public CompletionStage<Optional<Versioned>> read(String key) {
        BoundStatement read = select.bind(key).setConsistencyLevel(DefaultConsistencyLevel.LOCAL_SERIAL);
        return CassandraStages.execute(session, read)
                .thenApply(result -> Optional.ofNullable(result.one())
                        .map(row -> new Versioned(
                                row.getLong("version"),
                                Bytes.copyOf(CassandraStages.present(row.getByteBuffer("value"), "value")))));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        BoundStatement write = expected == 0
                ? insert.bind(key, value.asBuffer())
                : update.bind(expected + 1, value.asBuffer(), key, expected);
        return CassandraStages.execute(session, write).thenApply(AsyncResultSet::wasApplied);
    }
}
