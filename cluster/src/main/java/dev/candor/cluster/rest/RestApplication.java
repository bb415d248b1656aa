package dev.candor.cluster.rest;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.http.HttpApplication;
import dev.candor.cluster.http.HttpCall;
import dev.candor.cluster.http.HttpExchange;
import dev.candor.cluster.http.HttpReply;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds a request's endpoint and caller, and holds the caller against what the endpoint asks for. */
final class RestApplication implements HttpApplication {
    private static final Caller NOBODY = new Caller("anonymous", Set.of());

    private final Router router;
    private final Authenticator authenticator;
    private final RestMetrics metrics;
    private final Endpoint none;

    RestApplication(List<Endpoint> endpoints, Authenticator authenticator, RestMetrics metrics) {
        this.router = new Router(endpoints);
        this.authenticator = authenticator;
        this.metrics = metrics;
        this.none = new Endpoint(HttpMethod.GET, "none", Endpoint.Access.OPEN, request -> {
            throw new IllegalStateException("nothing is served here");
        });
    }

    @Override
    public HttpCall open(HttpExchange exchange) {
        Router.Match match = router.find(exchange);
        Endpoint endpoint = match.endpoint();
        Caller caller = switch (endpoint.access()) {
            case OPEN -> NOBODY;
            case INFER -> require(exchange, Caller.Role.INFER);
            case ADMIN -> require(exchange, Caller.Role.ADMIN);
        };
        return endpoint.handler().open(new RestRequest(exchange, endpoint, match.arguments(), caller));
    }

    private Caller require(HttpExchange exchange, Caller.Role role) {
        Caller caller = authenticator.authenticate(exchange);
        if (!caller.roles().contains(role)) {
            throw new RefusedException(
                    ErrorCode.PERMISSION_DENIED,
                    "caller \"" + caller.name() + "\" has not the role "
                            + role.name().toLowerCase(Locale.ROOT) + " that this endpoint needs");
        }
        return caller;
    }

    @Override
    public void refuse(Refusal refusal, HttpReply reply) {
        Refusals.render(refusal, reply);
    }

    @Override
    public void refusedUnopened(int status) {
        none.count(status, metrics);
    }
}
