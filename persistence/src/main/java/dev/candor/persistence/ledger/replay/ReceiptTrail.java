package dev.candor.persistence.ledger.replay;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.tree.MerkleLog;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Follows one receipt through a replay: to its partition, its block and that block's certificate. Not thread-safe. */
public final class ReceiptTrail implements LedgerReplay.Listener {
    private final Bytes receipt;
    private final Digest digest;
    private final Map<Integer, MerkleLog> logs = new HashMap<>();
    private final List<Found> found = new ArrayList<>();

    /** Looks for the receipt with these canonical bytes. */
    public ReceiptTrail(Bytes receipt) {
        this.receipt = receipt;
        this.digest = Digest.sha256(receipt);
    }

    /**
     * Where a receipt stands.
     *
     * @param partition its number
     * @param sequenceNr of the event that committed it
     * @param block that made it final
     * @param certificate of that block
     * @param entry what it was charged
     * @param place of that entry in the partition's log, as large as it was after the block
     * @param logRoot the root of that log
     */
    public record Found(
            int partition,
            long sequenceNr,
            Block block,
            Certificate certificate,
            LogEntry entry,
            LogProof place,
            Digest logRoot) {}

    /** Every place, in the order of the blocks; more than one means that the serving cluster charged an answer twice. */
    public List<Found> found() {
        return List.copyOf(found);
    }

    @Override
    public void applied(
            LedgerState before,
            Block block,
            Certificate certificate,
            List<Segment> segments,
            Map<Integer, List<LogEntry>> entries,
            LedgerState after) {
        for (Segment segment : segments) {
            MerkleLog log = logs.computeIfAbsent(segment.partition(), _ -> new MerkleLog());
            int base = log.size();
            List<LogEntry> more = entries.getOrDefault(segment.partition(), List.of());
            more.forEach(each -> log.append(each.leafHash()));
            for (int i = 0; i < more.size(); i++) {
                if (more.get(i).receipt().equals(digest)) {
                    found.add(new Found(
                            segment.partition(),
                            sequenceNr(segment, i),
                            block,
                            certificate,
                            more.get(i),
                            log.inclusion(base + i, log.size()),
                            log.root(log.size())));
                }
            }
        }
    }

    /** The event that holds the segment's receipt of this place. */
    private long sequenceNr(Segment segment, int place) {
        long sequenceNr = segment.firstSequenceNr();
        int left = place;
        for (PartitionEvent event : segment.events()) {
            if (event instanceof ReceiptsCommitted committed) {
                if (left < committed.entries().size()) {
                    return sequenceNr;
                }
                left -= committed.entries().size();
            }
            sequenceNr++;
        }
        throw new IllegalStateException("receipt " + receipt + " is in no event of its segment");
    }
}
