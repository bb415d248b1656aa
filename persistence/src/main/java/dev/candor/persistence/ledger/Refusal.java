package dev.candor.persistence.ledger;

/**
 * Why a block, a segment or a transaction is not valid.
 *
 * @param code what kind of fault
 * @param where such as {@code block 7, partition 3, event 12}
 * @param why a sentence
 */
public record Refusal(Code code, String where, String why) {
    /** The kinds of fault. */
    public enum Code {
        /** The block is of another chain. */
        CHAIN,
        /** The block does not follow the state. */
        HEIGHT,
        /** The block follows another block. */
        PARENT,
        /** The block is not later than the one before. */
        TIME,
        /** The block names another validator set. */
        VALIDATORS,
        /** The header names another body. */
        BODY,
        /** The header names another state than the one the block leads to. */
        STATE_ROOT,
        /** A partition's events do not follow its head, or not to where the block says. */
        SEGMENT,
        /** A receipt is malformed, of another network or place, or its signature is not its executor's. */
        RECEIPT,
        /** A transaction is not signed as it should be, replayed, or not the signer's to ask for. */
        AUTHORITY,
        /** A transaction wants more than there is. */
        FUNDS,
        /** A transaction names what is not there, or asks for what cannot be. */
        REQUEST,
        /** Evidence does not show what it was brought for, or there is no verifier of its kind. */
        EVIDENCE
    }

    @Override
    public String toString() {
        return where + ": " + why + " (" + code + ")";
    }
}
