package dev.candor.actors.routing;

import java.util.List;

/** The way from an executor's batch to the partitions. Never blocks; thread-safe. */
public interface CommitSink {
    /** The partition for a batch's keyless receipts: one on this node if there is one. */
    int keylessPartition();

    /** Passes entries of one partition on; each one's {@code replyTo} gets exactly one outcome. */
    void commit(int partition, List<Commitment> entries);
}
