package dev.candor.persistence.ledger.validator;

/** A transaction does not go into a block; the message says why. */
public final class RefusedTransactionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal with a sentence. */
    public RefusedTransactionException(String message) {
        super(message);
    }
}
