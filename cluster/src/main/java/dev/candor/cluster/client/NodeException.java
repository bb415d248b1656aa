package dev.candor.cluster.client;

/** A node refused or could not be reached; the message is for people. */
public final class NodeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * A failed call.
     *
     * @param status the HTTP status, 0 where there was no answer
     * @param code the node's stable code, empty where there was none
     */
    public NodeException(String message, int status, String code) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status, or 0. */
    public int status() {
        return status;
    }

    /** The stable code, or empty. */
    public String code() {
        return code;
    }
}
