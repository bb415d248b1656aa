package dev.candor.cluster.http;

/** How the body of a request is received. */
public sealed interface BodyPlan {
    /**
     * In one array, which {@link HttpExchange#body()} then has.
     *
     * @param limit most bytes, at most the server's own limit
     */
    record Buffered(int limit) implements BodyPlan {}

    /**
     * Through {@code stream} while it arrives, at the pace of its reader.
     *
     * @param stream where the bytes go
     * @param limit most bytes
     */
    record Streamed(BodyStream stream, long limit) implements BodyPlan {}
}
