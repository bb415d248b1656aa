package dev.candor.persistence.ledger.sim;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.Ledger.Outcome;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.sim.Violation.Invariant;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sees everything that happens in a simulation, shares no state with the validators, and holds the invariants against it. */
final class Oracle {
    private final Ledger reference = new Ledger(new FakeSignatures(), Simulation.EVIDENCE);
    private final SimPartitions partitions;
    private final List<Digest> decided = new ArrayList<>();
    private final Map<String, Vote> votes = new HashMap<>();
    private final Map<Digest, Integer> finalReceipts = new HashMap<>();
    private final Set<Bytes> seenToEquivocate = new HashSet<>();
    private LedgerState state = LedgerFixture.GENESIS.state();

    Oracle(SimPartitions partitions) {
        this.partitions = partitions;
    }

    LedgerState state() {
        return state;
    }

    /** An honest validator holds this block for final, and came to this state. */
    void decided(String node, Block block, Certificate certificate, LedgerState after) {
        long height = block.header().height();
        if (height <= decided.size()) {
            Violation.unless(
                    decided.get((int) height - 1).equals(block.hash()),
                    Invariant.AGREEMENT,
                    node + " decided " + block.hash() + " at height " + height + ", another did "
                            + decided.get((int) height - 1));
        } else {
            first(node, block, certificate);
        }
        Violation.unless(
                block.header().stateRoot().equals(after.root()), Invariant.ROOTS, node + " came to another root");
        long total = LedgerFixture.total(after);
        Violation.unless(
                total == after.supply().units(),
                Invariant.SUPPLY,
                "at height " + height + " there are " + total + " units, the supply is " + after.supply());
    }

    private void first(String node, Block block, Certificate certificate) {
        long height = block.header().height();
        Violation.unless(height == decided.size() + 1, Invariant.AGREEMENT, node + " skipped a height");
        certificate
                .defect(state.chain(), state.validators(), new FakeSignatures())
                .ifPresent(defect -> {
                    throw new Violation(Invariant.CERTIFIED, "block " + height + ": " + defect);
                });
        for (Advance advance : block.body().advances()) {
            Violation.unless(
                    partitions.isTrue(advance),
                    Invariant.VALIDITY,
                    "block " + height + " certifies what partition " + advance.partition() + " never wrote");
        }
        Outcome outcome = reference.apply(
                state, block, partitions.fetch(state, block.body().advances()).orElseThrow());
        switch (outcome) {
            case Outcome.Refused(var refusal) -> throw new Violation(Invariant.ROOTS, "a replay refuses " + refusal);
            case Outcome.Applied applied -> {
                applied.entries().values().forEach(entries -> entries.forEach(this::charged));
                state = applied.state();
                decided.add(block.hash());
            }
        }
    }

    private void charged(LogEntry entry) {
        finalReceipts.merge(entry.receipt(), 1, Integer::sum);
    }

    /** An honest validator found this in the log of its own state. */
    void logged(LogEntry entry) {
        Violation.unless(
                entry.paid().equals(new Amount(100)) && entry.owed().isZero(),
                Invariant.CHARGED_ONCE,
                "a price of 100 was charged as " + entry.paid() + ", owed " + entry.owed());
    }

    /** An honest validator's key signed this. */
    void voted(SignedVote signed) {
        Vote vote = signed.vote();
        String slot = signed.key().toHex() + vote.kind() + vote.height() + "/" + vote.round();
        Vote before = votes.putIfAbsent(slot, vote);
        Violation.unless(
                before == null || before.equals(vote),
                Invariant.HONEST_VOTES,
                "an honest validator signed " + before + " and " + vote);
    }

    /** An honest validator went through a whole step in which it had seen both of two rival votes. */
    void sawEquivocation(Bytes key) {
        seenToEquivocate.add(key);
    }

    /** What must hold once everything is quiet. */
    void atTheEnd() {
        for (Digest receipt : partitions.acknowledged()) {
            int times = finalReceipts.getOrDefault(receipt, 0);
            Violation.unless(
                    times == 1, Invariant.ACKNOWLEDGED, "receipt " + receipt + " is final " + times + " times");
        }
        for (Bytes key : seenToEquivocate) {
            boolean punished = state.nodes()
                    .get(ValidatorSet.keyId(key))
                    .map(NodeEntry::equivocated)
                    .orElse(false);
            Violation.unless(
                    punished, Invariant.PUNISHED, "validator " + ValidatorSet.keyId(key) + " got away with it");
        }
    }

    /** Whether all that was acknowledged is final, and all that was seen is punished. */
    boolean isSettled() {
        return finalReceipts.keySet().containsAll(partitions.acknowledged())
                && seenToEquivocate.stream()
                        .allMatch(key -> state.nodes()
                                .get(ValidatorSet.keyId(key))
                                .map(NodeEntry::equivocated)
                                .orElse(false));
    }

    int height() {
        return decided.size();
    }

    Digest history() {
        StringBuilder all = new StringBuilder();
        decided.forEach(all::append);
        return Digest.sha256(Bytes.wrap(all.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }
}
