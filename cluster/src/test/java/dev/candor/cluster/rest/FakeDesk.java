package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.webhook.CallbackUrl;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A desk that says what it was asked. */
final class FakeDesk implements VerificationDesk {
    /** Who reads the events of all requests. */
    final BlockingQueue<Status> following = new LinkedBlockingQueue<>();

    /** How many readers have gone. */
    final AtomicInteger ended = new AtomicInteger();

    @Override
    public CompletionStage<JsonNode> show(RequestId id, Caller caller) {
        return said("show " + id + " for " + caller.name());
    }

    @Override
    public CompletionStage<Bytes> attestation(RequestId id, Caller caller) {
        return CompletableFuture.completedStage(Bytes.ofHex("43524154"));
    }

    @Override
    public CompletionStage<Bytes> file(RequestId id, Caller caller, Part part) {
        return CompletableFuture.completedStage(Bytes.wrap(part.name().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public CompletionStage<JsonNode> escalate(RequestId id, Caller caller, Escalation escalation) {
        return said("escalate " + id + " of "
                + escalation
                        .sent()
                        .map(sent -> sent.asked().model() + " with "
                                + sent.salt().toHex() + ", " + Digests.request(sent.asked()))
                        .orElse("what was kept")
                + ", " + escalation.deadline() + ", "
                + escalation.privateInput() + ", " + escalation.callback());
    }

    @Override
    public CompletionStage<Follow> follow(RequestId id, Caller caller) {
        if (!id.equals(FakeCluster.ID)) {
            return CompletableFuture.failedStage(
                    new RefusedException(ErrorCode.NOT_FOUND, "there is no request " + id + " of yours"));
        }
        return CompletableFuture.completedStage(status -> {
            status.changed("1", Json.object().put("said", "follow " + id + " for " + caller.name()));
            status.end();
            return ended::incrementAndGet;
        });
    }

    @Override
    public Follow followAll(Caller caller) {
        return status -> {
            following.add(status);
            return ended::incrementAndGet;
        };
    }

    @Override
    public CompletionStage<JsonNode> tryCallback(CallbackUrl url, Caller caller) {
        return said("call " + url.host() + " for " + caller.name());
    }

    @Override
    public CompletionStage<JsonNode> cancel(RequestId id, Caller caller) {
        return said("cancel " + id);
    }

    @Override
    public CompletionStage<JsonNode> ofModel(String model, String version) {
        return said("modes of " + model + " " + version);
    }

    private static CompletionStage<JsonNode> said(String what) {
        return CompletableFuture.completedStage(Json.object().put("said", what));
    }
}
