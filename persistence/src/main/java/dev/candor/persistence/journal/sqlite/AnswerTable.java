package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.answers.StoredAnswer;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The statements on answers. */
final class AnswerTable {
    /** Rows read under one key: each needs another epoch or attempt, so there are a few at most. */
    private static final int MOST_ROWS = 64;

    private static final String INSERT = """
            INSERT INTO answer (partition, uuid, epoch, sequence_nr, identity, fingerprint, receipt)
            VALUES (?, ?, ?, ?, ?, ?, ?)""";

    private static final String INSERT_BYTES =
            "INSERT INTO answer_bytes (answer, written_at, bytes) VALUES (last_insert_rowid(), ?, ?)";

    private static final String SELECT = """
            SELECT a.partition, a.uuid, a.epoch, a.sequence_nr, a.identity, a.fingerprint, a.receipt, b.written_at, b.bytes
            FROM answer a LEFT JOIN answer_bytes b ON b.answer = a.id
            WHERE a.partition = ? AND %s ORDER BY a.id LIMIT %d""";

    private static final String BY_ID = SELECT.formatted("a.uuid = ?", MOST_ROWS);
    private static final String BY_IDENTITY = SELECT.formatted("a.identity = ?", MOST_ROWS);

    // In the order of their ids, which is the order of time: it stops at the first that is still to be kept.
    private static final String SWEEP = """
            DELETE FROM answer_bytes WHERE answer IN (
              SELECT answer FROM (SELECT answer, written_at FROM answer_bytes ORDER BY answer LIMIT ?) WHERE written_at < ?)""";

    private AnswerTable() {}

    static void insert(SqliteSession session, List<StoredAnswer> answers, long now) throws SQLException {
        PreparedStatement insert = session.prepare(INSERT);
        PreparedStatement insertBytes = session.prepare(INSERT_BYTES);
        for (StoredAnswer answer : answers) {
            insert.setInt(1, answer.id().partition());
            insert.setBytes(2, uuidBytes(answer.id().uuid()));
            insert.setLong(3, answer.epoch());
            insert.setLong(4, answer.sequenceNr());
            if (answer.identity().isPresent()) {
                Identity identity = answer.identity().get();
                insert.setBytes(5, identity.id().toArray());
                insert.setBytes(6, identity.fingerprint().toArray());
            } else {
                insert.setObject(5, null);
                insert.setObject(6, null);
            }
            Columns.setBytes(insert, 7, answer.receipt());
            insert.executeUpdate();
            if (answer.answer().isPresent()) {
                insertBytes.setLong(1, now);
                Columns.setBytes(insertBytes, 2, answer.answer().get());
                insertBytes.executeUpdate();
            }
        }
    }

    static List<StoredAnswer> byId(SqliteSession session, RequestId id, long keptSince) throws SQLException {
        return select(session.prepare(BY_ID), id.partition(), uuidBytes(id.uuid()), keptSince);
    }

    static List<StoredAnswer> byIdentity(SqliteSession session, int partition, Digest identity, long keptSince)
            throws SQLException {
        return select(session.prepare(BY_IDENTITY), partition, identity.toArray(), keptSince);
    }

    private static List<StoredAnswer> select(PreparedStatement select, int partition, byte[] key, long keptSince)
            throws SQLException {
        select.setInt(1, partition);
        select.setBytes(2, key);
        List<StoredAnswer> found = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(answer(row, keptSince));
            }
        }
        return found;
    }

    private static StoredAnswer answer(ResultSet row, long keptSince) throws SQLException {
        int partition = row.getInt(1);
        ByteBuffer uuid = ByteBuffer.wrap(row.getBytes(2));
        byte[] identity = row.getBytes(5);
        byte[] bytes = row.getBytes(9);
        return new StoredAnswer(
                new RequestId(partition, new UUID(uuid.getLong(), uuid.getLong())),
                identity == null
                        ? Optional.empty()
                        : Optional.of(new Identity(partition, Digest.of(identity), Digest.of(row.getBytes(6)))),
                row.getLong(3),
                row.getLong(4),
                Columns.bytes(row, 7),
                // What the sweep has not reached yet is gone all the same: one moment decides, not the sweep's pace.
                bytes == null || row.getLong(8) < keptSince ? Optional.empty() : Optional.of(Bytes.wrap(bytes)));
    }

    /** Deletes the bytes of the oldest answers written before {@code before}, looking at no more than {@code most}; how many went. */
    static int sweep(SqliteSession session, long before, int most) throws SQLException {
        PreparedStatement sweep = session.prepare(SWEEP);
        sweep.setInt(1, most);
        sweep.setLong(2, before);
        return sweep.executeUpdate();
    }

    private static byte[] uuidBytes(UUID uuid) {
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }
}
