package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The one thread that writes. It takes everything that waits, up to a count and a size, into one transaction: written at once when idle, collected
 * while a commit is under way.
 *
 * <p>Failures: where a write itself is refused (a duplicate, a constraint), the group is rolled back and each of its writes runs again in a transaction
 * of its own, so that only the guilty one fails. Where the disk is full all of the group fail and later writes are tried again. Any other error of the
 * file or of a commit leaves the outcome unknown: everything waiting and everything later fails until the node is restarted, because only opening the
 * database again tells what the disk holds.
 */
final class GroupWriter {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private static final String CLOSED = "the journal is closed";

    private final SqliteSession session;
    private final SqliteSettings settings;
    private final LongConsumer onCommitted;
    private final Runnable onRolledBack;
    private final LinkedBlockingQueue<Waiting<?>> queue;
    private final Thread thread;
    private volatile @Nullable String closedBecause;
    private final Waiting<String> end = new Waiting<>(0, session -> CLOSED);
    private boolean ending; // the writer's thread only

    /**
     * Starts the thread.
     *
     * @param session belongs to the thread from now on and is closed by it
     * @param onCommitted gets the payload bytes of each committed group, on the writer's thread
     * @param onRolledBack called on the writer's thread after a transaction was taken back
     */
    GroupWriter(SqliteSession session, SqliteSettings settings, LongConsumer onCommitted, Runnable onRolledBack) {
        this.session = session;
        this.settings = settings;
        this.onCommitted = onCommitted;
        this.onRolledBack = onRolledBack;
        this.queue = new LinkedBlockingQueue<>(settings.maxWaitingWrites());
        this.thread = Thread.ofPlatform().daemon().name("candor-journal-writer").start(this::run);
    }

    /** One write and who waits for it. */
    private static final class Waiting<T> {
        final long bytes;
        final CompletableFuture<T> done = new CompletableFuture<>();
        private final Write<T> write;
        private @Nullable T result;

        Waiting(long bytes, Write<T> write) {
            this.bytes = bytes;
            this.write = write;
        }

        void apply(SqliteSession session) throws SQLException {
            result = write.apply(session);
        }

        @SuppressWarnings("NullAway") // the result is as nullable as the write says
        void complete() {
            done.complete(result);
        }
    }

    /** Queues a write of about {@code bytes}; the stage completes on the writer's thread once it is durable: what follows must be brief. */
    <T> CompletableFuture<T> submit(long bytes, Write<T> write) {
        Waiting<T> waiting = new Waiting<>(bytes, write);
        String closed = closedBecause;
        if (closed != null) {
            waiting.done.completeExceptionally(new JournalException.Unavailable(closed));
        } else if (!queue.offer(waiting)) {
            waiting.done.completeExceptionally(new JournalException.Unavailable("the journal has "
                    + settings.maxWaitingWrites() + " writes waiting; the disk is too slow for this load"));
        } else if (closedBecause != null) {
            failWaiting();
        }
        return waiting.done;
    }

    /**
     * Lets what waits be written, then ends the thread; past the limit what still waits fails.
     *
     * @return whether the thread has ended: otherwise it may still be writing
     */
    boolean close(Duration limit) {
        boolean ended = false;
        try {
            ended = queue.offer(end, limit.toMillis(), TimeUnit.MILLISECONDS) && thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop(CLOSED);
        return ended;
    }

    private void run() {
        String reason = CLOSED;
        try {
            List<Waiting<?>> group = new ArrayList<>();
            while (takeGroup(group)) {
                write(group);
                group.clear();
            }
        } catch (BrokenException e) {
            reason = e.getMessage();
            LOG.error(reason, e.getCause());
        } catch (InterruptedException e) {
            LOG.warn("The journal's writer was interrupted and ends");
        } catch (Throwable e) {
            reason = "the journal's writer ended by a defect (" + e + "); restart the node";
            LOG.error(reason, e);
        } finally {
            stop(reason);
            try {
                session.close();
            } catch (SQLException e) {
                LOG.warn("The journal's connection did not close cleanly", e);
            }
        }
    }

    private synchronized void stop(String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
        }
        failWaiting();
    }

