package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.ledger.stats.Figure;
import dev.candor.persistence.ledger.stats.FigureStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;

/** Figures in the database of a validator's journal, within a transaction of its owner. */
final class SqliteFigures implements FigureStore {
    static final List<String> NAMES = List.of("figures", "waiting");
    static final String FIGURES =
            "CREATE TABLE IF NOT EXISTS figures (view TEXT, day INTEGER, subject TEXT, name TEXT, value INTEGER NOT NULL,"
                    + " PRIMARY KEY (view, day, subject, name)) WITHOUT ROWID";
    static final String WAITING =
            "CREATE TABLE IF NOT EXISTS waiting (receipt BLOB PRIMARY KEY, mode TEXT NOT NULL, answered_at INTEGER NOT NULL) WITHOUT ROWID";

    private final SqliteSession session;

    SqliteFigures(SqliteSession session) {
        this.session = session;
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws SQLException;
    }

    private static <T> T work(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new JournalException.Unavailable("the validator's journal cannot keep figures: " + e.getMessage(), e);
        }
    }

    @Override
    public void add(Figure figure, long amount) {
        work(() -> {
            PreparedStatement statement =
                    session.prepare("INSERT INTO figures (view, day, subject, name, value) VALUES (?, ?, ?, ?, ?)"
                            + " ON CONFLICT DO UPDATE SET value = value + excluded.value");
            statement.setString(1, figure.view().name());
            statement.setLong(2, figure.day());
            statement.setString(3, figure.subject());
            statement.setString(4, figure.name());
            statement.setLong(5, amount);
            return statement.executeUpdate();
        });
    }

    @Override
    public void open(Digest receipt, VerificationMode mode, long answeredAt) {
        work(() -> {
            PreparedStatement statement =
                    session.prepare("INSERT OR REPLACE INTO waiting (receipt, mode, answered_at) VALUES (?, ?, ?)");
            statement.setBytes(1, receipt.toBytes().toArray());
            statement.setString(2, mode.name());
            statement.setLong(3, answeredAt);
            return statement.executeUpdate();
        });
    }

    @Override
    public OptionalLong close(Digest receipt) {
        return work(() -> {
            PreparedStatement statement =
                    session.prepare("DELETE FROM waiting WHERE receipt = ? RETURNING answered_at");
            statement.setBytes(1, receipt.toBytes().toArray());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        });
    }

    @Override
    public void figures(ObjLongConsumer<Figure> each) {
        work(() -> {
            try (ResultSet row = session.prepare("SELECT view, day, subject, name, value FROM figures")
                    .executeQuery()) {
                while (row.next()) {
                    each.accept(
                            new Figure(
                                    Figure.View.valueOf(row.getString(1)),
                                    row.getLong(2),
                                    row.getString(3),
                                    row.getString(4)),
                            row.getLong(5));
                }
            }
            return true;
        });
    }

    @Override
    public void waiting(BiConsumer<VerificationMode, Long> each) {
        work(() -> {
            try (ResultSet row =
                    session.prepare("SELECT mode, answered_at FROM waiting").executeQuery()) {
                while (row.next()) {
                    each.accept(VerificationMode.valueOf(row.getString(1)), row.getLong(2));
                }
            }
            return true;
        });
    }
}
