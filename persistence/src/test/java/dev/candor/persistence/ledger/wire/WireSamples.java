package dev.candor.persistence.ledger.wire;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateProof;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One of each thing that is said over a network, with how it is read and written again. */
final class WireSamples {
    static final LedgerState STATE = LedgerFixture.GENESIS.state();
    static final Block BLOCK = new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll())
            .build(STATE, LedgerFixture.START + 5, LedgerFixture.setUp(STATE), List.of())
            .block();
    static final Segment SEGMENT = LedgerFixture.segment(
            STATE,
            2,
            LedgerFixture.batch(List.of(
                    LedgerFixture.leaf(2, 1, LedgerFixture.CALLER, VerificationMode.VANILLA),
                    LedgerFixture.leaf(2, 2, LedgerFixture.CALLER, VerificationMode.ZKML))));

    private WireSamples() {}

    /**
     * A sample.
     *
     * @param bytes as they are sent
     * @param again reads them and writes what was read
     */
    record Sample(Bytes bytes, Function<Bytes, Bytes> again) {}

    static SignedVote vote(Vote vote, int validator) {
        Bytes key = STATE.validators().keys().get(validator);
        return new SignedVote(vote, key, FakeSignatures.sign(key, vote.signedBytes(STATE.chain())));
    }

    static Certificate certificate(Vote vote) {
        return new Certificate(
                vote,
                List.of(
                        new Certificate.Seal(0, vote(vote, 0).signature()),
                        new Certificate.Seal(2, vote(vote, 2).signature()),
                        new Certificate.Seal(3, vote(vote, 3).signature())));
    }

    static Map<String, Sample> all() {
        Map<String, Sample> all = new LinkedHashMap<>();
        Vote prepare = Vote.on(Vote.Kind.PREPARE, 1, 0, BLOCK.hash());
        Vote commit = Vote.on(Vote.Kind.COMMIT, 1, 1, BLOCK.hash());
        SignedVote change = vote(new Vote(Vote.Kind.ROUND_CHANGE, 1, 1, BLOCK.hash(), 0), 1);
        SignedVote proposal = vote(Vote.on(Vote.Kind.PROPOSAL, 1, 1, BLOCK.hash()), 2);
        Transaction.Signed transaction =
                (Transaction.Signed) LedgerFixture.setUp(STATE).getFirst();
        frame(
                all,
                "proposal",
                new PeerFrame.Said(new Message.Proposal(
                        proposal, BLOCK, List.of(change, change, change), Optional.of(certificate(prepare)))));
        frame(
                all,
                "proposal of the first round",
                new PeerFrame.Said(new Message.Proposal(proposal, BLOCK, List.of(), Optional.empty())));
        frame(all, "ballot", new PeerFrame.Said(new Message.Ballot(vote(commit, 3))));
        frame(
                all,
                "round change",
                new PeerFrame.Said(new Message.RoundChange(
                        change, Optional.of(new Message.Prepared(BLOCK, certificate(prepare))))));
        frame(
                all,
                "round change without a block",
                new PeerFrame.Said(new Message.RoundChange(
                        vote(new Vote(Vote.Kind.ROUND_CHANGE, 1, 1, Digest.ZERO, -1), 1), Optional.empty())));
        Message.Decided decided = new Message.Decided(BLOCK, certificate(commit));
        frame(all, "decided", new PeerFrame.Said(decided));
        frame(all, "sync request", new PeerFrame.Said(new Message.SyncRequest(7)));
        frame(all, "transaction", new PeerFrame.Passed(transaction));
        all.put(
                "standing",
                new Sample(
                        QueryCodec.encode(new Standing(
                                STATE.chain(), 3, BLOCK.hash(), STATE.root(), 9, Optional.of("it was halted"))),
                        bytes -> QueryCodec.encode(QueryCodec.standing(bytes))));
        all.put("height", new Sample(QueryCodec.encode(9L), bytes -> QueryCodec.encode(QueryCodec.height(bytes))));
        all.put(
                "place",
                new Sample(
                        QueryCodec.encode(new QueryCodec.Place(3, 17)),
                        bytes -> QueryCodec.encode(QueryCodec.place(bytes))));
        all.put(
                "blocks",
                new Sample(
                        QueryCodec.encode(List.of(decided, decided)),
                        bytes -> QueryCodec.encode(QueryCodec.blocks(bytes))));
        all.put(
                "a transaction handed in",
                new Sample(QueryCodec.encode(transaction), bytes -> QueryCodec.encode(QueryCodec.transaction(bytes))));
        all.put(
                "included",
                new Sample(
                        QueryCodec.encode(new Submitted.Included(4)),
                        bytes -> QueryCodec.encode(QueryCodec.submitted(bytes))));
        all.put(
                "refused",
                new Sample(
                        QueryCodec.encode(new Submitted.Refused("no such account")),
                        bytes -> QueryCodec.encode(QueryCodec.submitted(bytes))));
        all.put(
                "positions",
                new Sample(
                        QueryCodec.encodePositions(
                                List.of(new Position(0, 0, Digest.ZERO), new Position(2, 5, BLOCK.hash()))),
                        bytes -> QueryCodec.encodePositions(QueryCodec.positions(bytes))));
        all.put(
                "events",
                new Sample(
                        QueryCodec.encodeEvents(List.of(SEGMENT)),
                        bytes -> QueryCodec.encodeEvents(QueryCodec.events(bytes))));
        List<StateKey> keys = List.of(
                new StateKey(StateProof.Section.NODES, LedgerFixture.id(10)),
                new StateKey(StateProof.Section.ACCOUNTS, LedgerFixture.CALLER));
        all.put(
                "keys of a state",
                new Sample(HoldingsCodec.encode(keys), bytes -> HoldingsCodec.encode(HoldingsCodec.keys(bytes))));
        all.put(
                "holdings",
                new Sample(
                        HoldingsCodec.encode(HoldingsCodec.of(STATE, BLOCK.header(), certificate(commit), keys)),
                        bytes -> HoldingsCodec.encode(HoldingsCodec.holdings(bytes))));
        return all;
    }

    private static void frame(Map<String, Sample> all, String name, PeerFrame frame) {
        all.put(name, new Sample(PeerCodec.encode(frame), bytes -> PeerCodec.encode(PeerCodec.decode(bytes))));
    }
}
