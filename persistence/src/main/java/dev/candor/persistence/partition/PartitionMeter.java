package dev.candor.persistence.partition;

import dev.candor.actors.inference.ErrorCode;

/** Is told what partitions do, for metrics. Called by partitions' own threads; must not block. Thread-safe. */
public interface PartitionMeter {
    /** Tells nobody. */
    PartitionMeter NONE = new PartitionMeter() {
        @Override
        public void opened(int partition, long epoch, long nanos) {}

        @Override
        public void written(int partition, int receipts, long nanos) {}

        @Override
        public void refused(int partition, ErrorCode code) {}

        @Override
        public void closed(int partition) {}
    };

    /** A partition is ready here, {@code nanos} after it began to get its lease. */
    void opened(int partition, long epoch, long nanos);

    /** One write is in the journal, {@code nanos} after it was handed over. */
    void written(int partition, int receipts, long nanos);

    /** A commitment was refused. */
    void refused(int partition, ErrorCode code);

    /** A partition is no longer ready here. */
    void closed(int partition);

    /** So many questions, by their weight, wait for a partition that is not ready yet. */
    default void parked(int partition, int questions) {}

    /** So many receipts wait for a partition's next write. */
    default void queued(int partition, int receipts) {}
}
