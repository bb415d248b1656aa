package dev.candor.persistence.partition;

/** A log that is not one chain: something other than this partition's owners wrote to it, or something was taken out of it. */
public final class BrokenChainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says where the chain breaks and how. */
    public BrokenChainException(String message) {
        super(message);
    }
}
