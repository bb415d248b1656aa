package dev.candor.cluster.rpc;

import dev.candor.actors.gateway.Caller;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One call of a method.
 *
 * @param params of the call
 * @param caller who calls
 * @param onCancel is told what to run when the client goes away before it is answered
 * @param subscriptions of the connection, where it can have any
 */
public record RpcCall(
        RpcParams params, Caller caller, Consumer<Runnable> onCancel, Optional<Subscriptions> subscriptions) {}
