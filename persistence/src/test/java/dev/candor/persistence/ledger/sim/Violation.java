package dev.candor.persistence.ledger.sim;

/** An invariant did not hold. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What must hold in every history. */
    enum Invariant {
        /** Honest validators decide the same block at every height. */
        AGREEMENT,
        /** A decided block carries a quorum's certificate of the validators of its height. */
        CERTIFIED,
        /** What a block certifies of a partition is what that partition wrote. */
        VALIDITY,
        /** Whoever replays the decided blocks comes to the same roots. */
        ROOTS,
        /** An honest validator signs no two rival votes. */
        HONEST_VOTES,
        /** What one honest validator builds another holds for valid. */
        HONEST_BLOCKS,
        /** No acknowledged receipt is lost or doubled. */
        ACKNOWLEDGED,
        /** Each receipt is charged its price once. */
        CHARGED_ONCE,
        /** Money neither appears nor vanishes. */
        SUPPLY,
        /** Whoever was seen to equivocate is punished. */
        PUNISHED,
        /** Once faults end, blocks go on and everything becomes final. */
        PROGRESS
    }

    private final Invariant invariant;

    Violation(Invariant invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }

    static void unless(boolean holds, Invariant invariant, String what) {
        if (!holds) {
            throw new Violation(invariant, what);
        }
    }
}
