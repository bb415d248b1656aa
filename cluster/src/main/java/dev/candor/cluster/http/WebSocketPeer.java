package dev.candor.cluster.http;

import java.util.concurrent.Executor;

/** The other end of a WebSocket, as an application sees it. What is not said to be thread-safe is for the connection's thread. */
public interface WebSocketPeer {
    /**
     * Sends a text message, from any thread. Where the client does not read what it was sent before, the connection is closed as SLOW_READER instead.
     *
     * @param utf8 the message; nobody changes it afterwards
     */
    void send(byte[] utf8);

    /** Takes no more messages until {@link #resume}; the client's own queue then fills. */
    void pause();

    /** Takes messages again. */
    void resume();

    /** Ends the connection, from any thread, with a code of RFC 6455, 7.4 and a reason of at most 123 bytes. */
    void close(int code, String reason);

    /** The connection's thread. */
    Executor thread();
}
