package dev.candor.proving.network;

/** An integer network, a descriptor or an input breaks one of the rules of its kind; the message is a sentence that says which. */
public final class InvalidNetworkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says which rule is broken, and where. */
    public InvalidNetworkException(String sentence) {
        super(sentence);
    }
}
