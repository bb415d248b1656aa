package dev.candor.persistence.journal.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies committed pages from the log into the database on a thread and connection of its own, so that no commit waits for it. Where load never pauses
 * long enough for the log to start over, the writer is told to take part.
 */
final class Checkpointer {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final int PAGE = 4096;

    private final SqliteSession session;
    private final long threshold;
    private final long walLimitPages;
    private final Semaphore work = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean walTooLong;
    private long written; // the writer's thread only

    /** Starts the thread; the session belongs to it and is closed by it. */
    Checkpointer(SqliteSession session, SqliteSettings settings) {
        this.session = session;
        this.threshold = settings.checkpointBytes();
        this.walLimitPages = settings.walLimitBytes() / PAGE;
        this.thread =
                Thread.ofPlatform().daemon().name("candor-journal-checkpoint").start(this::run);
    }

    /** A group of so many payload bytes was committed. On the writer's thread. */
    void committed(long bytes) {
        // A commit writes whole pages: about one a table and index touched, whatever its payload.
        written += bytes + 4 * PAGE;
        if (written >= threshold) {
            written = 0;
            work.release();
        }
    }

    /** Whether the writer should run a checkpoint itself, once. */
    boolean takeWriterTurn() {
        if (walTooLong) {
            walTooLong = false;
            return true;
        }
        return false;
    }

    void close(Duration limit) {
        closed = true;
        work.release();
        try {
            if (!thread.join(limit)) {
                LOG.warn("The journal's checkpoint did not end within {}", limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (session) {
            while (true) {
                work.acquire();
                work.drainPermits();
                if (closed) {
                    return;
                }
                checkpoint();
            }
        } catch (InterruptedException e) {
            LOG.warn(
                    "The journal's checkpoint thread was interrupted and ends; the log grows until the node is restarted");
        } catch (SQLException e) {
            LOG.warn("The journal's checkpoint connection did not close cleanly", e);
        }
    }

    private void checkpoint() {
        try {
            // The second column is the length of the log in pages.
            walTooLong = session.number("PRAGMA wal_checkpoint(PASSIVE)", 2) > walLimitPages;
        } catch (SQLException e) {
            LOG.error(
                    "A checkpoint of the journal failed; nothing is lost, it is tried again after the next writes", e);
        }
    }
}
