package dev.candor.persistence.partition;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How partitions commit, keep their lease and recover: {@code candor.partition} in the configuration, where each is explained.
 *
 * @param group bounds of one write and of what waits
 * @param lease the owner's lease
 * @param recentAnswers most answers kept in memory for retries
 * @param recentBytes most bytes of them
 * @param recentAge how long they are kept at most
 * @param knownNew most identities remembered as new between their look-up and their commit
 * @param maxLookups most look-ups and commits that wait for the store or for a commit
 * @param snapshotEvery events between two snapshots
 * @param snapshotsKept snapshots kept
 * @param minBackoff first pause after a failure
 * @param maxBackoff longest pause after failures in a row
 * @param drainTimeout how long a hand-off waits for the write in flight
 * @param journalPlugin the journal's configuration path, or empty for the default
 * @param snapshotPlugin the snapshot store's configuration path, or empty for the default
 */
public record PartitionSettings(
        Group group,
        LeaseSettings lease,
        int recentAnswers,
        long recentBytes,
        Duration recentAge,
        int knownNew,
        int maxLookups,
        int snapshotEvery,
        int snapshotsKept,
        Duration minBackoff,
        Duration maxBackoff,
        Duration drainTimeout,
        String journalPlugin,
        String snapshotPlugin) {

    /**
     * Bounds of a group commit. Twice as much may wait; more is refused.
     *
     * @param receipts most receipts a write
     * @param bytes most bytes of receipts a write
     * @param answerBytes most bytes of answers a write
     */
    public record Group(int receipts, int bytes, long answerBytes) {}

    /** Reads {@code candor.partition} of {@code root}. */
    public static PartitionSettings of(Config root) {
        Config partition = root.getConfig("candor.partition");
        Config group = partition.getConfig("group-commit");
        Config recent = partition.getConfig("recent");
        return new PartitionSettings(
                new Group(
                        group.getInt("receipts"),
                        Math.toIntExact(group.getBytes("bytes")),
                        group.getBytes("answer-bytes")),
                LeaseSettings.of(partition.getConfig("lease")),
                recent.getInt("answers"),
                recent.getBytes("bytes"),
                recent.getDuration("age"),
                partition.getInt("known-new"),
                partition.getInt("max-lookups"),
                partition.getInt("snapshot-every"),
                partition.getInt("snapshots-kept"),
                partition.getDuration("min-backoff"),
                partition.getDuration("max-backoff"),
                partition.getDuration("drain-timeout"),
                partition.getString("journal-plugin"),
                partition.getString("snapshot-plugin"));
    }

    /** The same settings for a control store that this process alone can reach, or not. */
    public PartitionSettings withExclusiveStore(boolean exclusive) {
        return new PartitionSettings(
                group,
                lease.withExclusiveStore(exclusive),
                recentAnswers,
                recentBytes,
                recentAge,
                knownNew,
                maxLookups,
                snapshotEvery,
                snapshotsKept,
                minBackoff,
                maxBackoff,
                drainTimeout,
                journalPlugin,
                snapshotPlugin);
    }
}
