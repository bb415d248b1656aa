package dev.candor.persistence.journal.sqlite;

import com.typesafe.config.Config;
import dev.candor.persistence.journal.JournalException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings under {@code candor.journal.sqlite}; reference.conf documents each.
 *
 * @param folder holds the database and its lock
 * @param readers threads, each with a connection of its own, for replays and queries
 * @param maxGroupWrites most writes in one transaction
 * @param maxGroupBytes most payload bytes in one transaction; a larger single write goes alone
 * @param maxWaitingWrites beyond these a write fails at once
 * @param maxWaitingReads beyond these a read fails at once
 * @param busyTimeout how long a statement waits for a lock inside the database
 * @param writerCacheBytes page cache of the writer
 * @param readerCacheBytes page cache of each reader
 * @param checkpointBytes written payload after which the log is copied into the database in the background
 * @param walLimitBytes size of the log at which the writer itself takes part, so that it cannot grow without bound
 */
public record SqliteSettings(
        Path folder,
        int readers,
        int maxGroupWrites,
        long maxGroupBytes,
        int maxWaitingWrites,
        int maxWaitingReads,
        Duration busyTimeout,
        long writerCacheBytes,
        long readerCacheBytes,
        long checkpointBytes,
        long walLimitBytes) {

    /** Refuses what cannot work. */
    public SqliteSettings {
        atLeast(readers, 1, "readers");
        atLeast(maxGroupWrites, 1, "max-group-writes");
        atLeast(maxGroupBytes, 1, "max-group-bytes");
        atLeast(maxWaitingWrites, 1, "max-waiting-writes");
        atLeast(maxWaitingReads, 1, "max-waiting-reads");
        atLeast(busyTimeout.toMillis(), 1, "busy-timeout (in ms)");
        atLeast(writerCacheBytes, 65_536, "writer-cache");
        atLeast(readerCacheBytes, 65_536, "reader-cache");
        atLeast(checkpointBytes, 4_096, "checkpoint-after");
        atLeast(walLimitBytes, checkpointBytes, "wal-limit");
    }

    /** Reads {@code candor.journal.sqlite} of a resolved configuration. */
    public static SqliteSettings of(Config root) {
        Config config = root.getConfig("candor.journal.sqlite");
        return new SqliteSettings(
                Path.of(config.getString("folder")),
                config.getInt("readers"),
                config.getInt("max-group-writes"),
                config.getBytes("max-group-bytes"),
                config.getInt("max-waiting-writes"),
                config.getInt("max-waiting-reads"),
                config.getDuration("busy-timeout"),
                config.getBytes("writer-cache"),
                config.getBytes("reader-cache"),
                config.getBytes("checkpoint-after"),
                config.getBytes("wal-limit"));
    }

    private static void atLeast(long value, long least, String name) {
        if (value < least) {
            throw new JournalException.Refused(
                    "candor.journal.sqlite." + name + " is " + value + ", the least allowed is " + least);
        }
    }
}
