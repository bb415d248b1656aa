package dev.candor.persistence.ledger.sim;

/** What is wrong with the program under simulation. */
enum Mutant {
    NONE,
    QUORUM_OF_TWO_F,
    VOTE_BEFORE_JOURNAL,
    LOCK_FORGOTTEN,
    UNJUSTIFIED_ACCEPTED,
    STALE_VALIDATORS,
    EQUIVOCATION_IGNORED,
    PREV_HASH_IGNORED,
    TWO_EPOCHS_ACCEPTED,
    ACKNOWLEDGED_BEFORE_COMMIT,
    DOUBLE_CHARGE,
    UNSORTED_ITERATION,
    LOCAL_CLOCK
}
