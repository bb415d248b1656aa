package dev.candor.actors.wire;

/** Bytes from outside or from a store that are not what their format says; the message names the field and what was wrong with it. */
public final class MalformedBytesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong with the bytes. */
    public MalformedBytesException(String message) {
        super(message);
    }
}
