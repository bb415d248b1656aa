package dev.candor.proving.format;

/** Bytes that are no file of their kind. The message says what is wrong, and where. */
public final class MalformedFileException extends Exception {

    private static final long serialVersionUID = 1;

    public MalformedFileException(String message) {
        super(message);
    }
}
