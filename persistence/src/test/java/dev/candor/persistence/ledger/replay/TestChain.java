package dev.candor.persistence.ledger.replay;

import static dev.candor.persistence.ledger.LedgerFixture.CALLER;
import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static dev.candor.persistence.ledger.LedgerFixture.segment;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.ArrayList;
import java.util.List;

/** A small chain with certificates, built without consensus. */
public final class TestChain {
    /** One block and what is behind it. */
    record Link(Block block, Certificate certificate, List<Segment> segments) {}

    final Ledger ledger = new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll());
    final List<Link> links = new ArrayList<>();
    final List<Bytes> receipts = new ArrayList<>();
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
        List<String> lines = new ArrayList<>();
        lines.add(new LedgerLine.Genesis(GENESIS).write());
        for (Link link : links) {
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
