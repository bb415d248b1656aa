package dev.candor.cluster.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.webhook.CallbackUrl;
import dev.candor.cluster.webhook.WebhookGuard;
import dev.candor.cluster.webhook.WebhookMessage;
import dev.candor.cluster.webhook.WebhookSender;
import dev.candor.persistence.proof.Callbacks;
import dev.candor.persistence.proof.JobState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Tells callbacks how proof jobs stand: {@code {"type": "verification.STATE", "timestamp": ..., "data": the request}}, without inputs, outputs or receipt.
 * Thread-safe; does not block.
 */
public final class JobCallbacks implements Callbacks {
    private static final int GONE = 410;

    private final WebhookSender sender;
    private final WebhookGuard guard;
    private final LongSupplier wallMillis;
    private final Set<String> testing = ConcurrentHashMap.newKeySet();

    /**
     * Callbacks of a node.
     *
     * @param guard says who may be called
     * @param wallMillis milliseconds since 1970-01-01 UTC
     */
    public JobCallbacks(WebhookSender sender, WebhookGuard guard, LongSupplier wallMillis) {
        this.sender = sender;
        this.guard = guard;
        this.wallMillis = wallMillis;
    }

    /** Why a URL that a caller names is refused before any work, or nothing; what its host's addresses are is not looked up for that. */
    Optional<Refusal> obstacle(String url) {
        return guard.obstacle(CallbackUrl.parse(url)).map(why -> Refusal.of(ErrorCode.INVALID_REQUEST, why));
    }

    /** Refuses a URL that {@link #obstacle} has something to say of. */
    void require(String url) {
        obstacle(url).ifPresent(refusal -> {
            throw new RefusedException(refusal);
        });
    }

    @Override
    public CompletionStage<Outcome> call(JobState state) {
        String url = state.job().callback().orElseThrow();
        String phase = state.phase().word();
        return sender.send(
                        CallbackUrl.parse(url),
                        new WebhookMessage(
                                "msg_" + state.job().id() + "_" + phase,
                                body("verification." + phase, state.since(), ProofJson.status(state))))
                .thenApply(JobCallbacks::outcome);
    }

    private static Outcome outcome(WebhookSender.Sent sent) {
        return switch (sent) {
            case WebhookSender.Sent.Answered(int status) when status >= 200 && status < 300 -> new Outcome.Taken();
            case WebhookSender.Sent.Answered(int status)
            when status == GONE -> new Outcome.Never("it answers 410, that it is gone");
            case WebhookSender.Sent.Answered(int status) -> new Outcome.Later(answered(status));
            case WebhookSender.Sent.Failed(String reason) -> new Outcome.Later(reason);
            case WebhookSender.Sent.Refused(String reason) -> new Outcome.Never(reason);
        };
    }

    private static String answered(int status) {
        return status >= 300 && status < 400
                ? "it answers " + status + "; redirects are not followed"
                : "it answers " + status;
    }

    /** Calls a URL once, with {@code webhook.test}, and says what came of it; one such call of a caller at a time. */
    CompletionStage<JsonNode> test(CallbackUrl url, String caller) {
        require(url.text());
        if (!testing.add(caller)) {
            throw new RefusedException(Refusal.retryable(
                    ErrorCode.OVERLOADED,
                    "a test call of caller \"" + caller + "\" is under way; wait for its end",
                    Duration.ofSeconds(1)));
        }
        long began = wallMillis.getAsLong();
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("caller", caller);
        return sender.send(url, new WebhookMessage("msg_test_" + UUID.randomUUID(), body("webhook.test", began, data)))
                .whenComplete((sent, failure) -> testing.remove(caller))
                .thenApply(sent -> {
                    ObjectNode json = JsonNodeFactory.instance.objectNode();
                    switch (sent) {
                        case WebhookSender.Sent.Answered(int status) -> {
                            boolean taken = outcome(sent) instanceof Outcome.Taken;
                            json.put("delivered", taken).put("status", status);
                            if (!taken) {
                                json.put("reason", answered(status));
                            }
                        }
                        case WebhookSender.Sent.Failed(String reason) ->
                            json.put("delivered", false).put("reason", reason);
                        case WebhookSender.Sent.Refused(String reason) ->
                            json.put("delivered", false).put("reason", reason);
                    }
                    return json.put("milliseconds", wallMillis.getAsLong() - began);
                });
    }

    private static Bytes body(String type, long at, JsonNode data) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("timestamp", Instant.ofEpochMilli(at).toString());
        json.set("data", data);
        return Bytes.wrap(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
