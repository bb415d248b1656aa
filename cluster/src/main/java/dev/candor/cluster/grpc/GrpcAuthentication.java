package dev.candor.cluster.grpc;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.security.Audit;
import dev.candor.cluster.security.DoorSecurity;
import dev.candor.cluster.security.Operation;
import dev.candor.protocol.inference.GRPCInferenceServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out who calls, by the same rules as the REST endpoint, and keeps it with the call. */
final class GrpcAuthentication implements ServerInterceptor {
    /** Who calls. */
    static final Context.Key<Caller> CALLER = Context.key("caller");

    /** The idempotency key in the metadata. */
    static final Context.Key<Optional<String>> IDEMPOTENCY_KEY = Context.key("idempotency-key");

    private static final Metadata.Key<String> KEY =
            Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SERVICE = GRPCInferenceServiceGrpc.SERVICE_NAME;

    /** Methods beside those that infer and those that read. */
    private static final Map<String, Operation> OPERATIONS = Map.of(
            "ServerLive", Operation.PROBE,
            "ServerReady", Operation.PROBE,
            "ModelInfer", Operation.INFERENCE,
            "ModelStreamInfer", Operation.INFERENCE,
            "RepositoryModelLoad", Operation.ADMINISTRATION,
            "RepositoryModelUnload", Operation.ADMINISTRATION);

    private static final Caller NOBODY = new Caller("anonymous", Set.of());

    private final Authenticator authenticator;
    private final DoorSecurity security;

    GrpcAuthentication(Authenticator authenticator, DoorSecurity security) {
        this.authenticator = authenticator;
        this.security = security;
    }

    /** What a method does; the schema of the service is read like models. */
    static Operation operation(String service, String method) {
        return service.equals(SERVICE) ? OPERATIONS.getOrDefault(method, Operation.READ) : Operation.READ;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        Operation operation =
                operation(String.valueOf(method.getServiceName()), String.valueOf(method.getBareMethodName()));
        Caller caller;
        try {
            caller = security.open(operation)
                    ? NOBODY
                    : authenticator.authenticate(
                            name -> headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
            if (operation == Operation.ADMINISTRATION && !operation.allows(caller)) {
                record(caller, method, "refused");
            }
            operation.require(caller);
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
        return Contexts.interceptCall(
                context, operation == Operation.ADMINISTRATION ? audited(call, caller) : call, headers, next);
    }

    private <Q, A> ServerCall<Q, A> audited(ServerCall<Q, A> call, Caller caller) {
        return new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                record(caller, call.getMethodDescriptor(), status.getCode().name());
                super.close(status, trailers);
            }
        };
    }

    private void record(Caller caller, MethodDescriptor<?, ?> method, String outcome) {
        security.audit()
                .record(new Audit.Act(caller.name(), "grpc", String.valueOf(method.getBareMethodName()), "", outcome));
    }
}
