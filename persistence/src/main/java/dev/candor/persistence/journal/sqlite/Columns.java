package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.value.Bytes;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Columns that several tables share. */
final class Columns {
    private Columns() {}

    static void setBytes(PreparedStatement statement, int index, Bytes value) throws SQLException {
        statement.setBytes(index, value.toArray());
    }

    static Bytes bytes(ResultSet row, int index) throws SQLException {
        byte[] value = row.getBytes(index);
        return value == null ? Bytes.EMPTY : Bytes.wrap(value);
    }

    /** Three columns: serializer, manifest, bytes. */
    static void setPayload(PreparedStatement statement, int index, StoredPayload payload) throws SQLException {
        statement.setInt(index, payload.serializer());
        statement.setString(index + 1, payload.manifest());
        setBytes(statement, index + 2, payload.bytes());
    }

    /** Three columns, null where there is nothing. */
    static void setOptionalPayload(PreparedStatement statement, int index, Optional<StoredPayload> payload)
            throws SQLException {
        if (payload.isPresent()) {
            setPayload(statement, index, payload.get());
        } else {
            statement.setObject(index, null);
            statement.setObject(index + 1, null);
            statement.setObject(index + 2, null);
        }
    }

    static StoredPayload payload(ResultSet row, int index) throws SQLException {
        return new StoredPayload(row.getInt(index), row.getString(index + 1), bytes(row, index + 2));
    }

    static Optional<StoredPayload> optionalPayload(ResultSet row, int index) throws SQLException {
        return row.getString(index + 1) == null ? Optional.empty() : Optional.of(payload(row, index));
    }
}
