package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A desk that says what it was asked. */
final class FakeDesk implements VerificationDesk {
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
        return said("escalate " + id + " of " + escalation.asked().model() + " with "
                + escalation.salt().toHex() + ", "
                + Digests.request(escalation.asked()) + ", " + escalation.deadline() + ", "
                + escalation.privateInput());
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
