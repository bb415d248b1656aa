package dev.candor.persistence.ledger;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Refusal.Code;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.block.Body;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.partition.PartitionCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ledger's state machine: a pure function of a state, a block and the events behind it. It reads no clock, no randomness and no store, and depends on no
 * order but that of the block, so whoever applies the same blocks comes to the same roots. Thread-safe.
 *
 * <p>A block passes the deadlines that its time has reached, then carries out its transactions, then takes in its partitions' receipts.
 */
public final class Ledger {
    private final Billing billing;
    private final Transactions transactions;
    private final Deadlines deadlines;

    /** A ledger that checks by these. */
    public Ledger(Signatures signatures, EvidenceVerifier evidence) {
        this(signatures, evidence, LedgerRules.STANDARD);
    }

    Ledger(Signatures signatures, EvidenceVerifier evidence, LedgerRules rules) {
        this.billing = new Billing(signatures, rules);
        this.transactions = new Transactions(signatures, evidence);
        this.deadlines = new Deadlines(rules);
    }

    /** What applying a block comes to. */
    public sealed interface Outcome {
        /**
         * The block is valid.
         *
         * @param state after it
         * @param entries new entries of the partitions' logs, by partition in ascending order
         */
        record Applied(LedgerState state, Map<Integer, List<LogEntry>> entries) implements Outcome {}

        /**
         * The block is not valid; the state stays.
         *
         * @param refusal where and why
         */
        record Refused(Refusal refusal) implements Outcome {}
    }

    /**
     * A block that was built, valid by construction.
     *
     * @param block the block
     * @param applied what it comes to
     * @param segments the events behind it
     * @param dropped what could not be taken in
     */
    public record Built(Block block, Outcome.Applied applied, List<Segment> segments, List<Dropped> dropped) {}

    /** What a builder left out. */
    public sealed interface Dropped {
        /** Why. */
        Refusal refusal();

        /**
         * A transaction: it will never be valid, or is not yet.
         *
         * @param transaction as it was given
         * @param refusal why
         */
        record OfTransaction(Transaction transaction, Refusal refusal) implements Dropped {}

        /**
         * A partition's events: the partition stands still until they are mended.
         *
         * @param partition its number
         * @param refusal why
         */
        record OfPartition(int partition, Refusal refusal) implements Dropped {}
    }

    /**
     * Applies a block, certificates aside.
     *
     * @param segments one for each advance of the block, in its order
     */
    public Outcome apply(LedgerState state, Block block, List<Segment> segments) {
        try {
            return applied(state, block, segments);
        } catch (RefusedException e) {
            return new Outcome.Refused(e.refusal());
        }
    }

    /**
     * Builds the next block from what fits, and leaves out what does not.
     *
     * @param clock milliseconds since 1970-01-01 UTC; the block's time unless the block before is as late
     * @param wanted transactions, in the order in which they are to be carried out
     * @param segments at most one a partition
     */
    public Built build(LedgerState state, long clock, List<Transaction> wanted, List<Segment> segments) {
        long time = Math.max(clock, state.time() + 1);
        Work work = new Work(state, time);
        deadlines.pass(work);
        List<Dropped> dropped = new ArrayList<>();
        List<Transaction> taken = new ArrayList<>();
        for (Transaction transaction : wanted) {
            if (taken.size() == Body.MOST_TRANSACTIONS) {
                break;
            }
            Work attempt = work.attempt();
            try {
                transactions.execute(attempt, transaction, "block " + work.height + ", a new transaction");
                work.keep(attempt);
                taken.add(transaction);
            } catch (RefusedException e) {
                dropped.add(new Dropped.OfTransaction(transaction, e.refusal()));
            }
        }
        Map<Integer, Segment> byPartition = new TreeMap<>();
        segments.forEach(each -> byPartition.put(each.partition(), each));
        Map<Integer, List<LogEntry>> entries = new TreeMap<>();
        List<Advance> advances = new ArrayList<>();
        byPartition.values().removeIf(segment -> {
            Work attempt = work.attempt();
            try {
                Advance advance = advanceOf(segment);
                entries.put(segment.partition(), billing.advance(attempt, advance, segment));
                work.keep(attempt);
                advances.add(advance);
                return false;
            } catch (RefusedException e) {
                dropped.add(new Dropped.OfPartition(segment.partition(), e.refusal()));
                return true;
            }
        });
        Body body = new Body(advances, taken);
        LedgerState after = work.state();
        Block block = new Block(
                new BlockHeader(
                        state.chain(),
                        work.height,
                        state.lastBlock(),
                        time,
                        state.validators().digest(),
                        body.digest(),
                        after.root()),
                body);
        return new Built(
                block, new Outcome.Applied(named(after, block), entries), List.copyOf(byPartition.values()), dropped);
    }

