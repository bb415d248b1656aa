package dev.candor.cluster.rpc;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Answers envelopes. Entries of a batch run side by side, and each counts as a call of its caller; their answers stand in the order of the entries. Thread-safe; it
 * blocks where its methods do.
 */
public final class RpcService {
    private static final byte[] RESULT = Utf8Buffer.ascii("{\"jsonrpc\":\"2.0\",\"result\":");
    private static final byte[] ERROR = Utf8Buffer.ascii("{\"jsonrpc\":\"2.0\",\"error\":");
    private static final byte[] ID = Utf8Buffer.ascii(",\"id\":");
    private static final byte[] NOTHING = new byte[0];

    private final Map<String, RpcMethod> methods = new LinkedHashMap<>();
    private final Consumer<Caller> admission;

    /**
     * A service.
     *
     * @param methods each name once
     * @param admission counts a further call of a caller, whose first was counted at the door; refuses it where it is one too many
     */
    public RpcService(Collection<RpcMethod> methods, Consumer<Caller> admission) {
        for (RpcMethod method : methods) {
            if (this.methods.putIfAbsent(method.name(), method) != null) {
                throw new IllegalArgumentException("two methods are called " + method.name());
            }
        }
        this.admission = admission;
    }

    /** The methods there are. */
    public Collection<RpcMethod> methods() {
        return List.copyOf(methods.values());
    }

    /**
     * Answers what a client sent.
     *
     * @param length bytes of {@code body} that count
     * @param counted whether the first entry was counted as a call already
     * @param onCancel is told what to run when the client goes away
     * @return the answer as JSON, of no bytes where there is nothing to be said; never fails
     */
    public CompletableFuture<byte[]> answer(
            byte[] body,
            int length,
            Caller caller,
            boolean counted,
            Consumer<Runnable> onCancel,
            Optional<Subscriptions> subscriptions) {
        RpcEnvelope envelope = RpcEnvelope.read(body, length);
        List<CompletableFuture<byte[]>> answers =
                new ArrayList<>(envelope.entries().size());
        boolean first = counted;
        for (RpcEntry entry : envelope.entries()) {
            answers.add(answer(entry, caller, first, onCancel, subscriptions));
            first = false;
        }
        if (!envelope.batch()) {
            return answers.getFirst();
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> array(answers));
    }

    private static byte[] array(List<CompletableFuture<byte[]>> answers) {
        Utf8Buffer out = new Utf8Buffer();
        for (CompletableFuture<byte[]> each : answers) {
            byte[] answer = each.join();
            if (answer.length > 0) {
                out.character(out.length() == 0 ? '[' : ',').raw(answer);
            }
        }
        return out.length() == 0 ? NOTHING : out.character(']').toArray();
    }

    private CompletableFuture<byte[]> answer(
            RpcEntry entry,
            Caller caller,
            boolean counted,
            Consumer<Runnable> onCancel,
            Optional<Subscriptions> subscriptions) {
        return switch (entry) {
            case RpcEntry.Invalid(String id, RpcError error) -> CompletableFuture.completedFuture(error(id, error));
            case RpcEntry.Call call -> {
                CompletableFuture<byte[]> result;
                try {
                    if (!counted) {
                        admission.accept(caller);
                    }
                    result = call(call, caller, onCancel, subscriptions);
                } catch (RuntimeException e) {
                    result = CompletableFuture.failedFuture(e);
                }
                yield result.handle((json, failure) -> call.id()
                        .map(id -> failure == null ? result(id, json) : error(id, error(call, failure)))
                        .orElse(NOTHING));
            }
        };
    }

    private CompletableFuture<byte[]> call(
            RpcEntry.Call call, Caller caller, Consumer<Runnable> onCancel, Optional<Subscriptions> subscriptions) {
        RpcMethod method = methods.get(call.method());
        if (method == null) {
            throw new UnknownMethod();
        }
        method.operation().require(caller);
        return method.body()
                .apply(new RpcCall(RpcParams.read(call.params(), method.parameters()), caller, onCancel, subscriptions))
                .toCompletableFuture();
    }

    private RpcError error(RpcEntry.Call call, Throwable failure) {
        return failure instanceof UnknownMethod
                ? RpcError.of(
                        RpcError.METHOD_NOT_FOUND,
                        ErrorCode.NOT_FOUND,
                        "there is no method \"" + call.method() + "\"; there are " + methods.keySet())
                : RpcError.of(failure, call.method());
    }

    /** No method of this name. */
    private static final class UnknownMethod extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownMethod() {
            super("no such method", null, false, false);
        }
    }

    private static byte[] result(String id, byte[] json) {
        return new Utf8Buffer()
                .raw(RESULT)
                .raw(json)
                .raw(ID)
                .raw(utf8(id))
                .character('}')
                .toArray();
    }

    private static byte[] error(String id, RpcError error) {
        return new Utf8Buffer()
                .raw(ERROR)
                .raw(RpcJson.bytes(error.json()))
                .raw(ID)
                .raw(utf8(id))
                .character('}')
                .toArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What subscriptions say where there are none. */
    public static RefusedException withoutSubscriptions() {
        return new RefusedException(
                ErrorCode.UNIMPLEMENTED, "subscriptions need a connection that stays: open the WebSocket /rpc/ws");
    }
}
