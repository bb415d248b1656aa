package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.language.Embeddings;
import dev.candor.cluster.language.LanguageService;
import dev.candor.cluster.openai.EmbeddingCall;
import java.util.Optional;

/** One request for embeddings. */
final class EmbeddingsCall extends OpenAiCall {
    private static final BodyPlan BODY = new BodyPlan.Buffered(4 << 20);

    private final LanguageService language;

    EmbeddingsCall(RestRequest request, RestMetrics metrics, LanguageService language) {
        super(request, metrics);
        this.language = language;
    }

    @Override
    public BodyPlan plan() {
        return BODY;
    }

    @Override
    Runnable start(ObjectNode body, Optional<String> idempotencyKey) {
        EmbeddingCall call = EmbeddingCall.read(body, idempotencyKey);
        return language.embed(
                call.request(),
                request().caller(),
                outcome -> onThread(() -> {
                    switch (outcome) {
                        case Embeddings.Embedded embedded -> send(200, call.answer(embedded));
                        case Embeddings.Refused refused -> sendRefusal(refused.refusal());
                    }
                }));
    }
}
