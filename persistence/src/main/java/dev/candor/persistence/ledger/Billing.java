package dev.candor.persistence.ledger;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.Refusal.Code;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes a partition's events into the ledger: checks their chain and every signature, charges each receipt once and logs it. */
final class Billing {
    private final Signatures signatures;
    private final LedgerRules rules;

    Billing(Signatures signatures, LedgerRules rules) {
        this.signatures = signatures;
        this.rules = rules;
    }

    /** What one signature covers; verified once however many receipts share it. */
    private record Batch(Digest key, Digest root, int size, Bytes signature) {}

    /** Carries out one advance; returns the log's new entries. */
    List<LogEntry> advance(Work work, Advance advance, Segment segment) {
        String where = "block " + work.height + ", partition " + advance.partition();
        if (advance.partition() >= work.partitions.size()) {
            throw new RefusedException(Code.SEGMENT, where, "there are " + work.partitions.size() + " partitions");
        }
        PartitionHead head = work.partitions.get(advance.partition());
        long first = head.sequenceNr() + 1;
        if (advance.sequenceNr() < first || advance.sequenceNr() - head.sequenceNr() > Segment.MOST_EVENTS) {
            throw new RefusedException(
                    Code.SEGMENT,
                    where,
                    "it goes from event " + head.sequenceNr() + " to " + advance.sequenceNr() + "; 1 to "
                            + Segment.MOST_EVENTS + " events are allowed");
        }
        if (segment.partition() != advance.partition()
                || segment.firstSequenceNr() != first
                || segment.events().size() != advance.sequenceNr() - head.sequenceNr()) {
            throw new RefusedException(
                    Code.SEGMENT,
                    where,
                    "events " + first + " to " + advance.sequenceNr() + " are wanted, "
                            + segment.events().size() + " from " + segment.firstSequenceNr() + " of partition "
                            + segment.partition() + " are there");
        }
        List<LogEntry> entries = new ArrayList<>();
        Set<Batch> verified = new HashSet<>();
        Digest hash = head.head();
        long epoch = head.epoch();
        long at = first;
        for (PartitionEvent event : segment.events()) {
            String here = where + ", event " + at;
            checkLink(event, hash, epoch, here);
            if (event instanceof ReceiptsCommitted committed) {
                for (Entry entry : rules.ordered(committed.entries())) {
                    Receipt receipt = check(work, advance.partition(), entry.receipt(), verified, here);
                    entries.add(charge(work, receipt, Digest.sha256(entry.receipt())));
                }
            }
            hash = PartitionCodec.hash(event);
            epoch = event.epoch();
            at++;
        }
        if (!hash.equals(advance.head())) {
            throw new RefusedException(
                    Code.SEGMENT, where, "its events lead to " + hash + ", the block says " + advance.head());
        }
        work.partitions.set(
                advance.partition(),
                new PartitionHead(
                        advance.sequenceNr(),
                        hash,
                        epoch,
                        head.log()
                                .append(entries.stream().map(LogEntry::leafHash).toList())));
        return entries;
    }

    private void checkLink(PartitionEvent event, Digest head, long epoch, String where) {
        if (!rules.links(event.prevHash(), head)) {
            throw new RefusedException(Code.SEGMENT, where, "it follows " + event.prevHash() + ", the head is " + head);
        }
        boolean inTurn = switch (event) {
            case Opened opened -> opened.epoch() > epoch;
            case ReceiptsCommitted committed -> rules.inEpoch(committed.epoch(), epoch);
        };
        if (!inTurn) {
            throw new RefusedException(
                    Code.SEGMENT, where, "it is of epoch " + event.epoch() + ", the partition is in epoch " + epoch);
        }
    }

