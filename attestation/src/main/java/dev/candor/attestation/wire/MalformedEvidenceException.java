package dev.candor.attestation.wire;

/** Bytes that are not what they should be; the message is a sentence that names the field. */
public final class MalformedEvidenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a sentence. */
    public MalformedEvidenceException(String message) {
        super(message);
    }

    /** With a sentence and what a library said. */
    public MalformedEvidenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
