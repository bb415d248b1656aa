package dev.candor.cluster.rpc;

import dev.candor.actors.value.Bytes;
import java.util.Optional;

/** One entry of an envelope. */
sealed interface RpcEntry {
    /**
     * A request, or a notification, which nobody answers.
     *
     * @param id as JSON; empty for a notification
     * @param params as JSON; empty where there are none
     */
    record Call(Optional<String> id, String method, Optional<Bytes> params) implements RpcEntry {}

    /**
     * No request.
     *
     * @param id as JSON, {@code null} where it could not be read
     */
    record Invalid(String id, RpcError error) implements RpcEntry {}
}
