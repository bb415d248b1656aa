package dev.candor.persistence.ledger.stats;

/**
 * The name of one figure: a sum that blocks add to.
 *
 * @param view what it is about
 * @param day days since 1970-01-01 UTC, of the answer, or of the block where the view says so
 * @param subject whom or what of the view it is about, empty where there is one a day
 * @param name of the figure among those of the view
 */
public record Figure(View view, long day, String subject, String name) {
    /** What figures are about. */
    public enum View {
        /** Answers by model, version and mode; subject {@code NAME/VERSION/MODE}. */
        USAGE,
        /** What became of the answers for which a proof or an attestation was asked, and of disproved ones; subject: the mode. */
        PROOFS,
        /** From an answer to its block, by class of {@link Durations}. */
        TO_FINAL,
        /** From an answer to the block with its proof or attestation; subject {@code MODE/CLASS}. */
        TO_PROOF,
        /** Answers by caller; subject: the pseudonym. */
        CALLERS,
        /** Answers and pay by the executor's operator; subject: the operator's account. */
        OPERATORS,
        /** Answers by executor; subject: the key's id. */
        EXECUTORS,
        /** Answers by hour of the day, 00 to 23. */
        HOURS,
        /** Charges, treasury and supply, by the block's day. */
        MONEY,
        /** Blocks and transactions, by the block's day. */
        BLOCKS,
        /** Nodes that are registered and not revoked, by the block's day; subject: the role. */
        NODES
    }
}
