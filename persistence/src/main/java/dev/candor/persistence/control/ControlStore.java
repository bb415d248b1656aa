package dev.candor.persistence.control;

import dev.candor.actors.value.Bytes;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A few small records with compare-and-set in the journal's own store (lightweight transactions on Cassandra): the genesis record and the leases of
 * partitions. Asynchronous and thread-safe; a failed stage means that the store cannot be reached, and the outcome of a write is then unknown.
 */
public interface ControlStore {
    /**
     * A record and its version.
     *
     * @param version 1 or more, one more with every write
     * @param value the record's canonical bytes
     */
    record Versioned(long version, Bytes value) {}

    /** The record under {@code key}, read linearizably. */
    CompletionStage<Optional<Versioned>> read(String key);

    /** Writes {@code value} if the record's version is {@code expected} (0: there is none); whether it was written. */
    CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value);
}
