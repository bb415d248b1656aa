package dev.candor.persistence.ledger.sim;

/** What goes wrong in a simulated network; each is counted when it happens. */
enum Fault {
    MESSAGE_DROPPED,
    MESSAGE_DELAYED,
    MESSAGE_DOUBLED,
    MESSAGE_OVERTAKEN,
    NETWORK_SPLIT,
    VALIDATOR_CRASHED,
    STEP_CUT_SHORT,
    CLOCK_JUMPED,
    WRITER_CRASHED,
    WRITER_WROTE_FENCED,
    SEGMENT_FORGED,
    TWO_NODES_SHARED_A_KEY,
    INVALID_BLOCK_PROPOSED,
    VOTES_WITHHELD,
    UNJUSTIFIED_PROPOSAL,
    VALIDATORS_CHANGED
}
