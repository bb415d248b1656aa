package dev.candor.persistence.ledger.wire;

/** What became of a transaction that was handed in. */
public sealed interface Submitted {
    /**
     * It is in a final block.
     *
     * @param height of the block
     */
    record Included(long height) implements Submitted {}

    /**
     * It goes into no block.
     *
     * @param why a sentence
     */
    record Refused(String why) implements Submitted {}
}
