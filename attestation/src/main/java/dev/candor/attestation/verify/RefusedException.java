package dev.candor.attestation.verify;

/** Ends a verification. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    private final Check check;

    RefusedException(Check check, String message) {
        super(message, null, false, false);
        this.sentence = message;
        this.check = check;
    }

    Check check() {
        return check;
    }

    /** What is wrong. */
    String sentence() {
        return sentence;
    }
}
