package dev.candor.persistence.ledger.validator;

import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.consensus.JournalEntry;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.List;

/** Journal entries of the first height. */
final class ValidatorEntries {
    private ValidatorEntries() {}

    static List<JournalEntry> some() {
        LedgerState state = LedgerFixture.GENESIS.state();
        Block block = new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll())
                .build(state, LedgerFixture.START + 5, LedgerFixture.setUp(state), List.of())
                .block();
        Vote prepare = Vote.on(Vote.Kind.PREPARE, 1, 0, block.hash());
        var key = state.validators().keys().get(2);
        var signature = FakeSignatures.sign(key, prepare.signedBytes(state.chain()));
        return List.of(
                new JournalEntry.Voted(new SignedVote(prepare, key, signature)),
                new JournalEntry.Locked(new Message.Prepared(
                        block, new Certificate(prepare, List.of(new Certificate.Seal(2, signature))))),
                new JournalEntry.Final(block, new Certificate(prepare, List.of(new Certificate.Seal(1, signature)))));
    }
}
