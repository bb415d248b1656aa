package dev.candor.persistence.ledger;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.Refusal.Code;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.state.Settlement.Status;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import java.util.Optional;

/** What becomes of answers: proven, attested, or disproved. That nothing came in time is {@link Deadlines}' and never evidence of a fault. */
final class Settlements {
    private final EvidenceVerifier verifier;

    Settlements(EvidenceVerifier verifier) {
        this.verifier = verifier;
    }

    void settle(Work work, Digest signer, Action.Settle action, String where) {
        Transactions.need(
                Transactions.node(work, signer, where).acts(NodeEntry.Role.PROVER, work.time),
                Code.AUTHORITY,
                where,
                "node " + signer + " is no prover");
        Digest id = Digest.sha256(action.receipt());
        Settlement pending = work.settlements
                .get(id)
                .filter(each -> each.status() == Status.PENDING)
                .orElseThrow(() -> new RefusedException(
                        Code.REQUEST, where, "the receipt " + id + " does not wait for a proof or an attestation"));
        Receipt receipt = parse(action.receipt(), where);
        Evidence.Kind wanted = switch (pending.mode()) {
            case VANILLA -> throw new IllegalStateException("a receipt of mode VANILLA is pending");
            case TEE -> Evidence.Kind.ATTESTATION;
            case ZKML -> Evidence.Kind.PROOF;
        };
        Transactions.need(
                action.evidence().kind() == wanted,
                Code.EVIDENCE,
                where,
                "the receipt " + id + " is settled by evidence of the kind " + wanted);
        Optional<ModelEntry> model = work.models.get(pending.model());
        Claim claim = new Claim.AnswerRight(receipt, model, Transactions.node(work, pending.executor(), where));
        Optional<Verdict.AcceptedOpening> opening =
                accepted(verifier.verify(claim, action.evidence(), work.time), where);
        open(work, pending.model(), model, opening, where);
        work.pay(Transactions.node(work, signer, where).operator(), pending.held());
        Status status = wanted == Evidence.Kind.PROOF ? Status.PROVEN : Status.ATTESTED;
        work.settlements.put(id, pending.as(status, work.height));
        forget(work, id, pending);
    }

    /** What is settled does not expire. */
    private static void forget(Work work, Digest id, Settlement pending) {
        work.due.remove(new Due(Due.Kind.EXPIRY, id).key(pending.deadline()));
    }

    void disprove(Work work, Digest reporter, Action.Disprove action, LogProof place, String where) {
        Receipt receipt = parse(action.receipt(), where);
        ReceiptLeaf leaf = receipt.leaf();
        Digest id = Digest.sha256(action.receipt());
        LogEntry entry = action.entry();
        Transactions.need(entry.receipt().equals(id), Code.REQUEST, where, "the log entry is of another receipt");
        checkPlace(work, leaf, entry, place, where);
        Parameters rules = work.before.parameters();
        Transactions.need(
                work.time - entry.time() <= rules.challengeWindow(),
                Code.REQUEST,
                where,
                "the receipt " + id + " could be disproved until " + (entry.time() + rules.challengeWindow()));
        Optional<Settlement> known = work.settlements.get(id);
        known.ifPresent(each -> Transactions.need(
                each.status() != Status.DISPROVED && each.status() != Status.PROVEN,
                Code.REQUEST,
                where,
                "the receipt " + id + " is " + each.status() + " already"));
        Optional<ModelEntry> model = work.models.get(leaf.model().contentId());
        Transactions.need(
                action.evidence().kind() == Evidence.Kind.PROOF
                        || action.evidence().kind() == Evidence.Kind.REEXECUTION,
                Code.EVIDENCE,
                where,
                "an answer is disproved by evidence of the kind PROOF or REEXECUTION");
        Optional<Verdict.AcceptedOpening> opening =
                accepted(verifier.verify(new Claim.AnswerWrong(receipt, model), action.evidence(), work.time), where);
        open(work, leaf.model().contentId(), model, opening, where);
        refund(work, reporter, leaf, entry, known);
        known.filter(each -> each.status() == Status.PENDING).ifPresent(each -> forget(work, id, each));
        Settlement before = known.orElseGet(() -> new Settlement(
                Status.DISPROVED,
                leaf.requested(),
                leaf.caller(),
                leaf.keyId(),
                leaf.model().contentId(),
                entry.paid(),
                entry.held(),
                Amount.ZERO,
                0,
                work.height));
        work.settlements.put(id, before.as(Status.DISPROVED, work.height));
    }

