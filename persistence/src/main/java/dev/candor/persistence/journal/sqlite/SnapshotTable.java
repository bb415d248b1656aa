package dev.candor.persistence.journal.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The statements on snapshots. */
final class SnapshotTable {
    private static final String INSERT = """
            INSERT OR REPLACE INTO snapshot (stream, sequence_nr, taken_at,
              serializer, manifest, payload, meta_serializer, meta_manifest, meta)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String RANGE = """
            stream = (SELECT id FROM stream WHERE persistence_id = ?)
            AND sequence_nr BETWEEN ? AND ? AND taken_at BETWEEN ? AND ?""";

    private static final String NEWEST =
            "SELECT sequence_nr, taken_at, serializer, manifest, payload, meta_serializer, meta_manifest, meta FROM snapshot WHERE "
                    + RANGE + " ORDER BY sequence_nr DESC LIMIT 1";

    private static final String DELETE = "DELETE FROM snapshot WHERE " + RANGE;

    private SnapshotTable() {}

    /** A snapshot as the table holds it; {@code takenAt} in milliseconds since 1970-01-01 UTC. */
    record Row(long sequenceNr, long takenAt, StoredPayload payload, Optional<StoredPayload> metadata) {}

    /** Which snapshots are meant; all bounds are inclusive. */
    record Range(String persistenceId, long minSequenceNr, long maxSequenceNr, long minTakenAt, long maxTakenAt) {}

    static void save(SqliteSession session, long stream, Row row) throws SQLException {
        PreparedStatement insert = session.prepare(INSERT);
        insert.setLong(1, stream);
        insert.setLong(2, row.sequenceNr());
        insert.setLong(3, row.takenAt());
        Columns.setPayload(insert, 4, row.payload());
        Columns.setOptionalPayload(insert, 7, row.metadata());
        insert.executeUpdate();
    }

    static Optional<Row> newest(SqliteSession session, Range range) throws SQLException {
        PreparedStatement select = session.prepare(NEWEST);
        set(select, range);
        try (ResultSet row = select.executeQuery()) {
            return row.next()
                    ? Optional.of(new Row(
                            row.getLong(1), row.getLong(2), Columns.payload(row, 3), Columns.optionalPayload(row, 6)))
                    : Optional.empty();
        }
    }

    static void delete(SqliteSession session, Range range) throws SQLException {
        PreparedStatement delete = session.prepare(DELETE);
        set(delete, range);
        delete.executeUpdate();
    }

    private static void set(PreparedStatement statement, Range range) throws SQLException {
        statement.setString(1, range.persistenceId());
        statement.setLong(2, range.minSequenceNr());
        statement.setLong(3, range.maxSequenceNr());
        statement.setLong(4, range.minTakenAt());
        statement.setLong(5, range.maxTakenAt());
    }
}
