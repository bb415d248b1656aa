package dev.candor.persistence.ledger.consensus;

import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.List;
import java.util.Optional;

/** The rules of agreement that tests replace one at a time, to show that each is needed; the methods here are the rules as they are. */
interface ConsensusRules {
    /** The rules. */
    ConsensusRules STANDARD = new ConsensusRules() {};

    /** How many votes decide. */
    default int quorum(ValidatorSet validators) {
        return validators.quorum();
    }

    /** What a validator carries into the next round. */
    default Optional<Message.Prepared> carried(Optional<Message.Prepared> prepared) {
        return prepared;
    }

    /** Whether a proposal of a later round needs a quorum's round changes and the block that these name. */
    default boolean needsJustification() {
        return true;
    }

    /** Who certifies the next block. */
    default ValidatorSet following(ValidatorSet now, ValidatorSet next) {
        return next;
    }

    /** Whether two votes for one are held against their signer. */
    default boolean accuses() {
        return true;
    }

    /** What is done about a vote, in this order. */
    default List<Effect> voting(Effect journal, Effect send) {
        return List.of(journal, send);
    }
}
