package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Control records in the embedded database; a write is synced when its stage completes. Thread-safe. */
public final class SqliteControlStore implements ControlStore {
    private final SqliteDatabase database;
    private final Executor callbacks;

    /** Stages complete on {@code callbacks}, never on the writer's thread. */
    public SqliteControlStore(SqliteDatabase database, Executor callbacks) {
        this.database = database;
        this.callbacks = callbacks;
    }

    @Override
    public CompletionStage<Optional<Versioned>> read(String key) {
        return database.read(session -> {
            PreparedStatement select = session.prepare("SELECT version, value FROM control WHERE key = ?");
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Versioned(row.getLong(1), Columns.bytes(row, 2)))
                        : Optional.empty();
            }
        });
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
        return database.write(
                        key.length() + value.length(),
                        session -> expected == 0 ? insert(session, key, value) : update(session, key, expected, value))
                .thenApplyAsync(written -> written, callbacks);
    }

    private static boolean insert(SqliteSession session, String key, Bytes value) throws SQLException {
        PreparedStatement insert =
                session.prepare("INSERT INTO control (key, version, value) VALUES (?, 1, ?) ON CONFLICT DO NOTHING");
        insert.setString(1, key);
        Columns.setBytes(insert, 2, value);
        return insert.executeUpdate() == 1;
    }

    private static boolean update(SqliteSession session, String key, long expected, Bytes value) throws SQLException {
        PreparedStatement update =
                session.prepare("UPDATE control SET version = version + 1, value = ? WHERE key = ? AND version = ?");
        Columns.setBytes(update, 1, value);
        update.setString(2, key);
        update.setLong(3, expected);
        return update.executeUpdate() == 1;
    }
}
