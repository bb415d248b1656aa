package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.JournalCodec;
import dev.candor.persistence.ledger.consensus.JournalEntry;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.StateCodec;
import dev.candor.persistence.ledger.stats.FigureStore;
import dev.candor.persistence.ledger.validator.FinalBlock;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A validator's journal in a folder of its own: one SQLite database, synced at every commit, locked for one process. Events are never deleted. Methods wait for
 * each other.
 */
public final class SqliteValidatorJournal implements ValidatorJournal {
    /** The file in the folder. */
    public static final String FILE = "validator.db";

    private static final int KEPT_SNAPSHOTS = 2;

    /** A row holds events of one block and partition until they have so many bytes: a row an event costs more than the event. */
    private static final int RUN_BYTES = 1 << 20;

    private static final String[] TABLES = {
        "CREATE TABLE IF NOT EXISTS genesis (one INTEGER PRIMARY KEY CHECK (one = 1), record BLOB NOT NULL)",
        "CREATE TABLE IF NOT EXISTS votes (place INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
        "CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, block BLOB NOT NULL, certificate BLOB NOT NULL)",
        "CREATE TABLE IF NOT EXISTS runs (partition INTEGER, sequence_nr INTEGER, events BLOB NOT NULL,"
                + " UNIQUE (partition, sequence_nr))",
        "CREATE TABLE IF NOT EXISTS advances (partition INTEGER, sequence_nr INTEGER, height INTEGER NOT NULL,"
                + " PRIMARY KEY (partition, sequence_nr)) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS snapshots (height INTEGER PRIMARY KEY, state BLOB NOT NULL)",
        SqliteFigures.FIGURES,
        SqliteFigures.WAITING
    };

    private final Optional<FolderLock> lock;
    private final SqliteSession session;
    private final Object reading = new Object();
    private Optional<SqliteSession> reader = Optional.empty();

    private SqliteValidatorJournal(Optional<FolderLock> lock, SqliteSession session) {
        this.lock = lock;
        this.session = session;
    }

    /** Opens the journal in {@code settings.folder()}, makes it where there is none; {@link JournalException.Refused} where another process has it. */
    public static SqliteValidatorJournal open(SqliteSettings settings) {
        FolderLock lock = FolderLock.acquire(settings.folder());
        SqliteValidatorJournal journal = null;
        try {
            SqliteSession session = SqliteSession.writer(settings.folder().resolve(FILE), settings, "FULL");
            journal = new SqliteValidatorJournal(Optional.of(lock), session);
            session.execute("PRAGMA wal_autocheckpoint = 1000");
            if (session.number("SELECT count(*) FROM sqlite_master WHERE name = 'events'", 1) > 0) {
                throw new SQLException("it keeps events one by one, as versions before the first release did;"
                        + " begin a new one, or sync it from the other validators");
            }
            for (String table : TABLES) {
                session.execute(table);
            }
            journal.reader = Optional.of(SqliteSession.reader(settings.folder().resolve(FILE), settings));
            return journal;
        } catch (SQLException e) {
            if (journal == null) {
                release(lock);
            } else {
                journal.close();
            }
            throw new JournalException.Refused(
                    "the validator's journal in " + settings.folder() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Opens a journal to read it, whoever writes it. {@link JournalException.Refused} where there is none. */
    public static SqliteValidatorJournal read(SqliteSettings settings) {
        Path file = settings.folder().resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new JournalException.Refused("there is no validator's journal in " + settings.folder());
        }
        try {
            return new SqliteValidatorJournal(Optional.empty(), SqliteSession.reader(file, settings));
        } catch (SQLException e) {
            throw new JournalException.Refused(
                    "the validator's journal in " + settings.folder() + " cannot be read: " + e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws SQLException;
    }

    private synchronized <T> T work(String what, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new JournalException.Unavailable("the validator's journal cannot " + what + ": " + e.getMessage(), e);
        } catch (MalformedBytesException e) {
            throw new JournalException.Unavailable(
                    "the validator's journal is damaged, restore it or sync a new one from the other validators: "
                            + e.getMessage(),
                    e);
        }
    }

    @FunctionalInterface
    private interface Change {
        void run() throws SQLException;
    }

    private synchronized void write(String what, Change change) {
        boolean written = work(what, () -> {
            session.begin();
            boolean committed = false;
            try {
                change.run();
                session.commit();
                committed = true;
            } finally {
                if (!committed) {
                    session.rollback();
                }
            }
            return committed;
        });
        if (!written) {
            throw new IllegalStateException("a change that was not written did not fail");
        }
    }

    private void update(String sql, Object... values) throws SQLException {
        statement(sql, values).executeUpdate();
    }

    private PreparedStatement statement(String sql, Object... values) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case Bytes bytes -> statement.setBytes(i + 1, bytes.toArray());
                case Long number -> statement.setLong(i + 1, number);
                case Integer number -> statement.setInt(i + 1, number);
                default -> throw new IllegalArgumentException("no column holds a " + values[i].getClass());
            }
        }
        return statement;
    }

