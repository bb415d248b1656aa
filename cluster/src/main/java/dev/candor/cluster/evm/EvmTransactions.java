package dev.candor.cluster.evm;

import dev.candor.actors.value.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The transactions that this node has taken since it started, the last {@link #KEPT} of them. Thread-safe. */
final class EvmTransactions {
    /** How many are kept. */
    static final int KEPT = 1024;

    private final Map<Digest, Entry> entries = new LinkedHashMap<>();
    private long height;

    /**
     * A transaction.
     *
     * @param outcome empty while it runs
     */
    record Entry(EvmTransaction transaction, Optional<Outcome> outcome) {}

    /**
     * How one ended.
     *
     * @param block counts from 1, one a transaction
     * @param blockHash of the receipt, or of the transaction where there is none
     * @param succeeded whether a model has answered
     * @param gas used
     * @param events in their order; none where it failed
     * @param reason why it failed, empty where it did not
     */
    record Outcome(
            long block,
            Digest blockHash,
            boolean succeeded,
            long gas,
            List<InferenceContract.Event> events,
            String reason) {
        /** Copies the list. */
        Outcome {
            events = List.copyOf(events);
        }
    }

    /** Keeps a transaction that runs now; false where it runs or has ended already. */
    synchronized boolean begin(EvmTransaction transaction) {
        if (entries.containsKey(transaction.hash())) {
            return false;
        }
        if (entries.size() == KEPT) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(transaction.hash(), new Entry(transaction, Optional.empty()));
        return true;
    }

    /** Says how a transaction has ended. */
    synchronized void end(
            EvmTransaction transaction,
            Digest blockHash,
            boolean succeeded,
            long gas,
            List<InferenceContract.Event> events,
            String reason) {
        height++;
        entries.computeIfPresent(
                transaction.hash(),
                (hash, entry) -> new Entry(
                        transaction, Optional.of(new Outcome(height, blockHash, succeeded, gas, events, reason))));
    }

    /** A transaction. */
    synchronized Optional<Entry> find(Digest hash) {
        return Optional.ofNullable(entries.get(hash));
    }

    /** The last block. */
    synchronized long height() {
        return height;
    }
}