    /** The advance that a segment makes. */
    public static Advance advanceOf(Segment segment) {
        return new Advance(
                segment.partition(),
                segment.firstSequenceNr() + segment.events().size() - 1,
                segment.events().isEmpty()
                        ? Digest.ZERO
                        : PartitionCodec.hash(segment.events().getLast()));
    }

    private Outcome.Applied applied(LedgerState state, Block block, List<Segment> segments) {
        BlockHeader header = block.header();
        String where = "block " + header.height();
        checkHeader(state, header, where);
        Body body = block.body();
        Transactions.need(
                header.body().equals(body.digest()),
                Code.BODY,
                where,
                "the header names the body " + header.body() + ", this one is " + body.digest());
        Transactions.need(
                segments.size() == body.advances().size(),
                Code.SEGMENT,
                where,
                "it takes " + body.advances().size() + " partitions further, the events of " + segments.size()
                        + " are there");
        Work work = new Work(state, header.time());
        deadlines.pass(work);
        for (int i = 0; i < body.transactions().size(); i++) {
            transactions.execute(work, body.transactions().get(i), where + ", transaction " + i);
        }
        Map<Integer, List<LogEntry>> entries = new TreeMap<>();
        for (int i = 0; i < segments.size(); i++) {
            Advance advance = body.advances().get(i);
            entries.put(advance.partition(), billing.advance(work, advance, segments.get(i)));
        }
        LedgerState after = work.state();
        Digest root = after.root();
        Transactions.need(
                header.stateRoot().equals(root),
                Code.STATE_ROOT,
                where,
                "it leads to the state " + root + ", the header says " + header.stateRoot());
        return new Outcome.Applied(named(after, block), entries);
    }

    private static void checkHeader(LedgerState state, BlockHeader header, String where) {
        Transactions.need(
                header.chain().equals(state.chain()),
                Code.CHAIN,
                where,
                "it is of the chain " + header.chain() + ", this is " + state.chain());
        Transactions.need(
                header.height() == state.height() + 1,
                Code.HEIGHT,
                where,
                "it does not follow block " + state.height());
        Transactions.need(
                header.parent().equals(state.lastBlock()),
                Code.PARENT,
                where,
                "it follows " + header.parent() + ", the last block is " + state.lastBlock());
        Transactions.need(
                header.time() > state.time() && header.time() - state.time() <= Parameters.LONGEST,
                Code.TIME,
                where,
                "its time is " + header.time() + ", that of the block before " + state.time());
        Digest validators = state.validators().digest();
        Transactions.need(
                header.validators().equals(validators),
                Code.VALIDATORS,
                where,
                "it names the validators " + header.validators() + ", they are " + validators);
    }

    private static LedgerState named(LedgerState state, Block block) {
        return new LedgerState(
                state.chain(),
                state.network(),
                state.parameters(),
                state.operators(),
                state.height(),
                block.hash(),
                state.time(),
                state.validators(),
                state.supply(),
                state.treasury(),
                state.partitions(),
                state.accounts(),
                state.models(),
                state.nodes(),
                state.settlements(),
                state.leases(),
                state.due());
    }
}
