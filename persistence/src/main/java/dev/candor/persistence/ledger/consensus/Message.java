package dev.candor.persistence.ledger.consensus;

import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import java.util.List;
import java.util.Optional;

/** What validators say to each other. Nothing in a message is believed before its signatures are checked. */
public sealed interface Message {
    /**
     * A block to agree on.
     *
     * @param vote the proposer's
     * @param block proposed
     * @param roundChanges in rounds after the first, a quorum's for this round
     * @param prepared what shows that the block is the one that those name as prepared last; empty where they name none
     */
    record Proposal(SignedVote vote, Block block, List<SignedVote> roundChanges, Optional<Certificate> prepared)
            implements Message {
        /** Copies the list. */
        public Proposal {
            roundChanges = List.copyOf(roundChanges);
        }
    }

    /**
     * A prepare or a commit.
     *
     * @param vote the sender's
     */
    record Ballot(SignedVote vote) implements Message {}

    /**
     * The wish for a later round.
     *
     * @param vote the sender's
     * @param prepared the block that the sender prepared last
     */
    record RoundChange(SignedVote vote, Optional<Prepared> prepared) implements Message {}

    /**
     * A block that is final.
     *
     * @param block certified
     * @param certificate of commits
     */
    record Decided(Block block, Certificate certificate) implements Message {}

    /**
     * Asks for the block of a height.
     *
     * @param height wanted
     */
    record SyncRequest(long height) implements Message {}

    /**
     * A block that a quorum prepared.
     *
     * @param block prepared
     * @param certificate of prepares
     */
    record Prepared(Block block, Certificate certificate) {
        /** The round in which it was prepared. */
        int round() {
            return certificate.vote().round();
        }
    }
}
