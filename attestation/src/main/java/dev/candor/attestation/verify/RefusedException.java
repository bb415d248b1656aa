package dev.candor.attestation.verify;

/** Ends a verification. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Check check;

    RefusedException(Check check, String message) {
        super(message, null, false, false);
        this.check = check;
    }

    Check check() {
        return check;
    }
}