    private Optional<Bytes> one(String sql, Object... values) throws SQLException {
        try (ResultSet row = statement(sql, values).executeQuery()) {
            return row.next() ? Optional.of(Bytes.wrap(row.getBytes(1))) : Optional.empty();
        }
    }

    @Override
    public Optional<LedgerGenesis> genesis() {
        return work("read its genesis", () -> one("SELECT record FROM genesis").map(LedgerGenesis::decode));
    }

    @Override
    public void begin(LedgerGenesis genesis) {
        write("begin", () -> update("INSERT INTO genesis (one, record) VALUES (1, ?)", genesis.encode()));
    }

    @Override
    public List<JournalEntry> votes() {
        return work("read votes", () -> {
            List<JournalEntry> entries = new ArrayList<>();
            try (ResultSet row =
                    statement("SELECT entry FROM votes ORDER BY place").executeQuery()) {
                while (row.next()) {
                    entries.add(JournalCodec.decode(Bytes.wrap(row.getBytes(1))));
                }
            }
            return entries;
        });
    }

    @Override
    public void append(List<JournalEntry> entries) {
        write("keep votes", () -> {
            for (JournalEntry entry : entries) {
                update("INSERT INTO votes (entry) VALUES (?)", JournalCodec.encode(entry));
            }
        });
    }

    @Override
    public void finish(FinalBlock done, Consumer<FigureStore> figures) {
        Block block = done.block();
        long height = block.header().height();
        CanonicalWriter certificate = new CanonicalWriter(512);
        done.certificate().write(certificate);
        write("keep a block", () -> {
            update(
                    "INSERT INTO blocks (height, block, certificate) VALUES (?, ?, ?)",
                    height,
                    block.encode(),
                    certificate.toBytes());
            for (Segment segment : done.segments()) {
                keep(segment);
            }
            for (Advance advance : block.body().advances()) {
                update(
                        "INSERT INTO advances (partition, sequence_nr, height) VALUES (?, ?, ?)",
                        advance.partition(),
                        advance.sequenceNr(),
                        height);
            }
            update("DELETE FROM votes");
            figures.accept(new SqliteFigures(session));
        });
    }

    private void keep(Segment segment) throws SQLException {
        long first = segment.firstSequenceNr();
        CanonicalWriter run = new CanonicalWriter(4_096);
        long next = first;
        long bytes = 0;
        for (PartitionEvent event : segment.events()) {
            Bytes encoded = PartitionCodec.encode(event);
            run.bytes(encoded);
            bytes += encoded.length();
            next++;
            if (bytes >= RUN_BYTES) {
                keep(segment.partition(), first, run);
                first = next;
                run = new CanonicalWriter(4_096);
                bytes = 0;
            }
        }
        if (next > first) {
            keep(segment.partition(), first, run);
        }
    }

    private void keep(int partition, long first, CanonicalWriter run) throws SQLException {
        update("INSERT INTO runs (partition, sequence_nr, events) VALUES (?, ?, ?)", partition, first, run.toBytes());
    }

