package dev.candor.persistence.journal.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/** One connection with its prepared statements. Belongs to one thread. */
final class SqliteSession implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private SqliteSession(Connection connection) {
        this.connection = connection;
    }

    /**
     * The connection that writes.
     *
     * @param synchronous FULL in production: a commit returns after the log was synced. Tests show with OFF that the checks notice a missing sync
     */
    static SqliteSession writer(Path file, SqliteSettings settings, String synchronous) throws SQLException {
        SqliteSession session = open(file, settings, settings.writerCacheBytes());
        session.execute("PRAGMA journal_mode = WAL");
        session.execute("PRAGMA synchronous = " + synchronous);
        session.execute("PRAGMA fullfsync = ON");
        session.execute("PRAGMA checkpoint_fullfsync = ON");
        session.execute("PRAGMA wal_autocheckpoint = 0");
        return session;
    }

    /** A connection that only reads. */
    static SqliteSession reader(Path file, SqliteSettings settings) throws SQLException {
        SqliteSession session = open(file, settings, settings.readerCacheBytes());
        session.execute("PRAGMA query_only = ON");
        return session;
    }

    /** A connection that only copies the log into the database. */
    static SqliteSession checkpointer(Path file, SqliteSettings settings, String synchronous) throws SQLException {
        SqliteSession session = open(file, settings, settings.readerCacheBytes());
        session.execute("PRAGMA synchronous = " + synchronous);
        session.execute("PRAGMA fullfsync = ON");
        session.execute("PRAGMA checkpoint_fullfsync = ON");
        return session;
    }

    private static SqliteSession open(Path file, SqliteSettings settings, long cacheBytes) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // The driver would ask for the row's id after each insert: a query of its own, a third of the insert's cost.
        config.setGetGeneratedKeys(false);
        SqliteSession session = new SqliteSession(config.createConnection("jdbc:sqlite:" + file));
        boolean opened = false;
        try {
            // Without auto-commit the driver adds no statements of its own; transactions begin and end where this class
            // says so.
            session.connection.setAutoCommit(false);
            session.execute("COMMIT");
            session.execute("PRAGMA busy_timeout = " + settings.busyTimeout().toMillis());
            session.execute("PRAGMA foreign_keys = ON");
            session.execute("PRAGMA trusted_schema = OFF");
            session.execute("PRAGMA temp_store = MEMORY");
            session.execute("PRAGMA cache_size = -" + cacheBytes / 1024);
            // With mapped pages an error of the disk would be a SIGBUS that ends the JVM; this way it is a failed
            // statement.
            session.execute("PRAGMA mmap_size = 0");
            opened = true;
            return session;
        } finally {
            if (!opened) {
                session.close();
            }
        }
    }

    /** The statement for {@code sql}, prepared once; its parameters are those of the last use. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    /** Runs a statement without parameters and ignores its rows. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The number in the first row and {@code column} of what a statement without parameters returns. */
    long number(String sql, int column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new SQLException("no row came from " + sql);
            }
            return row.getLong(column);
        }
    }

    /** Opens a transaction that holds the write lock. */
    void begin() throws SQLException {
        prepare("BEGIN IMMEDIATE").execute();
    }

    /** Ends the transaction; with synchronous FULL it returns after the sync. */
    void commit() throws SQLException {
        prepare("COMMIT").execute();
    }

    /** Takes the transaction back after an error; throws where it may still be open. */
    void rollback() throws SQLException {
        // The driver closes a statement that failed.
        closeStatements();
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // After some errors the database has rolled back by itself. Then a new transaction can be opened, otherwise
            // not.
            try {
                execute("BEGIN IMMEDIATE");
                execute("ROLLBACK");
            } catch (SQLException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    private void closeStatements() throws SQLException {
        List<PreparedStatement> all = List.copyOf(statements.values());
        statements.clear();
        for (PreparedStatement statement : all) {
            statement.close();
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            closeStatements();
        } finally {
            connection.close();
        }
    }
}
