package dev.candor.persistence.ledger.replay;

import static dev.candor.persistence.ledger.LedgerFixture.CALLER;
import static dev.candor.persistence.ledger.LedgerFixture.EXECUTOR;
import static dev.candor.persistence.ledger.LedgerFixture.GATEWAY;
import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.MODEL;
import static dev.candor.persistence.ledger.LedgerFixture.PAYEE;
import static dev.candor.persistence.ledger.LedgerFixture.PROVER;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.id;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static dev.candor.persistence.ledger.LedgerFixture.node;
import static dev.candor.persistence.ledger.LedgerFixture.operator;
import static dev.candor.persistence.ledger.LedgerFixture.prices;
import static dev.candor.persistence.ledger.LedgerFixture.segment;
import static dev.candor.persistence.ledger.LedgerFixture.signed;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tree.MerkleLog;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** A small chain with certificates, built without consensus. */
public final class TestChain {
    /** One block and what is behind it. */
    record Link(Block block, Certificate certificate, List<Segment> segments) {}

    /** Convinced by any evidence; of a commitment and a proof it takes opening 3 of epoch 0. */
    static final EvidenceVerifier CREDULOUS = (claim, _, _) -> claim instanceof Claim.AnswerRight
            ? new Verdict.AcceptedOpening(Digest.sha256(Bytes.ofHex("77")), 3)
            : new Verdict.Accepted();

    final Ledger ledger = new Ledger(new FakeSignatures(), CREDULOUS);
    final List<Link> links = new ArrayList<>();
    final List<Bytes> receipts = new ArrayList<>();
    /** What each partition's last receipts became. */
    final Map<Integer, List<LogEntry>> entries = new TreeMap<>();

    LedgerState state = GENESIS.state();

    /** The genesis alone. */
    public TestChain() {}

    /** Set-up and two blocks with receipts in two partitions. */
    static TestChain small() {
        TestChain chain = new TestChain();
        chain.add(LedgerFixture.setUp(chain.state), List.of());
        chain.receipts.addAll(batch(
                List.of(leaf(0, 1, CALLER, VerificationMode.VANILLA), leaf(0, 2, CALLER, VerificationMode.ZKML))));
        chain.add(List.of(), List.of(segment(chain.state, 0, chain.receipts)));
        List<Bytes> more = batch(List.of(leaf(3, 3, CALLER, VerificationMode.VANILLA)));
        chain.add(
                List.of(),
                List.of(
                        segment(chain.state, 0, batch(List.of(leaf(0, 4, CALLER, VerificationMode.TEE)))),
                        segment(chain.state, 3, more)));
        chain.receipts.addAll(more);
        return chain;
    }

