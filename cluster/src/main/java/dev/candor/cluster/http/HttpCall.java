package dev.candor.cluster.http;

/** One request being served. All methods are called on the connection's thread. */
public interface HttpCall {
    /** How the body is to be received. */
    BodyPlan plan();

    /**
     * The body is there (or, for a streamed one, has begun): serve it and, now or later, from any thread, {@link HttpExchange#send} one answer.
     *
     * @throws dev.candor.actors.inference.RefusedException short for sending the refusal
     */
    void run();

    /** The client went away before it had an answer, or all of one that is streamed. */
    default void cancel() {}

    /** The client has read so much of a streamed answer that more of it can be written. */
    default void writable() {}

    /** An answer of this status was sent. */
    default void answered(int status) {}
}
