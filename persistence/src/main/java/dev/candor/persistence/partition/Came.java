package dev.candor.persistence.partition;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.control.ControlStore.Versioned;
import java.util.List;
import java.util.Optional;

/**
 * Something that a partition waited for.
 *
 * @param attempt the attempt at an epoch that waited; of no meaning to later ones
 * @param what what came
 */
record Came(int attempt, What what) implements Partition.Internal {
    /** What came. */
    sealed interface What {}

    /** Something of the lease. */
    sealed interface OfLease extends What {}

    /** Something of the epoch that serves. */
    sealed interface OfEpoch extends What {}

    record LeaseRead(Optional<Versioned> found) implements OfLease {}

    record LeaseWritten(boolean ok, long sentAt) implements OfLease {}

    record LeaseFailed(Throwable cause) implements OfLease {}

    record LeaseWaited() implements OfLease {}

    record LogWritten(PartitionState state) implements What {}

    record Staged() implements OfEpoch {}

    record StageFailed(Throwable cause) implements OfEpoch {}

    record Found(Digest identity, List<StoredAnswer> rows) implements OfEpoch {}

    record FindFailed(Digest identity, Throwable cause) implements OfEpoch {}

    record ReceiptFound(Partition.FindReceipt ask, List<StoredAnswer> rows) implements OfEpoch {}

    record ReceiptFailed(Partition.FindReceipt ask, Throwable cause) implements OfEpoch {}

    record Again() implements What {}

    record DrainedTooLong() implements What {}
}