    private static void checkPlace(Work work, ReceiptLeaf leaf, LogEntry entry, LogProof place, String where) {
        int partition = leaf.id().partition();
        Transactions.need(
                partition < work.partitions.size(), Code.REQUEST, where, "there is no partition " + partition);
        PartitionHead head = work.partitions.get(partition);
        Transactions.need(
                place.size() == head.log().size() && place.includes(head.log().root(), entry.leafHash()),
                Code.REQUEST,
                where,
                "the log of partition " + partition + ", which has "
                        + head.log().size() + " entries, does not hold this one at " + place.index() + " of "
                        + place.size());
    }

    /** The executor pays the refund, as far as its stake goes; then the treasury. What is in escrow returns from there. */
    private static void refund(
            Work work, Digest reporter, ReceiptLeaf leaf, LogEntry entry, Optional<Settlement> known) {
        Amount due = entry.paid();
        Amount owed = entry.owed();
        if (known.isPresent()) {
            Settlement settlement = known.get();
            switch (settlement.status()) {
                case PENDING -> work.credit(leaf.caller(), settlement.held());
                case ATTESTED -> due = due.plus(settlement.held());
                case EXPIRED -> owed = owed.lessAtMost(settlement.unpaid());
                case PROVEN, DISPROVED -> throw new IllegalStateException("such a receipt is not disproved");
            }
        }
        NodeEntry executor = work.nodes.get(leaf.keyId()).orElseThrow();
        Amount fromStake = due.min(executor.liable());
        Amount fromTreasury = due.minus(fromStake).min(work.treasury);
        work.treasury = work.treasury.minus(fromTreasury);
        work.credit(leaf.caller(), fromStake.plus(fromTreasury));
        work.forgive(leaf.caller(), owed);
        NodeEntry refunded = executor.slashed(fromStake);
        Amount penalty = work.before.parameters().disproofPenalty().min(refunded.liable());
        Amount reward = penalty.share(work.before.parameters().rewardPpm());
        work.nodes.put(leaf.keyId(), refunded.slashed(penalty));
        work.credit(reporter, reward);
        work.treasury = work.treasury.plus(penalty.minus(reward));
    }

    static Optional<Verdict.AcceptedOpening> accepted(Verdict verdict, String where) {
        return switch (verdict) {
            case Verdict.Accepted _ -> Optional.empty();
            case Verdict.AcceptedOpening opening -> Optional.of(opening);
            case Verdict.Refused(String why) -> throw new RefusedException(Code.EVIDENCE, where, why);
        };
    }

    private static void open(
            Work work, Digest id, Optional<ModelEntry> model, Optional<Verdict.AcceptedOpening> opening, String where) {
        if (opening.isPresent()) {
            ModelEntry known = model.orElseThrow(
                    () -> new RefusedException(Code.EVIDENCE, where, "model " + id + " is not registered"));
            work.models.put(id, use(id, known, opening, where));
        }
    }

    /** No opening of a commitment counts twice: proofs that share one would leak the weights. */
    static ModelEntry use(Digest id, ModelEntry model, Optional<Verdict.AcceptedOpening> opening, String where) {
        if (opening.isEmpty()) {
            return model;
        }
        Digest root = opening.get().root();
        int index = opening.get().index();
        ModelEntry.Commitment commitment = model.commitment(root)
                .orElseThrow(() -> new RefusedException(
                        Code.EVIDENCE, where, "model " + id + " has no commitment " + root + " that still counts"));
        Transactions.need(
                index >= 0 && index < commitment.proofs() && !commitment.isUsed(index),
                Code.EVIDENCE,
                where,
                "opening " + index + " of epoch " + commitment.epoch() + " was used, or is not one of "
                        + commitment.proofs());
        return model.using(root, index);
    }

    private static Receipt parse(Bytes bytes, String where) {
        try {
            return Receipt.parse(bytes);
        } catch (MalformedBytesException e) {
            throw new RefusedException(Code.REQUEST, where, "the receipt is malformed: " + e.getMessage());
        }
    }
}
