package dev.candor.persistence.ledger.sim;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.block.Body;
import dev.candor.persistence.ledger.consensus.ConsensusState;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Byzantine validators make up. */
final class Lies {
    private final Simulation world;

    Lies(Simulation world) {
        this.world = world;
    }

    /** The block with something in it that is not so. */
    Block spoiled(Block block) {
        world.count(Fault.INVALID_BLOCK_PROPOSED);
        BlockHeader h = block.header();
        return switch (world.random().nextInt(4)) {
            case 0 -> with(h, h.parent(), h.time(), Digest.sha256(h.stateRoot().toBytes()), block.body());
            case 1 -> with(h, Digest.ZERO, h.time(), h.stateRoot(), block.body());
            case 2 -> with(h, h.parent(), 5, h.stateRoot(), block.body());
            default -> {
                Bytes thief = FakeSignatures.key(99);
                Action theft = new Action.Deposit(LedgerFixture.id(99), new Amount(1_000));
                List<Transaction> more = new ArrayList<>(block.body().transactions());
                more.add(new Transaction.Signed(
                        thief, 0, theft, FakeSignatures.sign(thief, h.parent().toBytes()), Optional.empty()));
                yield with(
                        h,
                        h.parent(),
                        h.time(),
                        h.stateRoot(),
                        new Body(block.body().advances(), more));
            }
        };
    }

    private static Block with(BlockHeader h, Digest parent, long time, Digest root, Body body) {
        return new Block(
                new BlockHeader(h.chain(), h.height(), parent, time, h.validators(), body.digest(), root), body);
    }

    /** Proposes, prepares and commits a block of its own in a later round that nobody has asked for. */
    void unjustified(SimNode liar, ConsensusState state, Ledger ledger) {
        int self = state.validators().indexOf(liar.key);
        int round = state.round() + 1;
        while (self >= 0 && state.validators().proposer(state.height(), round) != self) {
            round++;
        }
        if (self < 0 || liar.ledgerState().height() + 1 != state.height()) {
            return;
        }
        world.count(Fault.UNJUSTIFIED_PROPOSAL);
        Block block = ledger.build(liar.ledgerState(), liar.clock() - 1_000 - round, List.of(), List.of())
                .block();
        world.send(
                liar,
                Optional.empty(),
                new Message.Proposal(
                        signed(liar, state, Vote.Kind.PROPOSAL, round, block), block, List.of(), Optional.empty()));
        for (Vote.Kind kind : List.of(Vote.Kind.PREPARE, Vote.Kind.COMMIT)) {
            world.send(liar, Optional.empty(), new Message.Ballot(signed(liar, state, kind, round, block)));
        }
    }

    private static SignedVote signed(SimNode liar, ConsensusState state, Vote.Kind kind, int round, Block block) {
        Vote vote = Vote.on(kind, state.height(), round, block.hash());
        return new SignedVote(vote, liar.key, FakeSignatures.sign(liar.key, vote.signedBytes(state.chain())));
    }
}
