package dev.candor.cluster.evidence;

import static dev.candor.cluster.evidence.ProvenAnswers.CALLER;
import static dev.candor.cluster.evidence.ProvenAnswers.MODEL;
import static dev.candor.cluster.evidence.ProvenAnswers.disclosed;
import static dev.candor.cluster.evidence.ProvenAnswers.prove;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.proving.registration.ModelOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Commitments to weights, and a ledger that carries out what evidence shows. */
final class CommitmentVerifierTest {
    private static final PriceList PRICES = new PriceList(new Amount(100), new Amount(20), new Amount(300));
    private static final Parameters RULES = new Parameters(
            PRICES,
            100_000,
            10_000,
            5_000,
            60_000,
            new Amount(500),
            new Amount(700),
            250_000,
            60_000,
            4_000,
            1_000,
            6_000);

    private final Genesis network = new Genesis("test", 1, 1_790_000_000_000L, Digest.ZERO);
    private final ProvenAnswers answers = new ProvenAnswers(network.digest());
    private final ModelOwner owner = answers.owner;
    private final SigningKey key = answers.executor;
    private final LedgerGenesis genesis = new LedgerGenesis(
            network,
            RULES,
            List.of(key.publicKey().raw()),
            ValidatorSet.of(List.of(key.publicKey().raw())));
    private LedgerState state = genesis.state();

    private static ModelEntry bare() {
        return new ModelEntry("net", PRICES, PRICES, 0, List.of());
    }

    private static Claim.WeightsCommitted claim(ModelEntry entry, CommitmentEvidence evidence, int proofs) {
        return new Claim.WeightsCommitted(MODEL, entry, next(entry), evidence.ledgerRoot(), proofs);
    }

    private static ModelEntry with(ModelEntry entry, CommitmentEvidence evidence) {
        return entry.committing(ModelEntry.Commitment.fresh(next(entry), evidence.ledgerRoot(), ProvenAnswers.PROOFS));
    }

    /** The epoch after the last. */
    private static long next(ModelEntry entry) {
        return entry.commitments().isEmpty() ? 0 : entry.commitments().getLast().epoch() + 1;
    }

    private static String refusal(Claim claim, Evidence evidence) {
        return ((Verdict.Refused) new LedgerEvidence().verify(claim, evidence, 0)).why();
    }

    @Test
    void refusesByNameWhatIsNoSuccessionOfOneModelsWeights() {
        CommitmentEvidence registered = CommitmentEvidence.registration(owner.commitment(), owner.register());
        ModelOwner.Successor next = owner.rollOver(1);
        CommitmentEvidence rolled = CommitmentEvidence.rollOver(owner.commitment(), owner.root(), next.step());
        ModelEntry zero = with(bare(), registered);
        assertThat(new LedgerEvidence().verify(claim(bare(), registered, 3), registered.evidence(), 0))
                .isEqualTo(new Verdict.Accepted());
        assertThat(new LedgerEvidence().verify(claim(zero, rolled, 3), rolled.evidence(), 0))
                .isEqualTo(new Verdict.AcceptedOpening(registered.ledgerRoot(), 1));
        assertThat(refusal(claim(bare(), registered, 4), registered.evidence())).contains("has 3 proofs, not 4");
        assertThat(refusal(claim(bare(), rolled, 3), registered.evidence())).contains("is of the root");
        assertThat(refusal(claim(zero, registered, 3), registered.evidence())).contains("registered once");
        assertThat(refusal(claim(bare(), rolled, 3), rolled.evidence())).contains("no epoch before it");
        CommitmentEvidence second = CommitmentEvidence.rollOver(
                owner.commitment(),
                next.owner().root(),
                next.owner().rollOver(1).step());
        assertThat(refusal(claim(zero, second, 3), second.evidence()))
                .contains("not from the root that the ledger certified for epoch 0");
        CommitmentEvidence same =
                new CommitmentEvidence.RollOver(owner.commitment(), owner.root(), owner.root(), 1, rolled.proof());
        assertThat(refusal(claim(zero, same, 3), same.evidence())).contains("same root");
        ModelOwner other = ProvenAnswers.owner(6);
        CommitmentEvidence changed =
                new CommitmentEvidence.RollOver(owner.commitment(), owner.root(), other.root(), 1, rolled.proof());
        assertThat(refusal(claim(zero, changed, 3), changed.evidence())).contains("is not shown");
        CommitmentEvidence unproven = new CommitmentEvidence.Registration(other.commitment(), registered.proof());
        assertThat(refusal(claim(bare(), unproven, 3), unproven.evidence())).contains("is not shown");
        Bytes bytes = registered.evidence().bytes();
        for (int length = 0; length < bytes.length(); length += 997) {
            assertThat(refusal(
                            claim(bare(), registered, 3),
                            new Evidence(Evidence.Kind.COMMITMENT, bytes.slice(0, length))))
                    .contains("is not shown");
        }
    }

