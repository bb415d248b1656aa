package dev.candor.actors.inference;

/** Carries a {@link Refusal} out of parsers and validators; it has no stack trace, since it reports the caller's mistake and not ours. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    /** Carries {@code refusal}. */
    public RefusedException(Refusal refusal) {
        super(refusal.sentence(), null, false, false);
        this.refusal = refusal;
    }

    /** Short for a refusal without more. */
    public RefusedException(ErrorCode code, String sentence) {
        this(Refusal.of(code, sentence));
    }

    /** What to answer. */
    public Refusal refusal() {
        return refusal;
    }
}
