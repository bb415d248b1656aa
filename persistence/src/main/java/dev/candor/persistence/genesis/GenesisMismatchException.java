package dev.candor.persistence.genesis;

/** This node is configured for another network than the one whose journal it was given: it must not start. */
public final class GenesisMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says which value differs, and both values. */
    public GenesisMismatchException(String message) {
        super(message);
    }
}
