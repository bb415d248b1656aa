package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few threads that read; long replays come in pages, so that they take turns with single look-ups. Thread-safe. */
final class ReaderPool {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderPool.class);

    private final Path file;
    private final SqliteSettings settings;
    private final ThreadPoolExecutor threads;
    private final Queue<SqliteSession> idle = new ConcurrentLinkedQueue<>();

    /** A read of the last committed state; several statements of it may see several states. */
    @FunctionalInterface
    interface Query<T> {
        /** Reads on a reader's thread. */
        T read(SqliteSession session) throws SQLException;
    }

    ReaderPool(Path file, SqliteSettings settings) {
        this.file = file;
        this.settings = settings;
        this.threads = new ThreadPoolExecutor(
                settings.readers(),
                settings.readers(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.maxWaitingReads()),
                Thread.ofPlatform().daemon().name("candor-journal-reader-", 0).factory());
    }

    <T> CompletableFuture<T> submit(Query<T> query) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            threads.execute(() -> run(query, done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new JournalException.Unavailable(
                    threads.isShutdown()
                            ? "the journal is closed"
                            : "the journal has " + settings.maxWaitingReads()
                                    + " reads waiting; the disk is too slow for this load",
                    e));
        }
        return done;
    }

    private <T> void run(Query<T> query, CompletableFuture<T> done) {
        T result;
        try {
            SqliteSession session = take();
            boolean sound = false;
            try {
                result = query.read(session);
                sound = true;
            } finally {
                // The driver closes a statement that failed, so a session with an error is not used again.
                if (sound) {
                    idle.add(session);
                } else {
                    session.close();
                }
            }
        } catch (SQLException e) {
            done.completeExceptionally(
                    new JournalException.Unavailable("the journal cannot be read: " + e.getMessage(), e));
            return;
        } catch (Throwable e) {
            // Whatever it was, whoever waits must hear of it.
            done.completeExceptionally(e);
            return;
        }
        done.complete(result);
    }

    private SqliteSession take() throws SQLException {
        SqliteSession session = idle.poll();
        return session == null ? SqliteSession.reader(file, settings) : session;
    }

    /** Lets what waits be read, within the limit. */
    void close(Duration limit) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Reads of the journal did not end within {}", limit);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        for (SqliteSession session = idle.poll(); session != null; session = idle.poll()) {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.warn("A reader of the journal did not close cleanly", e);
            }
        }
    }
}
