package dev.candor.cluster.grpc;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.Authenticator;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** Finds out who calls, by the same rules as the REST endpoint, and keeps it with the call. */
final class GrpcAuthentication implements ServerInterceptor {
    /** Who calls. */
    static final Context.Key<Caller> CALLER = Context.key("caller");

    /** The idempotency key in the metadata. */
    static final Context.Key<Optional<String>> IDEMPOTENCY_KEY = Context.key("idempotency-key");

    private static final Metadata.Key<String> KEY =
            Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEALTH = "grpc.health.v1.Health/";

    private final Authenticator authenticator;

    GrpcAuthentication(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (call.getMethodDescriptor().getFullMethodName().startsWith(HEALTH)) {
            // Probes carry no credentials, and the health service says nothing else.
            return next.startCall(call, headers);
        }
        Caller caller;
        try {
            caller = authenticator.authenticate(
                    name -> headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
        } catch (RefusedException e) {
            StatusRuntimeException status = GrpcAnswers.status(e.refusal());
            call.close(
                    status.getStatus(),
                    Optional.ofNullable(status.getTrailers()).orElseGet(Metadata::new));
            return new ServerCall.Listener<>() {};
        }
        Context context = Context.current()
                .withValue(CALLER, caller)
                .withValue(IDEMPOTENCY_KEY, Optional.ofNullable(headers.get(KEY)));
        return Contexts.interceptCall(context, call, headers, next);
    }
}
