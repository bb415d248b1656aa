package dev.candor.persistence.proof;

/** What can happen to a proof job. */
public enum JobStep {
    /** A prover takes it. */
    LEASE,
    /** Its attempt ended without a proof that verifies. */
    RETURN,
    /** Its prover has a proof. */
    PROVE,
    /** The proof verifies. */
    VERIFY,
    /** The ledger accepted the proof. */
    SETTLE,
    /** The deadline passed. */
    EXPIRE,
    /** It cannot be proven. */
    REJECT,
    /** The caller takes it back. */
    CANCEL
}
