package dev.candor.persistence.ledger.stats;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.state.Settlement.Status;
import dev.candor.persistence.ledger.stats.Figure.View;
import dev.candor.persistence.ledger.tree.SparseTree;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What one final block adds to the figures: a function of the block, the events behind it and the states around it, and of nothing else. */
public final class BlockFigures {
    static final String ANSWERS = "answers";
    static final String CACHED = "cached";
    static final String ASKED = "asked";
    static final String COUNT = "count";
    static final String PAID = "paid";
    static final String HELD = "held";
    static final String OWED = "owed";
    static final String TREASURY = "treasury";
    static final String SUPPLY = "supply";
    static final String TRANSACTIONS = "transactions";

    private static final long HOUR = 3_600_000L;
    private static final long DAY = 24 * HOUR;

    private final LedgerState before;
    private final Block block;
    private final LedgerState after;
    private final FigureStore store;
    private final Map<Figure, Long> sums = new HashMap<>();
    private final Map<ReceiptKind, Long> kinds = new HashMap<>();
    private final Map<Group, Takings> groups = new HashMap<>();
    private final Map<Digest, Status> settledHere = new HashMap<>();
    private long held;
    private long owed;

    private record ReceiptKind(long day, String model, String version, VerificationMode mode, boolean cached) {}

    /** What receipts share that stand in the same figures; a block has many receipts and few groups. */
    private record Group(long hour, Digest caller, Digest executor, long took) {}

    /** Receipts of a group and what was paid for them. */
    private record Takings(long answers, long paid) {
        Takings plus(Takings other) {
            return new Takings(Math.addExact(answers, other.answers), Math.addExact(paid, other.paid));
        }
    }

    private BlockFigures(LedgerState before, Block block, LedgerState after, FigureStore store) {
        this.before = before;
        this.block = block;
        this.after = after;
        this.store = store;
    }

    /**
     * Adds a block.
     *
     * @param before the state before it
     * @param segments the events behind it
     * @param entries new entries of the partitions' logs, by partition
     * @param after the state after it
     */
    public static void add(
            LedgerState before,
            Block block,
            List<Segment> segments,
            Map<Integer, List<LogEntry>> entries,
            LedgerState after,
            FigureStore store) {
        new BlockFigures(before, block, after, store).add(segments, entries);
    }

    private void add(List<Segment> segments, Map<Integer, List<LogEntry>> entries) {
        expired();
        block.body().transactions().forEach(this::transaction);
        for (Segment segment : segments) {
            receipts(segment, entries.getOrDefault(segment.partition(), List.of()));
        }
        long day = day(block.header().time());
        sum(View.BLOCKS, day, "", COUNT, 1);
        sum(View.BLOCKS, day, "", TRANSACTIONS, block.body().transactions().size());
        sum(
                View.MONEY,
                day,
                "",
                TREASURY,
                after.treasury().units() - before.treasury().units());
        sum(
                View.MONEY,
                day,
                "",
                SUPPLY,
                after.supply().units() - before.supply().units());
        if (!before.nodes().root().equals(after.nodes().root())) {
            nodes(before, -1);
            nodes(after, 1);
        }
        groups.forEach(this::group);
        sum(View.MONEY, day, "", HELD, held);
        sum(View.MONEY, day, "", OWED, owed);
        kinds.forEach((kind, count) -> {
            String subject =
                    kind.model() + '/' + kind.version() + '/' + kind.mode().word();
            sum(View.USAGE, kind.day(), subject, ANSWERS, count);
            sum(View.USAGE, kind.day(), subject, CACHED, kind.cached() ? count : 0);
        });
        sums.forEach((figure, amount) -> {
            if (amount != 0) {
                store.add(figure, amount);
            }
        });
    }

    private static long day(long millis) {
        return Math.floorDiv(millis, DAY);
    }

    private void sum(View view, long day, String subject, String name, long amount) {
        sums.merge(new Figure(view, day, subject, name), amount, Math::addExact);
    }

    /** Receipts whose deadline the block's time has reached. */
    private void expired() {
        long now = block.header().time();
        SparseTree<Due> open = before.due();
        for (Optional<SparseTree.Entry<Due>> next = open.first();
                next.isPresent() && Due.time(next.get().key()) <= now;
                next = open.first()) {
            open = open.without(next.get().key());
            Due due = next.get().value();
            if (due.kind() == Due.Kind.EXPIRY) {
                settledHere.put(due.id(), Status.EXPIRED);
                Settlement settlement = after.settlements().get(due.id()).orElseThrow();
                OptionalLong answeredAt = store.close(due.id());
                sum(
                        View.PROOFS,
                        day(answeredAt.orElseThrow()),
                        settlement.mode().word(),
                        name(Status.EXPIRED),
                        1);
            }
        }
    }

