package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.ContentCoding;
import dev.candor.cluster.http.HttpCall;
import dev.candor.cluster.http.HttpExchange;
import dev.candor.cluster.http.HttpReply;
import io.netty.handler.codec.http.HttpHeaderNames;
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

    /** Refuses a compressed body, for endpoints that do not read such. */
    final void requirePlainBody() {
        if (ContentCoding.ofBody(exchange().header(HttpHeaderNames.CONTENT_ENCODING)) != ContentCoding.IDENTITY) {
            throw new RefusedException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "this endpoint reads no compressed bodies; send it without Content-Encoding");
        }
    }

    /** The body as an object. */
    final ObjectNode object() {
        return Json.readObject(exchange().body(), exchange().bodyLength());
    }

    final void reply(int status, JsonNode json) {
        exchange().send(json(status, json));
    }

    private static HttpReply json(int status, JsonNode json) {
        HttpReply reply = HttpReply.start(status);
        reply.body().raw(Json.bytes(json));
        return reply;
    }

    final void refuse(Refusal refusal) {
        exchange().send(Refusals.render(refusal));
    }

    /** Replies when the stage completes, with its value in JSON or with its refusal. */
    final <T> void replyWhen(int status, CompletionStage<T> stage, Function<T, JsonNode> body) {
        replyWhen(stage, value -> json(status, body.apply(value)));
    }

    /** Replies when the stage completes, with its value rendered or with its refusal. */
    final <T> void replyWhen(CompletionStage<T> stage, Function<T, HttpReply> rendered) {
        stage.whenComplete((value, failure) -> {
            HttpReply reply;
            try {
                reply = failure == null
                        ? rendered.apply(value)
                        : Refusals.render(
                                Refusals.of(failure, request.endpoint().toString()));
            } catch (RuntimeException e) {
                reply = Refusals.render(Refusals.of(e, request.endpoint().toString()));
            }
            exchange().send(reply);
        });
    }
}
