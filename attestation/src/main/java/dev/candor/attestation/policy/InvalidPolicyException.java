package dev.candor.attestation.policy;

/** A policy file that cannot be used; the message says what to change. */
public final class InvalidPolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public InvalidPolicyException(String message) {
        super(message);
    }

    /** With a sentence and its cause. */
    public InvalidPolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}
