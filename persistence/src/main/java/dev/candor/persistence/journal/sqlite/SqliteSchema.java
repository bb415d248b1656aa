package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The tables and their version. */
final class SqliteSchema {
    /** The version this code writes; kept in {@code user_version}. */
    static final int VERSION = 1;

    /** "CNDR": what {@code file} and SQLite's tools show as the application of the database. */
    private static final int APPLICATION = 0x434e4452;

    // Events are appended in the order of their commits, whatever stream they belong to, so that a group of many
    // partitions touches few pages.
    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE stream (
              id INTEGER PRIMARY KEY,
              persistence_id TEXT NOT NULL UNIQUE,
              deleted_to INTEGER NOT NULL DEFAULT 0
            ) STRICT""",
            """
            CREATE TABLE event (
              position INTEGER PRIMARY KEY,
              stream INTEGER NOT NULL REFERENCES stream (id),
              sequence_nr INTEGER NOT NULL,
              written_at INTEGER NOT NULL,
              writer TEXT NOT NULL,
              adapter_manifest TEXT NOT NULL,
              serializer INTEGER NOT NULL,
              manifest TEXT NOT NULL,
              payload BLOB NOT NULL,
              meta_serializer INTEGER,
              meta_manifest TEXT,
              meta BLOB
            ) STRICT""",
            "CREATE UNIQUE INDEX event_by_sequence ON event (stream, sequence_nr)",
            """
            CREATE TABLE snapshot (
              stream INTEGER NOT NULL REFERENCES stream (id),
              sequence_nr INTEGER NOT NULL,
              taken_at INTEGER NOT NULL,
              serializer INTEGER NOT NULL,
              manifest TEXT NOT NULL,
              payload BLOB NOT NULL,
              meta_serializer INTEGER,
              meta_manifest TEXT,
              meta BLOB,
              PRIMARY KEY (stream, sequence_nr)
            ) STRICT""",
            """
            CREATE TABLE answer (
              id INTEGER PRIMARY KEY,
              partition INTEGER NOT NULL,
              uuid BLOB NOT NULL,
              epoch INTEGER NOT NULL,
              sequence_nr INTEGER NOT NULL,
              identity BLOB,
              fingerprint BLOB,
              receipt BLOB NOT NULL
            ) STRICT""",
            "CREATE INDEX answer_by_id ON answer (partition, uuid)",
            "CREATE INDEX answer_by_identity ON answer (partition, identity) WHERE identity IS NOT NULL",
            // Apart from their receipts, so that sweeping the oldest frees whole pages and rewrites nothing.
            """
            CREATE TABLE answer_bytes (
              answer INTEGER PRIMARY KEY,
              written_at INTEGER NOT NULL,
              bytes BLOB NOT NULL
            ) STRICT""",
            """
            CREATE TABLE control (
              key TEXT NOT NULL PRIMARY KEY,
              version INTEGER NOT NULL,
              value BLOB NOT NULL
            ) STRICT, WITHOUT ROWID""");

    private SqliteSchema() {}

    /** Creates the tables in an empty database, accepts those of this version, refuses anything else. */
    static void apply(SqliteSession session, Path file) throws SQLException {
        long application = session.number("PRAGMA application_id", 1);
        long version = session.number("PRAGMA user_version", 1);
        if (version == 0 && application == 0 && session.number("SELECT count(*) FROM sqlite_schema", 1) == 0) {
            create(session);
        } else if (application != APPLICATION) {
            throw new JournalException.Refused(
                    file + " is a database of another program; give candor.journal.sqlite.folder an empty folder");
        } else if (version != VERSION) {
            throw new JournalException.Refused(
                    file + " has version " + version + " of the journal's tables, this program knows version " + VERSION
                            + (version > VERSION ? "; use the newer program that wrote it" : "; the file is damaged"));
        }
    }

    private static void create(SqliteSession session) throws SQLException {
        session.begin();
        for (String table : TABLES) {
            session.execute(table);
        }
        session.execute("PRAGMA application_id = " + APPLICATION);
        session.execute("PRAGMA user_version = " + VERSION);
        session.commit();
    }
}
