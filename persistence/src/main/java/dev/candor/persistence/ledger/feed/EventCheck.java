package dev.candor.persistence.ledger.feed;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Checks an event that somebody brought before it may wait for a block: its link, its epoch, its receipts and the signature of every batch. A block that takes it in
 * checks all of that again; here it keeps out what would only stop its partition. Thread-safe.
 */
public final class EventCheck {
    private final Signatures signatures;

    /** Checks signatures by {@code signatures}. */
    public EventCheck(Signatures signatures) {
        this.signatures = signatures;
    }

    /** What came of it. */
    public sealed interface Verdict {
        /** It may be the next event. */
        record Holds() implements Verdict {}

        /**
         * The ledger does not know the executor yet; nobody is to blame.
         *
         * @param executor key id
         */
        record NotYet(Digest executor) implements Verdict {}

        /**
         * Who brought it lies, or is broken.
         *
         * @param why a sentence
         */
        record Wrong(String why) implements Verdict {}
    }

    private record Batch(Digest key, Digest root, int size, Bytes signature) {}

    /**
     * Checks one event.
     *
     * @param state the executors known
     * @param head hash of the event before
     * @param epoch of the event before; 0 where there is none
     */
    public Verdict check(LedgerState state, int partition, Digest head, long epoch, PartitionEvent event) {
        if (!event.prevHash().equals(head)) {
            return new Verdict.Wrong("it follows " + event.prevHash() + ", not " + head);
        }
        return switch (event) {
            case Opened opened ->
                opened.epoch() > epoch
                        ? new Verdict.Holds()
                        : new Verdict.Wrong("it opens epoch " + opened.epoch() + " after epoch " + epoch);
            case ReceiptsCommitted committed ->
                committed.epoch() == epoch
                        ? receipts(state, partition, committed)
                        : new Verdict.Wrong("it is of epoch " + committed.epoch() + " in epoch " + epoch);
        };
    }

    private Verdict receipts(LedgerState state, int partition, ReceiptsCommitted committed) {
        Set<Batch> verified = new HashSet<>();
        for (Entry entry : committed.entries()) {
            Receipt receipt;
            try {
                receipt = Receipt.parse(entry.receipt());
            } catch (MalformedBytesException e) {
                return new Verdict.Wrong("a receipt is malformed: " + e.getMessage());
            }
            ReceiptLeaf leaf = receipt.leaf();
            if (!leaf.network().equals(state.network()) || leaf.id().partition() != partition) {
                return new Verdict.Wrong("receipt " + leaf.id() + " is of another network or partition");
            }
            Optional<NodeEntry> executor =
                    state.nodes().get(leaf.keyId()).filter(node -> node.roles().contains(NodeEntry.Role.EXECUTOR));
            if (executor.isEmpty()) {
                return new Verdict.NotYet(leaf.keyId());
            }
            Optional<Digest> root = receipt.root();
            if (root.isEmpty()) {
                return new Verdict.Wrong("receipt " + leaf.id() + " has a path that does not fit its batch");
            }
            Batch batch = new Batch(leaf.keyId(), root.get(), receipt.treeSize(), receipt.signature());
            if (verified.add(batch)
                    && !signatures.verifies(
                            executor.get().publicKey(),
                            Receipt.signedMessage(leaf.network(), batch.root(), batch.size(), batch.key()),
                            batch.signature())) {
                return new Verdict.Wrong("the signature of receipt " + leaf.id() + " is not its executor's");
            }
        }
        return new Verdict.Holds();
    }
}