    private Receipt check(Work work, int partition, Bytes bytes, Set<Batch> verified, String where) {
        Receipt receipt;
        try {
            receipt = Receipt.parse(bytes);
        } catch (MalformedBytesException e) {
            throw new RefusedException(Code.RECEIPT, where, "a receipt is malformed: " + e.getMessage());
        }
        ReceiptLeaf leaf = receipt.leaf();
        if (!leaf.network().equals(work.before.network())) {
            throw new RefusedException(
                    Code.RECEIPT,
                    where,
                    "receipt " + leaf.id() + " is of network " + leaf.network() + ", this is " + work.before.network());
        }
        if (leaf.id().partition() != partition) {
            throw new RefusedException(Code.RECEIPT, where, "receipt " + leaf.id() + " belongs into another partition");
        }
        NodeEntry executor = work.nodes
                .get(leaf.keyId())
                .filter(node -> node.roles().contains(NodeEntry.Role.EXECUTOR))
                .orElseThrow(() -> new RefusedException(
                        Code.RECEIPT,
                        where,
                        "receipt " + leaf.id() + " is signed by " + leaf.keyId()
                                + ", which is no executor; register it"));
        Batch batch = receipt.root()
                .map(root -> new Batch(leaf.keyId(), root, receipt.treeSize(), receipt.signature()))
                .orElseThrow(() -> new RefusedException(
                        Code.RECEIPT, where, "receipt " + leaf.id() + " has a path that does not fit its batch"));
        if (!verified.contains(batch)) {
            Bytes message = Receipt.signedMessage(leaf.network(), batch.root(), batch.size(), batch.key());
            if (!signatures.verifies(executor.publicKey(), message, batch.signature())) {
                throw new RefusedException(
                        Code.RECEIPT, where, "the signature of receipt " + leaf.id() + " is not its executor's");
            }
            verified.add(batch);
        }
        return receipt;
    }

    /** An answered receipt is always valid: what its caller cannot pay becomes debt. */
    private LogEntry charge(Work work, Receipt receipt, Digest id) {
        ReceiptLeaf leaf = receipt.leaf();
        VerificationMode mode = leaf.requested();
        NodeEntry executor = work.nodes.get(leaf.keyId()).orElseThrow();
        boolean again =
                mode != VerificationMode.VANILLA && work.settlements.get(id).isPresent();
        long now = rules.now(work.time);
        if (again || !executor.earns(leaf.answeredAt(), now)) {
            return new LogEntry(id, work.height, work.time, Amount.ZERO, Amount.ZERO, Amount.ZERO, false);
        }
        Optional<ModelEntry> model = work.models.get(leaf.model().contentId());
        PriceList prices = model.map(entry -> entry.pricesAt(now))
                .orElse(work.before.parameters().defaultPrices());
        Amount price = rules.charge(prices.base());
        Amount premium = prices.premium(mode);
        Account caller = work.account(leaf.caller());
        Amount paid = price.min(caller.balance());
        Amount held = premium.min(caller.balance().minus(paid));
        Amount owed = price.plus(premium).minus(paid).minus(held);
        if (!price.plus(premium).isZero()) {
            work.accounts.put(
                    leaf.caller(),
                    caller.withBalance(caller.balance().minus(paid).minus(held)).withDebt(more(caller.debt(), owed)));
        }
        work.pay(executor.operator(), paid);
        if (mode != VerificationMode.VANILLA) {
            long deadline = work.before.parameters().deadline(mode, now);
            work.settlements.put(
                    id,
                    new Settlement(
                            Settlement.Status.PENDING,
                            mode,
                            leaf.caller(),
                            leaf.keyId(),
                            leaf.model().contentId(),
                            paid,
                            held,
                            premium.minus(held),
                            deadline,
                            work.height));
            Due due = new Due(Due.Kind.EXPIRY, id);
            work.due.put(due.key(deadline), due);
        }
        return new LogEntry(id, work.height, work.time, paid, held, owed, true);
    }

    /** Debt is no money: it ends at the largest amount. */
    private static Amount more(Amount debt, Amount owed) {
        return debt.plus(owed.min(Amount.MAX.minus(debt)));
    }
}
