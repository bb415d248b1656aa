package dev.candor.persistence.ledger;

/** Carries a refusal out of the depth of a block; {@link Ledger} turns it into an outcome. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    RefusedException(Refusal.Code code, String where, String why) {
        this(new Refusal(code, where, why));
    }

    Refusal refusal() {
        return refusal;
    }
}
