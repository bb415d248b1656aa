package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded database of one node: the folder's lock, the writer, the readers, the checkpointer. Thread-safe.
 *
 * <p>A stage that completes normally means that the change is synced; one that fails means that nothing was acknowledged.
 */
public final class SqliteDatabase implements AutoCloseable {
    /** The database inside the folder. */
    static final String FILE = "journal.db";

    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final String DURABLE = "FULL";

    private final FolderLock lock;
    private final GroupWriter writer;
    private final ReaderPool readers;
    private final Checkpointer checkpointer;
    private final Changes changes = new Changes();
    private final StagedAnswers staged = new StagedAnswers();
    private final EventTable events = new EventTable();
    private final SqliteSession writing;
    private boolean closed;

    private SqliteDatabase(FolderLock lock, SqliteSettings settings, String synchronous) throws SQLException {
        Path file = lock.folder().resolve(FILE);
        this.lock = lock;
        this.writing = SqliteSession.writer(file, settings, synchronous);
        SqliteSession copying = null;
        try {
            SqliteSchema.apply(writing, file);
            syncFolder(lock.folder());
            copying = SqliteSession.checkpointer(file, settings, synchronous);
        } finally {
            if (copying == null) {
                writing.close();
            }
        }
        this.checkpointer = new Checkpointer(copying, settings);
        this.readers = new ReaderPool(file, settings);
        this.writer = new GroupWriter(writing, settings, this::committed, events::forgetStreams);
    }

    /**
     * Opens the database in the settings' folder, creating both where they are missing.
     *
     * @throws JournalException.Refused where the folder is in use, the file is not ours or is newer than this program
     */
    public static SqliteDatabase open(SqliteSettings settings) {
        return open(settings, DURABLE);
    }

    /** For tests that show what a missing sync does. */
    static SqliteDatabase open(SqliteSettings settings, String synchronous) {
        FolderLock lock = FolderLock.acquire(settings.folder());
        SqliteDatabase database = null;
        try {
            database = new SqliteDatabase(lock, settings, synchronous);
            return database;
        } catch (SQLException e) {
            throw new JournalException.Refused(
                    "the journal's database in " + lock.folder() + " cannot be opened: " + e.getMessage(), e);
        } finally {
            if (database == null) {
                release(lock);
            }
        }
    }

    /** The folder's real path. */
    public Path folder() {
        return lock.folder();
    }

    /** The answers that wait for their events. */
    StagedAnswers staged() {
        return staged;
    }

    /** The events; to be used inside writes and queries of this database only. */
    EventTable events() {
        return events;
    }

    /** Live queries wait here. */
    Changes changes() {
        return changes;
    }

    /** Makes a change durable; see {@link GroupWriter#submit}. */
    <T> CompletableFuture<T> write(long bytes, Write<T> write) {
        return writer.submit(bytes, write);
    }

    /** Makes a change durable that returns nothing, in the form that Pekko's plugins return. */
    @SuppressWarnings("NullAway") // the only value of Void is null
    CompletableFuture<Void> change(long bytes, Change change) {
        return writer.submit(bytes, session -> {
            change.apply(session);
            return null;
        });
    }

    /** A {@link Write} that returns nothing. */
    @FunctionalInterface
    interface Change {
        /** Makes the change inside the writer's transaction. */
        void apply(SqliteSession session) throws SQLException;
    }

    /** Reads the last committed state. */
    <T> CompletableFuture<T> read(ReaderPool.Query<T> query) {
        return readers.submit(query);
    }

    private void committed(long bytes) {
        checkpointer.committed(bytes);
        if (checkpointer.takeWriterTurn()) {
            try {
                // Nearly all was copied by the checkpointer: what is left is short, and the next write starts the log
                // over.
                writing.execute("PRAGMA wal_checkpoint(RESTART)");
            } catch (SQLException e) {
                LOG.warn("The journal's log could not be started over; it is tried again", e);
            }
        }
    }

    /** Writes what waits, closes everything and gives the folder free. Later calls of anything fail; later closes do nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean ended = writer.close(CLOSE_LIMIT);
        changes.close();
        readers.close(CLOSE_LIMIT);
        checkpointer.close(CLOSE_LIMIT);
        if (ended) {
            release(lock);
        } else {
            LOG.error(
                    "The journal's writer did not end within {}; {} stays locked until this process ends",
                    CLOSE_LIMIT,
                    lock.folder());
        }
    }

    private static void release(FolderLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("The lock of {} was not released cleanly", lock.folder(), e);
        }
    }

    /** Makes the names of new files durable. */
    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new JournalException.Refused(
                    "the journal's folder " + folder + " cannot be synced: " + e.getMessage(), e);
        }
    }
}
