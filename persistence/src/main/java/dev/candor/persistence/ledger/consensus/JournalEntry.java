package dev.candor.persistence.ledger.consensus;

import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;

/** What a validator must not forget. */
public sealed interface JournalEntry {
    /**
     * It is about to send this vote.
     *
     * @param vote its own
     */
    record Voted(SignedVote vote) implements JournalEntry {}

    /**
     * It saw this block prepared and is about to commit to it.
     *
     * @param prepared block and certificate
     */
    record Locked(Message.Prepared prepared) implements JournalEntry {}

    /**
     * This block is final.
     *
     * @param block certified
     * @param certificate of commits
     */
    record Final(Block block, Certificate certificate) implements JournalEntry {}
}
