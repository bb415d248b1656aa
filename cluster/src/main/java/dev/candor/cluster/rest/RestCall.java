package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.Refusal;
import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.HttpCall;
import dev.candor.cluster.http.HttpExchange;
import dev.candor.cluster.http.HttpReply;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A request to an endpoint; what all of them share. */
abstract class RestCall implements HttpCall {
    private static final BodyPlan SMALL = new BodyPlan.Buffered(1 << 20);

    private final RestRequest request;
    private final RestMetrics metrics;

    RestCall(RestRequest request, RestMetrics metrics) {
        this.request = request;
        this.metrics = metrics;
    }

    final RestRequest request() {
        return request;
    }

    final HttpExchange exchange() {
        return request.exchange();
    }

    @Override
    public BodyPlan plan() {
        return SMALL;
    }

    @Override
    public final void answered(int status) {
        request.endpoint().count(status, metrics);
    }

    /** The body as an object. */
    final ObjectNode object() {
        return Json.readObject(exchange().body(), exchange().bodyLength());
    }

    final void reply(int status, JsonNode json) {
        HttpReply reply = HttpReply.start(status);
        reply.body().raw(Json.bytes(json));
        exchange().send(reply);
    }

    final void refuse(Refusal refusal) {
        exchange().send(Refusals.render(refusal));
    }

    /** Replies when the stage completes, with its value in JSON or with its refusal. */
    final <T> void replyWhen(int status, CompletionStage<T> stage, Function<T, JsonNode> json) {
        stage.whenComplete((value, failure) -> {
            Refusal refusal = null;
            JsonNode body = null;
            if (failure == null) {
                try {
                    body = json.apply(value);
                } catch (RuntimeException e) {
                    refusal = Refusals.of(e, request.endpoint().toString());
                }
            } else {
                refusal = Refusals.of(failure, request.endpoint().toString());
            }
            if (body != null) {
                reply(status, body);
            } else if (refusal != null) {
                refuse(refusal);
            }
        });
    }
}