    private void failWaiting() {
        String reason = closedBecause;
        JournalException.Unavailable failure = new JournalException.Unavailable(reason == null ? CLOSED : reason);
        for (Waiting<?> waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
            waiting.done.completeExceptionally(failure);
        }
    }

    /** Waits for a first write and takes what is there behind it; false at the end. */
    private boolean takeGroup(List<Waiting<?>> group) throws InterruptedException {
        if (ending) {
            return false;
        }
        Waiting<?> next = queue.take();
        long bytes = 0;
        while (next != null) {
            if (next == end) {
                ending = true;
                return !group.isEmpty();
            }
            group.add(next);
            bytes += next.bytes;
            boolean room = group.size() < settings.maxGroupWrites() && bytes < settings.maxGroupBytes();
            next = room ? queue.poll() : null;
        }
        return true;
    }

    private void write(List<Waiting<?>> group) {
        try {
            Exception failure = attempt(group);
            if (failure == null) {
                committed(group);
            } else if (group.size() == 1 || isTransient(failure)) {
                Exception translated = translate(failure);
                group.forEach(waiting -> waiting.done.completeExceptionally(translated));
            } else {
                group.forEach(waiting -> write(List.of(waiting)));
            }
        } catch (BrokenException e) {
            group.forEach(
                    waiting -> waiting.done.completeExceptionally(new JournalException.Unavailable(e.getMessage(), e)));
            throw e;
        }
    }

    private void committed(List<Waiting<?>> group) {
        long bytes = 0;
        for (Waiting<?> waiting : group) {
            bytes += waiting.bytes;
        }
        group.forEach(Waiting::complete);
        onCommitted.accept(bytes);
    }

    /** Null once the group is durable, or why it was taken back. */
    private @Nullable Exception attempt(List<Waiting<?>> group) {
        boolean committing = false;
        try {
            session.begin();
            for (Waiting<?> waiting : group) {
                waiting.apply(session);
            }
            committing = true;
            session.commit();
            return null;
        } catch (SQLException | RuntimeException e) {
            onRolledBack.run();
            try {
                session.rollback();
            } catch (SQLException again) {
                e.addSuppressed(again);
                throw new BrokenException(e);
            }
            if (isTransient(e) || (!committing && isOwnFault(e))) {
                return e;
            }
            throw new BrokenException(e);
        }
    }

    /** The database is whole and takes other writes. */
    private static boolean isTransient(Exception e) {
        return switch (code(e)) {
            case SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED -> true;
            default -> false;
        };
    }

    /** The write was refused for what it holds. */
    private static boolean isOwnFault(Exception e) {
        if (!(e instanceof SQLException)) {
            return true;
        }
        return switch (code(e)) {
            case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE, SQLITE_ERROR -> true;
            default -> false;
        };
    }

    private static SQLiteErrorCode code(Exception e) {
        return e instanceof SQLiteException sqlite
                ? SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff)
                : SQLiteErrorCode.UNKNOWN_ERROR;
    }

    private static Exception translate(Exception e) {
        if (e instanceof RuntimeException) {
            return e;
        }
        if (code(e) == SQLiteErrorCode.SQLITE_FULL) {
            return new JournalException.Unavailable(
                    "the disk that holds the journal is full; make room, nothing that was acknowledged is lost", e);
        }
        return isTransient(e)
                ? new JournalException.Unavailable(
                        "another program holds a lock on the journal's database; close it", e)
                : new JournalException.Invalid("the journal's database refused a write: " + e.getMessage(), e);
    }

    /** The file or a commit failed: what the disk holds is unknown. */
    private static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokenException(Exception cause) {
            super(
                    "the journal's file failed (" + cause.getMessage()
                            + "); it takes no writes until the node is restarted",
                    cause);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
