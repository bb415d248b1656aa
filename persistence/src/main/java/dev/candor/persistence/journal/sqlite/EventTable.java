package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The statements on streams and events. Writing methods belong to the writer's thread, reading ones to any session's. */
final class EventTable {
    private static final int CACHED_STREAMS = 4096;

    private static final String INSERT = """
            INSERT INTO event (stream, sequence_nr, written_at, writer, adapter_manifest,
              serializer, manifest, payload, meta_serializer, meta_manifest, meta)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String PAGE = """
            SELECT e.sequence_nr, e.written_at, e.writer, e.adapter_manifest,
              e.serializer, e.manifest, e.payload, e.meta_serializer, e.meta_manifest, e.meta
            FROM event e JOIN stream s ON e.stream = s.id
            WHERE s.persistence_id = ? AND e.sequence_nr > s.deleted_to AND e.sequence_nr BETWEEN ? AND ?
            ORDER BY e.sequence_nr LIMIT ?""";

    private static final String HIGHEST = """
            SELECT max(s.deleted_to, coalesce((SELECT max(sequence_nr) FROM event WHERE stream = s.id), 0))
            FROM stream s WHERE s.persistence_id = ?""";

    /** Ids by persistence id, as the writer's transactions see them. */
    private final Map<String, Long> streams = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > CACHED_STREAMS;
        }
    };

    /** A transaction was taken back: streams that it created are gone. */
    void forgetStreams() {
        streams.clear();
    }

    /** Appends events; a sequence number that is taken is a {@link JournalException.Duplicate}. */
    void insert(SqliteSession session, List<EventRow> rows) throws SQLException {
        PreparedStatement insert = session.prepare(INSERT);
        for (EventRow row : rows) {
            insert.setLong(1, streamOf(session, row.persistenceId()));
            insert.setLong(2, row.sequenceNr());
            insert.setLong(3, row.writtenAt());
            insert.setString(4, row.writer());
            insert.setString(5, row.adapterManifest());
            Columns.setPayload(insert, 6, row.payload());
            Columns.setOptionalPayload(insert, 9, row.metadata());
            try {
                insert.executeUpdate();
            } catch (SQLiteException e) {
                if (e.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE) {
                    throw new JournalException.Duplicate(row.persistenceId(), row.sequenceNr(), e);
                }
                throw e;
            }
        }
    }

    /** The stream's id; it is created where it is new. */
    long streamOf(SqliteSession session, String persistenceId) throws SQLException {
        Long cached = streams.get(persistenceId);
        if (cached != null) {
            return cached;
        }
        Long found = findStream(session, persistenceId);
        if (found == null) {
            PreparedStatement create = session.prepare("INSERT INTO stream (persistence_id) VALUES (?)");
            create.setString(1, persistenceId);
            create.executeUpdate();
            found = findStream(session, persistenceId);
            if (found == null) {
                throw new SQLException("the stream of " + persistenceId + " was not created");
            }
        }
        streams.put(persistenceId, found);
        return found;
    }

    private static @Nullable Long findStream(SqliteSession session, String persistenceId) throws SQLException {
        PreparedStatement find = session.prepare("SELECT id FROM stream WHERE persistence_id = ?");
        find.setString(1, persistenceId);
        try (ResultSet row = find.executeQuery()) {
            return row.next() ? row.getLong(1) : null;
        }
    }

    /** The highest sequence number ever written to the stream, deleted ones included; 0 where there is none. */
    long highest(SqliteSession session, String persistenceId) throws SQLException {
        PreparedStatement highest = session.prepare(HIGHEST);
        highest.setString(1, persistenceId);
        try (ResultSet row = highest.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Deletes the stream's events up to {@code to}, or all that there are; its numbering goes on behind them. */
    void deleteTo(SqliteSession session, String persistenceId, long to) throws SQLException {
        long upTo = Math.min(to, highest(session, persistenceId));
        if (upTo <= 0) {
            return;
        }
        long stream = streamOf(session, persistenceId);
        PreparedStatement mark = session.prepare("UPDATE stream SET deleted_to = max(deleted_to, ?) WHERE id = ?");
        mark.setLong(1, upTo);
        mark.setLong(2, stream);
        mark.executeUpdate();
        PreparedStatement delete = session.prepare("DELETE FROM event WHERE stream = ? AND sequence_nr <= ?");
        delete.setLong(1, stream);
        delete.setLong(2, upTo);
        delete.executeUpdate();
    }

    /**
     * The stream's next events from {@code from} to {@code to}, in order: at most {@code most}, and no further than the event that reaches
     * {@code mostBytes}. Empty only where there are no more.
     */
    List<EventRow> page(SqliteSession session, String persistenceId, long from, long to, int most, long mostBytes)
            throws SQLException {
        PreparedStatement page = session.prepare(PAGE);
        page.setString(1, persistenceId);
        page.setLong(2, from);
        page.setLong(3, to);
        page.setInt(4, most);
        List<EventRow> rows = new ArrayList<>();
        long bytes = 0;
        try (ResultSet row = page.executeQuery()) {
            while (bytes < mostBytes && row.next()) {
                EventRow event = new EventRow(
                        persistenceId,
                        row.getLong(1),
                        row.getLong(2),
                        row.getString(3),
                        row.getString(4),
                        Columns.payload(row, 5),
                        Columns.optionalPayload(row, 8));
                rows.add(event);
                bytes += event.size();
            }
        }
        return rows;
    }

    /** The next persistence ids behind {@code after}, in their order. */
    List<String> persistenceIds(SqliteSession session, String after, int most) throws SQLException {
        PreparedStatement ids = session.prepare(
                "SELECT persistence_id FROM stream WHERE persistence_id > ? ORDER BY persistence_id LIMIT ?");
        ids.setString(1, after);
        ids.setInt(2, most);
        List<String> found = new ArrayList<>();
        try (ResultSet row = ids.executeQuery()) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }
}
