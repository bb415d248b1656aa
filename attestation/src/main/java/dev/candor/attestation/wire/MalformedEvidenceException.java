package dev.candor.attestation.wire;

/** Bytes that are not what they should be; the message is a sentence that names the field. */
public final class MalformedEvidenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    /** With a sentence. */
    public MalformedEvidenceException(String message) {
        super(message);
        this.sentence = message;
    }

    /** With a sentence and what a library said. */
    public MalformedEvidenceException(String message, Throwable cause) {
        super(message, cause);
        this.sentence = message;
    }

    /** What is wrong. */
    public String sentence() {
        return sentence;
    }
}
