package dev.candor.cluster.rest;

import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.HttpCall;
import dev.candor.cluster.http.HttpExchange;
import dev.candor.cluster.http.RequestSignatures.Claim;
import dev.candor.cluster.security.Operation;
import java.util.concurrent.RejectedExecutionException;

/** A signed request: its body is read, then its signature checked, and only then does the call run that it is for. */
final class SignedCall implements HttpCall {
    private final HttpExchange exchange;
    private final Endpoint endpoint;
    private final Claim claim;
    private final Operation operation;
    private final HttpCall call;
    private final BodyPlan plan;

    /**
     * A signed request.
     *
     * @param call opened for the claimed caller; it has done nothing yet
     * @param plan of its body
     */
    SignedCall(
            HttpExchange exchange,
            Endpoint endpoint,
            Claim claim,
            Operation operation,
            HttpCall call,
            BodyPlan.Buffered plan) {
        this.exchange = exchange;
        this.endpoint = endpoint;
        this.claim = claim;
        this.operation = operation;
        this.call = call;
        this.plan = new BodyPlan.Buffered(Math.min(plan.limit(), claim.mostBody()));
    }

    @Override
    public BodyPlan plan() {
        return plan;
    }

    @Override
    public void run() {
        claim.verify(exchange.body(), exchange.bodyLength()).whenComplete((done, failure) -> {
            try {
                exchange.thread().execute(() -> proceed(failure));
            } catch (RejectedExecutionException e) {
                // The server has stopped for good, and the connection with it.
                call.cancel();
            }
        });
    }

    private void proceed(@org.jspecify.annotations.Nullable Throwable failure) {
        if (exchange.isGone()) {
            return;
        }
        try {
            if (failure != null) {
                exchange.send(Refusals.render(Refusals.of(failure, endpoint.toString())));
                return;
            }
            operation.require(claim.caller());
            call.run();
        } catch (RuntimeException e) {
            if (!exchange.isAnswered()) {
                exchange.send(Refusals.render(Refusals.of(e, endpoint.toString())));
            }
        }
    }

    @Override
    public void cancel() {
        call.cancel();
    }

    @Override
    public void writable() {
        call.writable();
    }

    @Override
    public void answered(int status) {
        call.answered(status);
    }
}
