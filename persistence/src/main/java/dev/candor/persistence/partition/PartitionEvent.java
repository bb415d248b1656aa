package dev.candor.persistence.partition;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.List;
import java.util.Optional;

/** What a partition's log holds. Each event names the epoch of its writer and the hash of the event before it, so the log is a chain. */
public sealed interface PartitionEvent {
    /** The epoch of the owner that wrote it. */
    long epoch();

    /** The chain's head as the writer saw it; {@link Digest#ZERO} where the log was empty. */
    Digest prevHash();

    /**
     * The first event of every owner: from here on the log is this epoch's.
     *
     * @param epoch larger than every epoch before
     * @param prevHash the head that the owner recovered
     */
    record Opened(long epoch, Digest prevHash) implements PartitionEvent {}

    /**
     * One group commit.
     *
     * @param epoch the writer's
     * @param prevHash the head before
     * @param entries at least one, in the order of their arrival
     */
    record ReceiptsCommitted(long epoch, Digest prevHash, List<Entry> entries) implements PartitionEvent {
        /** Copies the list. */
        public ReceiptsCommitted {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One receipt.
     *
     * @param receipt canonical bytes
     * @param key present when the caller gave an idempotency key
     */
    record Entry(Bytes receipt, Optional<EntryKey> key) {
        /** The size of the entry in the event's canonical bytes. */
        int size() {
            return size(receipt, key.isPresent());
        }

        static int size(Bytes receipt, boolean keyed) {
            return Integer.BYTES + receipt.length() + 1 + (keyed ? 2 * Digest.SIZE : 0);
        }
    }

    /**
     * What was answered: who asked under which key, and for what.
     *
     * @param identity {@link Identity#id()}
     * @param fingerprint {@link Identity#fingerprint()}
     */
    record EntryKey(Digest identity, Digest fingerprint) {
        static EntryKey of(Identity identity) {
            return new EntryKey(identity.id(), identity.fingerprint());
        }
    }
}