    /** A block with each kind of transaction, and receipts in two partitions; the validators change in the end. */
    static TestChain eventful() {
        TestChain chain = small();
        Evidence evidence = new Evidence(Evidence.Kind.PROOF, Bytes.ofHex("01"));
        Evidence commitment = new Evidence(Evidence.Kind.COMMITMENT, Bytes.ofHex("01"));
        Digest validator = id(11);
        List<Transaction> operator = operator(
                chain.state,
                new Action.CommitWeights(MODEL, 0, Digest.sha256(Bytes.ofHex("77")), 8, commitment),
                new Action.SetPrices(MODEL, prices(200, 1, 1), chain.state.time() + 10_000),
                new Action.Withdraw(CALLER, new Amount(1_000)),
                new Action.Deposit(validator, new Amount(1_000)));
        List<Transaction> others = List.of(
                signed(chain.state, PAYEE, 0, new Action.Stake(id(EXECUTOR), new Amount(1_000))),
                signed(chain.state, PAYEE, 1, new Action.Unstake(id(EXECUTOR), new Amount(100))),
                signed(
                        chain.state,
                        GATEWAY,
                        0,
                        new Action.LeaseAllowances(
                                List.of(new Action.Wish(CALLER, new Amount(1), new Amount(60_000))),
                                chain.state.time() + 1_000,
                                List.of())));
        chain.add(join(operator, others), List.of());
        Digest lease = Lease.id(FakeSignatures.key(GATEWAY), 0, 0);
        MerkleLog log = new MerkleLog();
        LogEntry logged = Objects.requireNonNull(chain.entries.get(3)).getFirst();
        log.append(logged.leafHash());
        Action disprove = new Action.Disprove(
                chain.receipts.getLast(), logged, new Evidence(Evidence.Kind.REEXECUTION, Bytes.ofHex("01")));
        Transaction.Signed bare = (Transaction.Signed) signed(chain.state, GATEWAY, 1, disprove);
        chain.add(
                join(
                        List.of(
                                signed(chain.state, PROVER, 0, new Action.Settle(chain.receipts.get(1), evidence)),
                                new Transaction.Signed(
                                        bare.key(),
                                        bare.nonce(),
                                        bare.action(),
                                        bare.signature(),
                                        Optional.of(log.inclusion(0, 1))),
                                signed(
                                        chain.state,
                                        GATEWAY,
                                        2,
                                        new Action.LeaseAllowances(
                                                List.of(), 0, List.of(new Action.Unused(lease, new Amount(500))))),
                                new Transaction.Equivocation(
                                        vote(chain.state, Digest.sha256(Bytes.ofHex("01"))),
                                        vote(chain.state, Digest.sha256(Bytes.ofHex("02"))))),
                        operator(
                                chain.state,
                                new Action.RevokeNode(id(PROVER)),
                                node(14, NodeEntry.Role.VALIDATOR),
                                new Action.ChangeValidators(LedgerFixture.validators(10, 12, 13, 14)))),
                List.of());
        Bytes keyed =
                batch(List.of(leaf(0, 5, CALLER, VerificationMode.VANILLA))).getFirst();
        Segment plain = segment(chain.state, 0, List.of(keyed));
        PartitionEvent.Entry entry = new PartitionEvent.Entry(
                keyed,
                Optional.of(new PartitionEvent.EntryKey(
                        Digest.sha256(Bytes.ofHex("1d")), Digest.sha256(Bytes.ofHex("f1")))));
        PartitionEvent.ReceiptsCommitted event =
                (PartitionEvent.ReceiptsCommitted) plain.events().getFirst();
        chain.add(
                List.of(),
                List.of(new Segment(
                        0,
                        plain.firstSequenceNr(),
                        List.of(new PartitionEvent.ReceiptsCommitted(
                                event.epoch(), event.prevHash(), List.of(entry))))));
        return chain;
    }

    private static SignedVote vote(LedgerState state, Digest block) {
        Vote vote = Vote.on(Vote.Kind.COMMIT, 5, 0, block);
        Bytes key = FakeSignatures.key(11);
        return new SignedVote(vote, key, FakeSignatures.sign(key, vote.signedBytes(state.chain())));
    }

    private static List<Transaction> join(List<Transaction> first, List<Transaction> second) {
        List<Transaction> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** The state after the last block. */
    public LedgerState state() {
        return state;
    }

    /** The blocks with their certificates. */
    public List<Message.Decided> decided() {
        return links.stream()
                .map(each -> new Message.Decided(each.block(), each.certificate()))
                .toList();
    }

    /** Adds a certified block; nothing may be refused. */
    public void add(List<Transaction> transactions, List<Segment> segments) {
        Ledger.Built built = ledger.build(state, state.time() + 100, transactions, segments);
        if (!built.dropped().isEmpty()) {
            throw new IllegalStateException(built.dropped().toString());
        }
        links.add(new Link(built.block(), certify(state, built.block()), built.segments()));
        entries.putAll(built.applied().entries());
        state = built.applied().state();
    }

    /** Three of four validators sign. */
    static Certificate certify(LedgerState before, Block block) {
        Vote vote = Vote.on(Vote.Kind.COMMIT, block.header().height(), 0, block.hash());
        List<Certificate.Seal> seals = new ArrayList<>();
        for (int i = 1; i < 4; i++) {
            seals.add(new Certificate.Seal(
                    i, FakeSignatures.sign(before.validators().keys().get(i), vote.signedBytes(before.chain()))));
        }
        return new Certificate(vote, seals);
    }

    List<String> lines() {
        return lines(links.size());
    }

    /** The lines up to some block. */
    List<String> lines(int blocks) {
        List<String> lines = new ArrayList<>();
        lines.add(new LedgerLine.Genesis(GENESIS).write());
        for (Link link : links.subList(0, blocks)) {
            for (Segment segment : link.segments()) {
                for (int i = 0; i < segment.events().size(); i++) {
                    lines.add(new LedgerLine.Event(
                                    segment.partition(),
                                    segment.firstSequenceNr() + i,
                                    segment.events().get(i))
                            .write());
                }
            }
            lines.add(new LedgerLine.Final(link.block(), link.certificate()).write());
        }
        return lines;
    }
}