    @Override
    public <T> T figures(Function<FigureStore, T> read) {
        // A session of its own: there may be many figures, and no vote is to wait for them.
        SqliteSession snapshot = reader.orElse(session);
        synchronized (reading) {
            try {
                snapshot.execute("BEGIN");
                try {
                    return read.apply(new SqliteFigures(snapshot));
                } finally {
                    snapshot.execute("COMMIT");
                }
            } catch (SQLException e) {
                throw new JournalException.Unavailable(
                        "the validator's journal cannot read its figures: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void recount(Consumer<FigureStore> figures) {
        write("count its blocks", () -> {
            for (String table : SqliteFigures.NAMES) {
                update("DELETE FROM " + table);
            }
            figures.accept(new SqliteFigures(session));
        });
    }

    @Override
    public long height() {
        return work("read its height", () -> session.number("SELECT coalesce(max(height), 0) FROM blocks", 1));
    }

    @Override
    public Optional<FinalBlock> block(long height) {
        return work("read block " + height, () -> {
            Bytes block;
            Bytes certificate;
            try (ResultSet row = statement("SELECT block, certificate FROM blocks WHERE height = ?", height)
                    .executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                block = Bytes.wrap(row.getBytes(1));
                certificate = Bytes.wrap(row.getBytes(2));
            }
            Block decoded = Block.decode(block);
            CanonicalReader in = new CanonicalReader(certificate);
            Certificate seals = Certificate.read(in);
            in.end("the certificate");
            List<Segment> segments = new ArrayList<>();
            for (Advance advance : decoded.body().advances()) {
                segments.add(segment(advance));
            }
            return Optional.of(new FinalBlock(decoded, seals, segments));
        });
    }

    private Segment segment(Advance advance) throws SQLException {
        long before;
        try (ResultSet row = statement(
                        "SELECT coalesce(max(sequence_nr), 0) FROM advances WHERE partition = ? AND sequence_nr < ?",
                        advance.partition(),
                        advance.sequenceNr())
                .executeQuery()) {
            before = row.next() ? row.getLong(1) : 0;
        }
        List<PartitionEvent> events = new ArrayList<>();
        try (ResultSet row = statement(
                        "SELECT events FROM runs WHERE partition = ? AND sequence_nr > ? AND sequence_nr <= ?"
                                + " ORDER BY sequence_nr",
                        advance.partition(),
                        before,
                        advance.sequenceNr())
                .executeQuery()) {
            while (row.next()) {
                CanonicalReader run = new CanonicalReader(Bytes.wrap(row.getBytes(1)));
                while (run.remaining() > 0) {
                    events.add(PartitionCodec.decode(run.bytes("event")));
                }
            }
        }
        return new Segment(advance.partition(), before + 1, events);
    }

    @Override
    public OptionalLong heightOf(int partition, long sequenceNr) {
        return work("look up an event", () -> {
            try (ResultSet row = statement(
                            "SELECT height FROM advances WHERE partition = ? AND sequence_nr >= ?"
                                    + " ORDER BY sequence_nr LIMIT 1",
                            partition,
                            sequenceNr)
                    .executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        });
    }

    @Override
    public void snapshot(LedgerState state) {
        write("keep a state", () -> {
            update(
                    "INSERT OR REPLACE INTO snapshots (height, state) VALUES (?, ?)",
                    state.height(),
                    StateCodec.encode(state));
            update(
                    "DELETE FROM snapshots WHERE height NOT IN (SELECT height FROM snapshots ORDER BY height DESC LIMIT ?)",
                    KEPT_SNAPSHOTS);
        });
    }

    @Override
    public Optional<LedgerState> snapshot() {
        return work(
                "read a state",
                () -> one("SELECT state FROM snapshots ORDER BY height DESC LIMIT 1")
                        .map(StateCodec::decode));
    }

    @Override
    public synchronized void close() {
        try {
            synchronized (reading) {
                if (reader.isPresent()) {
                    reader.get().close();
                }
            }
            session.close();
        } catch (SQLException e) {
            throw new JournalException.Unavailable("the validator's journal cannot be closed: " + e.getMessage(), e);
        } finally {
            lock.ifPresent(SqliteValidatorJournal::release);
        }
    }

    private static void release(FolderLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new JournalException.Unavailable("the validator's folder cannot be unlocked: " + e.getMessage(), e);
        }
    }
}
