package dev.candor.cluster.http;

/** Hears what a WebSocket's client sends. All methods are called on the connection's thread. */
public interface WebSocketListener {
    /**
     * A whole text message, valid UTF-8.
     *
     * @param utf8 the listener's own
     */
    void message(byte[] utf8);

    /** The connection is over; nothing can be sent any more. */
    void closed();
}