    private void transaction(Transaction transaction) {
        if (!(transaction instanceof Transaction.Signed signed)) {
            return;
        }
        switch (signed.action()) {
            case Action.Settle settle -> settled(settle.receipt());
            case Action.Disprove disprove -> disproved(disprove.receipt());
            default -> {}
        }
    }

    private void settled(Bytes bytes) {
        ReceiptLeaf leaf = Receipt.parse(bytes).leaf();
        Digest id = Digest.sha256(bytes);
        Status status = leaf.requested() == VerificationMode.ZKML ? Status.PROVEN : Status.ATTESTED;
        store.close(id);
        settledHere.put(id, status);
        sum(View.PROOFS, day(leaf.answeredAt()), leaf.requested().word(), name(status), 1);
        long took = Durations.classOf(block.header().time() - leaf.answeredAt());
        sum(View.TO_PROOF, day(leaf.answeredAt()), leaf.requested().word() + '/' + took, COUNT, 1);
    }

    /** What was attested or had expired before is disproved instead. */
    private void disproved(Bytes bytes) {
        ReceiptLeaf leaf = Receipt.parse(bytes).leaf();
        Digest id = Digest.sha256(bytes);
        long day = day(leaf.answeredAt());
        String mode = leaf.requested().word();
        if (store.close(id).isEmpty()) {
            Optional.ofNullable(settledHere.get(id))
                    .or(() -> before.settlements().get(id).map(Settlement::status))
                    .ifPresent(known -> sum(View.PROOFS, day, mode, name(known), -1));
        }
        sum(View.PROOFS, day, mode, name(Status.DISPROVED), 1);
    }

    static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private void receipts(Segment segment, List<LogEntry> entries) {
        Iterator<LogEntry> logged = entries.iterator();
        for (PartitionEvent event : segment.events()) {
            if (event instanceof ReceiptsCommitted committed) {
                for (Entry entry : committed.entries()) {
                    receipt(Receipt.parse(entry.receipt()).leaf(), logged.next());
                }
            }
        }
    }

    private void receipt(ReceiptLeaf leaf, LogEntry entry) {
        long day = day(leaf.answeredAt());
        kinds.merge(
                new ReceiptKind(
                        day, leaf.model().name(), leaf.model().version().toString(), leaf.requested(), leaf.cached()),
                1L,
                Long::sum);
        long took = Durations.classOf(block.header().time() - leaf.answeredAt());
        groups.merge(
                new Group(Math.floorDiv(leaf.answeredAt(), HOUR), leaf.caller(), leaf.keyId(), took),
                new Takings(1, entry.paid().units()),
                Takings::plus);
        held = Math.addExact(held, entry.held().units());
        owed = Math.addExact(owed, entry.owed().units());
        if (leaf.requested() != VerificationMode.VANILLA && entry.earned()) {
            sum(View.PROOFS, day, leaf.requested().word(), ASKED, 1);
            store.open(entry.receipt(), leaf.requested(), leaf.answeredAt());
        }
    }

    private void group(Group group, Takings takings) {
        long day = day(group.hour() * HOUR);
        sum(View.CALLERS, day, group.caller().toHex(), ANSWERS, takings.answers());
        sum(View.EXECUTORS, day, group.executor().toHex(), ANSWERS, takings.answers());
        String operator =
                after.nodes().get(group.executor()).orElseThrow().operator().toHex();
        sum(View.OPERATORS, day, operator, ANSWERS, takings.answers());
        sum(View.OPERATORS, day, operator, PAID, takings.paid());
        sum(View.HOURS, day, hour(group.hour()), ANSWERS, takings.answers());
        sum(View.TO_FINAL, day, Long.toString(group.took()), COUNT, takings.answers());
        sum(View.MONEY, day(block.header().time()), "", PAID, takings.paid());
    }

    private static String hour(long hours) {
        long hour = Math.floorMod(hours, 24);
        return hour < 10 ? "0" + hour : Long.toString(hour);
    }

    private void nodes(LedgerState state, long sign) {
        long day = day(block.header().time());
        state.nodes().forEach((_, node) -> {
            for (NodeEntry.Role role : node.roles()) {
                if (node.revokedAt() == Long.MAX_VALUE) {
                    sum(View.NODES, day, role.name().toLowerCase(Locale.ROOT), COUNT, sign);
                }
            }
        });
    }
}
