package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.webhook.CallbackUrl;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What callers are told of their requests' verification, and what they may ask. A request is there for its caller and for operators; anybody else is told that
 * there is none. Stages fail with refusals. Thread-safe; does not block.
 */
public interface VerificationDesk {
    /** A file of a proof. */
    enum Part {
        /** What is proven. */
        STATEMENT,
        /** The proof itself. */
        PROOF,
        /** What links the commitment's root to the model's id. */
        LINEAGE
    }

    /**
     * The wish that a past answer be proven.
     *
     * @param sent the request once more; without it the node looks for what it kept
     * @param deadline from now, if the caller names one
     * @param privateInput whether the proof shall hide the inputs
     * @param callback URL that is told how the proof ends, if any
     */
    record Escalation(
            Optional<Sent> sent, Optional<Duration> deadline, boolean privateInput, Optional<String> callback) {}

    /**
     * A request that is sent again.
     *
     * @param asked model and version as the caller named them, inputs and outputs; its mode is that of the receipt
     * @param salt of the answer
     */
    record Sent(InferenceRequest asked, Bytes salt) {}

    /** Where status goes. Thread-safe, and never blocks. */
    interface Status {
        /**
         * The verification of a request has changed, or this is how it stands at first.
         *
         * @param id of this state of it
         */
        void changed(String id, JsonNode data);

        /** Nothing will change any more. */
        void end();
    }

    /** What may be followed. */
    @FunctionalInterface
    interface Follow {
        /** Begins; the result ends it. */
        Runnable start(Status status);
    }

    /** Follows the verification of one request. */
    CompletionStage<Follow> follow(RequestId id, Caller caller);

    /** Follows the verification of all requests of a caller, without an end. */
    Follow followAll(Caller caller);

    /** Calls a URL as it would be called for a request, once, and says what came of it. */
    CompletionStage<JsonNode> tryCallback(CallbackUrl url, Caller caller);

    /** A request with its receipt and how far its verification is. */
    CompletionStage<JsonNode> show(RequestId id, Caller caller);

    /** A file of the request's proof; NOT_FOUND until it was verified. */
    CompletionStage<Bytes> file(RequestId id, Caller caller, Part part);

    /** What vouches for the key that signed the answer, asked under the nonce of its batch; NOT_FOUND where nothing does. */
    CompletionStage<Bytes> attestation(RequestId id, Caller caller);

    /** Has a past answer proven. */
    CompletionStage<JsonNode> escalate(RequestId id, Caller caller, Escalation escalation);

    /** Takes back the wish for a proof. */
    CompletionStage<JsonNode> cancel(RequestId id, Caller caller);

    /** What each mode costs for a model now. */
    CompletionStage<JsonNode> ofModel(String model, String version);
}
