package dev.candor.cluster.client;

import dev.candor.actors.value.Bytes;

/**
 * A call and what came back.
 *
 * @param call as sent
 * @param status of the answer, 0 where the connection failed
 * @param body of the answer, or the connection's error
 * @param receipt the header {@code Candor-Receipt}, or empty
 * @param nanos from sending to the whole answer
 */
public record Exchange(InferCall call, int status, Bytes body, String receipt, long nanos) {}
