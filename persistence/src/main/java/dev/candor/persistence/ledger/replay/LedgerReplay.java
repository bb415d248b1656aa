package dev.candor.persistence.ledger.replay;

import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.Ledger.Outcome;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.partition.PartitionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Recomputes a ledger from its export: every hash, signature, certificate and state root, from the genesis on. Needs no cluster, network or database, and
 * trusts nothing but the chain's digest. Memory grows with the state and with one block, not with the export. Not thread-safe.
 */
public final class LedgerReplay {
    private final Optional<Digest> trusted;
    private final Signatures signatures;
    private final Ledger ledger;
    private final Listener listener;
    private final SortedMap<Integer, List<PartitionEvent>> pending = new TreeMap<>();

    private Optional<LedgerState> state = Optional.empty();
    private long line;
    private long receipts;

    /**
     * A replay.
     *
     * @param trusted the chain's digest, from wherever its reader trusts; where empty the export is only held against itself
     * @param listener told of every block
     */
    public LedgerReplay(Optional<Digest> trusted, Signatures signatures, EvidenceVerifier evidence, Listener listener) {
        this.trusted = trusted;
        this.signatures = signatures;
        this.ledger = new Ledger(signatures, evidence);
        this.listener = listener;
    }

    /** Is told of blocks as they are found right. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A block was checked and applied.
         *
         * @param before the state before it
         * @param block the block
         * @param certificate under it
         * @param segments the events behind it
         * @param entries new entries of the partitions' logs
         * @param after the state after it
         */
        void applied(
                LedgerState before,
                Block block,
                Certificate certificate,
                List<Segment> segments,
                Map<Integer, List<LogEntry>> entries,
                LedgerState after);
    }

    /**
     * What a replay came to.
     *
     * @param state after the last block
     * @param receipts in all blocks
     */
    public record Result(LedgerState state, long receipts) {}

    /** Reads all lines and comes to an end. A line without end must not fill the memory: it is refused at {@link LedgerLine#MAX_LENGTH}. */
    public Result all(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        ByteArrayOutputStream begun = new ByteArrayOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            int from = 0;
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    begun.write(buffer, from, i - from);
                    line(begun.toString(StandardCharsets.ISO_8859_1));
                    begun.reset();
                    from = i + 1;
                }
            }
            begun.write(buffer, from, count - from);
            if (begun.size() > LedgerLine.MAX_LENGTH) {
                throw new DivergenceException(line + 1, "it has more than " + LedgerLine.MAX_LENGTH + " characters");
            }
        }
        if (begun.size() > 0) {
            line(begun.toString(StandardCharsets.ISO_8859_1));
        }
        return end();
    }

    /** The next line; {@link DivergenceException} where it is not what comes next on this chain. */
    public void line(String text) {
        line++;
        LedgerLine parsed;
        try {
            parsed = LedgerLine.parse(text);
        } catch (MalformedBytesException e) {
            throw new DivergenceException(line, String.valueOf(e.getMessage()));
        }
        switch (parsed) {
            case LedgerLine.Genesis genesis -> begin(genesis);
            case LedgerLine.Event event -> event(event);
            case LedgerLine.Final(Block block, Certificate certificate) -> block(block, certificate);
        }
    }

    /** No more lines. */
    public Result end() {
        need(
                pending.isEmpty(),
                "the export ends before the block that these events belong to; export again from there");
        return new Result(current(), receipts);
    }

    private void begin(LedgerLine.Genesis genesis) {
        need(line == 1, "there is one genesis, on the first line");
        Digest chain = genesis.genesis().digest();
        trusted.ifPresent(wanted ->
                need(wanted.equals(chain), "this is the chain " + chain + ", the one you trust is " + wanted));
        state = Optional.of(genesis.genesis().state());
    }

    private LedgerState current() {
        return state.orElseThrow(() -> new DivergenceException(Math.max(1, line), "an export begins with the genesis"));
    }

    private void event(LedgerLine.Event event) {
        LedgerState before = current();
        int partition = event.partition();
        need(partition >= 0 && partition < before.partitions().size(), "there is no partition " + partition);
        int last = pending.isEmpty() ? partition : pending.lastKey();
        need(partition >= last, "an event of partition " + partition + " stands behind those of partition " + last);
        List<PartitionEvent> events = pending.computeIfAbsent(partition, _ -> new ArrayList<>());
        long wanted = before.partitions().get(partition).sequenceNr() + events.size() + 1;
        need(
                event.sequenceNr() == wanted,
                "event " + event.sequenceNr() + " of partition " + partition + " stands where event " + wanted
                        + " belongs");
        need(
                events.size() < Segment.MOST_EVENTS,
                "a block takes at most " + Segment.MOST_EVENTS + " events of a partition");
        events.add(event.event());
    }

    private void block(Block block, Certificate certificate) {
        LedgerState before = current();
        need(
                block.header().height() == before.height() + 1,
                "block " + block.header().height() + " stands where block " + (before.height() + 1) + " belongs");
        List<Segment> segments = new ArrayList<>();
        for (Advance advance : block.body().advances()) {
            List<PartitionEvent> events = Optional.ofNullable(pending.remove(advance.partition()))
                    .orElseThrow(() -> new DivergenceException(
                            line,
                            "block " + block.header().height() + " takes partition " + advance.partition()
                                    + " further, and no event of it is there"));
            segments.add(new Segment(
                    advance.partition(),
                    before.partitions().get(advance.partition()).sequenceNr() + 1,
                    events));
        }
        need(
                pending.isEmpty(),
                "block " + block.header().height() + " does not take in the events of the partitions "
                        + pending.keySet());
        Vote vote = certificate.vote();
        need(
                vote.equals(Vote.on(Vote.Kind.COMMIT, block.header().height(), vote.round(), block.hash())),
                "the certificate is not one of block " + block.header().height() + ", " + block.hash());
        certificate.defect(before.chain(), before.validators(), signatures).ifPresent(defect -> {
            throw new DivergenceException(
                    line, "the certificate of block " + block.header().height() + " does not hold: " + defect);
        });
        switch (ledger.apply(before, block, segments)) {
            case Outcome.Refused(var refusal) -> throw new DivergenceException(line, refusal.toString());
            case Outcome.Applied(LedgerState after, Map<Integer, List<LogEntry>> entries) -> {
                entries.values().forEach(each -> receipts += each.size());
                state = Optional.of(after);
                listener.applied(before, block, certificate, segments, entries, after);
            }
        }
    }

    private void need(boolean holds, String otherwise) {
        if (!holds) {
            throw new DivergenceException(Math.max(1, line), otherwise);
        }
    }
}
