package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.Refusal;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.openai.OpenAiErrors;
import dev.candor.cluster.openai.OpenAiException;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request whose refusals have OpenAI's form. What it starts ends when its client goes. */
abstract class OpenAiCall extends RestCall {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAiCall.class);
    private static final AsciiString IDEMPOTENCY_KEY = AsciiString.cached("idempotency-key");

    private volatile @Nullable Runnable cancel;
    private volatile boolean gone;

    OpenAiCall(RestRequest request, RestMetrics metrics) {
        super(request, metrics);
        requirePlainBody();
    }

    @Override
    public final void run() {
        try {
            Runnable started = start(object(), Optional.ofNullable(exchange().header(IDEMPOTENCY_KEY)));
            cancel = started;
            if (gone) {
                started.run();
            }
        } catch (OpenAiException e) {
            send(e.refusal().code().httpStatus(), OpenAiErrors.body(e));
        }
    }

    /**
     * Starts to serve a request.
     *
     * @return ends it for a client that has gone
     */
    abstract Runnable start(ObjectNode body, Optional<String> idempotencyKey);

    @Override
    public final void cancel() {
        gone = true;
        Runnable started = cancel;
        if (started != null) {
            started.run();
        }
    }

    final void send(int status, ObjectNode json) {
        HttpReply reply = HttpReply.start(status);
        reply.body().raw(Json.bytes(json));
        exchange().send(reply);
    }

    final void sendRefusal(Refusal refusal) {
        HttpReply reply = HttpReply.start(OpenAiErrors.status(refusal));
        OpenAiApi.render(refusal, reply);
        exchange().send(reply);
    }

    /** Goes on with the connection's thread. */
    final void onThread(Runnable step) {
        try {
            exchange().thread().execute(() -> {
                try {
                    step.run();
                } catch (OpenAiException e) {
                    send(e.refusal().code().httpStatus(), OpenAiErrors.body(e));
                } catch (RuntimeException e) {
                    Refusal refusal = Refusals.of(e, request().endpoint().toString());
                    if (!exchange().isAnswered()) {
                        sendRefusal(refusal);
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("{} was answered after the server stopped", request().endpoint());
        }
    }
}
