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

    record LeaseRead(Optional<Versioned> found) implements What {}

    record LeaseWritten(boolean ok, long sentAt) implements What {}

    record LeaseFailed(Throwable cause) implements What {}

    record LeaseWaited() implements What {}

    record LogWritten(PartitionState state) implements What {}

    record Staged() implements What {}

    record StageFailed(Throwable cause) implements What {}

    record Found(Digest identity, List<StoredAnswer> rows) implements What {}

    record FindFailed(Digest identity, Throwable cause) implements What {}

    record ReceiptFound(Partition.FindReceipt ask, List<StoredAnswer> rows) implements What {}

    record ReceiptFailed(Partition.FindReceipt ask, Throwable cause) implements What {}

    record Again() implements What {}

    record DrainedTooLong() implements What {}
}
