package dev.candor.cluster.rest;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.HttpApplication;
import dev.candor.cluster.http.HttpCall;
import dev.candor.cluster.http.HttpExchange;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.http.RequestSignatures;
import dev.candor.cluster.security.DoorSecurity;
import dev.candor.cluster.security.Operation;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds a request's endpoint and caller, and holds the caller against what the endpoint asks for. */
final class RestApplication implements HttpApplication {
    private static final Caller NOBODY = new Caller("anonymous", Set.of());

    private final Router router;
    private final Authenticator authenticator;
    private final DoorSecurity security;
    private final RestMetrics metrics;
    private final Endpoint none;

    RestApplication(List<Endpoint> endpoints, Authenticator authenticator, DoorSecurity security, RestMetrics metrics) {
        this.router = new Router(endpoints);
        this.authenticator = authenticator;
        this.security = security;
        this.metrics = metrics;
        this.none = new Endpoint(HttpMethod.GET, "none", Endpoint.Access.OPEN, request -> {
            throw new IllegalStateException("nothing is served here");
        });
    }

    @Override
    public HttpCall open(HttpExchange exchange) {
        Router.Match match = router.find(exchange);
        Endpoint endpoint = match.endpoint();
        Operation operation = endpoint.access().operation();
        if (security.open(operation)) {
            return endpoint.handler().open(new RestRequest(exchange, endpoint, match.arguments(), NOBODY));
        }
        Optional<RequestSignatures> signatures = authenticator.signatures().filter(each -> each.signed(exchange));
        if (signatures.isEmpty()) {
            return open(new RestRequest(exchange, endpoint, match.arguments(), authenticator.authenticate(exchange)));
        }
        if (!authenticator.protectsOpenAddresses()) {
            // Whoever signs is a caller there, so web pages of other origins are kept out as without a signature.
            authenticator.authenticate(exchange);
        }
        RequestSignatures.Claim claim = signatures.get().claim(exchange.method().name(), exchange.target(), exchange);
        RestRequest request = new RestRequest(exchange, endpoint, match.arguments(), claim.caller());
        HttpCall call = endpoint.handler().open(request);
        if (!(call.plan() instanceof BodyPlan.Buffered plan)) {
            throw new RefusedException(
                    ErrorCode.UNIMPLEMENTED,
                    "uploads cannot be signed, since they are never in memory; use an API key");
        }
        return audited(new SignedCall(exchange, endpoint, claim, operation, call, plan), request);
    }

    private HttpCall open(RestRequest request) {
        Operation operation = request.endpoint().access().operation();
        if (!operation.allows(request.caller()) && operation == Operation.ADMINISTRATION) {
            AuditedCall.record(security.audit(), request, "refused");
        }
        operation.require(request.caller());
        return audited(request.endpoint().handler().open(request), request);
    }

    private HttpCall audited(HttpCall call, RestRequest request) {
        return request.endpoint().access() == Endpoint.Access.ADMIN
                ? new AuditedCall(call, security.audit(), request)
                : call;
    }

    @Override
    public void refuse(Refusal refusal, HttpReply reply, @Nullable HttpExchange exchange) {
        if (exchange != null && OpenAiApi.serves(exchange.target())) {
            OpenAiApi.render(refusal, reply);
        } else {
            Refusals.render(refusal, reply);
        }
    }

    @Override
    public void refusedUnopened(int status) {
        none.count(status, metrics);
    }
}
