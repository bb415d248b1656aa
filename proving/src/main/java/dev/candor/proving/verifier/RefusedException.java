package dev.candor.proving.verifier;

/** Something that was to be verified is refused. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Verifier.Refusal refusal;

    RefusedException(Verifier.Refusal refusal) {
        super(refusal.sentence());
        this.refusal = refusal;
    }

    public Verifier.Refusal refusal() {
        return refusal;
    }
}
