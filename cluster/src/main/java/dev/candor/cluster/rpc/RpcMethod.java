package dev.candor.cluster.rpc;

import dev.candor.cluster.security.Operation;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A method.
 *
 * @param name such as {@code candor_status}
 * @param operation what its caller must be allowed
 * @param parameters their names, in the order in which they come without
 * @param body gives the result as JSON; fails, at once or later, with a refusal
 */
public record RpcMethod(
        String name, Operation operation, List<String> parameters, Function<RpcCall, CompletionStage<byte[]>> body) {
    /** Copies the list. */
    public RpcMethod {
        parameters = List.copyOf(parameters);
    }
}