    private Transaction signed(long nonce, Action action) {
        Bytes raw = key.publicKey().raw();
        Bytes message = Transaction.Signed.message(state.chain(), raw, nonce, action);
        return new Transaction.Signed(raw, nonce, action, key.sign(message), Optional.empty());
    }

    /** The next block by one ledger, held by another. */
    private Ledger.Built next(List<Action> actions, List<Segment> segments) {
        long nonce = state.accounts()
                .get(Account.of(key.publicKey().raw()))
                .orElse(Account.EMPTY)
                .nonce();
        List<Transaction> transactions = new ArrayList<>();
        for (Action action : actions) {
            transactions.add(signed(nonce + transactions.size(), action));
        }
        Ledger.Built built = new Ledger(new Ed25519Signatures(), new LedgerEvidence())
                .build(state, state.time() + 200, transactions, segments);
        if (built.dropped().isEmpty()) {
            Ledger.Outcome applied = new Ledger(new Ed25519Signatures(), new LedgerEvidence())
                    .apply(state, Block.decode(built.block().encode()), segments);
            state = ((Ledger.Outcome.Applied) applied).state();
        }
        return built;
    }

    private Action commit(CommitmentEvidence evidence, long epoch) {
        return new Action.CommitWeights(MODEL, epoch, evidence.ledgerRoot(), ProvenAnswers.PROOFS, evidence.evidence());
    }

    private Segment segment(List<Bytes> receipts) {
        PartitionHead head = state.partitions().getFirst();
        List<PartitionEvent> events = new ArrayList<>();
        Digest hash = head.head();
        if (head.sequenceNr() == 0) {
            events.add(new PartitionEvent.Opened(1, hash));
            hash = PartitionCodec.hash(events.getFirst());
        }
        events.add(new PartitionEvent.ReceiptsCommitted(
                1,
                hash,
                receipts.stream()
                        .map(each -> new PartitionEvent.Entry(each, Optional.empty()))
                        .toList()));
        return new Segment(0, head.sequenceNr() + 1, events);
    }

    private Settlement.Status status(Receipt receipt) {
        return state.settlements()
                .get(Digest.sha256(receipt.toBytes()))
                .orElseThrow()
                .status();
    }

    private Action settle(Receipt receipt, ProofEvidence evidence) {
        return new Action.Settle(receipt.toBytes(), evidence.evidence());
    }

    @Test
    void aLedgerRegistersRollsOverAndSettlesByProofs() {
        CommitmentEvidence registered = CommitmentEvidence.registration(owner.commitment(), owner.register());
        assertThat(next(
                                List.of(
                                        new Action.RegisterNode(
                                                key.publicKey().raw(),
                                                Set.of(
                                                        NodeEntry.Role.VALIDATOR,
                                                        NodeEntry.Role.EXECUTOR,
                                                        NodeEntry.Role.PROVER),
                                                Account.of(key.publicKey().raw()),
                                                0,
                                                Long.MAX_VALUE,
                                                Digest.ZERO),
                                        new Action.Deposit(CALLER, new Amount(10_000)),
                                        new Action.RegisterModel(MODEL, "net", PRICES),
                                        commit(registered, 0)),
                                List.of())
                        .dropped())
                .isEmpty();
        DisclosedAnswer disclosed = disclosed(0, answers.input, answers.output);
        List<Receipt> receipts = List.of(answers.receipt(), answers.receipt(), answers.receipt());
        assertThat(next(
                                List.of(),
                                List.of(segment(
                                        receipts.stream().map(Receipt::toBytes).toList())))
                        .dropped())
                .isEmpty();
        Receipt first = receipts.getFirst();
        Receipt second = receipts.get(1);
        assertThat(next(List.of(settle(first, prove(owner, 1, disclosed, first, answers.input))), List.of())
                        .dropped())
                .isEmpty();
        assertThat(status(first)).isEqualTo(Settlement.Status.PROVEN);
        assertThat(next(List.of(settle(second, prove(owner, 1, disclosed, second, answers.input))), List.of())
                        .dropped()
                        .getFirst()
                        .refusal()
                        .why())
                .contains("opening 1 of epoch 0 was used");
        ModelOwner.Successor rolled = owner.rollOver(2);
        CommitmentEvidence step = CommitmentEvidence.rollOver(owner.commitment(), owner.root(), rolled.step());
        Receipt third = receipts.get(2);
        ProofEvidence early = prove(rolled.owner(), 1, disclosed, second, answers.input);
        assertThat(next(List.of(settle(second, early)), List.of())
                        .dropped()
                        .getFirst()
                        .refusal()
                        .why())
                .contains("no commitment of epoch 1");
        assertThat(next(
                                List.of(
                                        commit(step, 1),
                                        settle(second, early),
                                        settle(third, prove(rolled.owner(), 2, disclosed, third, answers.input))),
                                List.of())
                        .dropped())
                .isEmpty();
        assertThat(status(second)).isEqualTo(Settlement.Status.PROVEN);
        assertThat(status(third)).isEqualTo(Settlement.Status.PROVEN);
    }
}
