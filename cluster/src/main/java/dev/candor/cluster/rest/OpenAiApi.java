package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.Refusal;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.language.LanguageModel;
import dev.candor.cluster.language.LanguageService;
import dev.candor.cluster.openai.OpenAiErrors;
import dev.candor.cluster.openai.TextCallReader;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Set;

/** The endpoints of OpenAI's API; docs/language.md says what of it is served. */
final class OpenAiApi {
    private static final String CHAT = "/v1/chat/completions";
    private static final String COMPLETIONS = "/v1/completions";
    private static final String EMBEDDINGS = "/v1/embeddings";
    private static final Set<String> PATHS = Set.of(CHAT, COMPLETIONS, EMBEDDINGS);

    private OpenAiApi() {}

    static List<Endpoint> endpoints(RestServices services, RestMetrics metrics) {
        LanguageService language = services.language();
        return List.of(
                new Endpoint(
                        HttpMethod.POST,
                        CHAT,
                        Endpoint.Access.INFER,
                        request -> new GenerationCall(
                                request,
                                metrics,
                                language,
                                TextCallReader::chat,
                                services.signing(),
                                services.blocking())),
                new Endpoint(
                        HttpMethod.POST,
                        COMPLETIONS,
                        Endpoint.Access.INFER,
                        request -> new GenerationCall(
                                request,
                                metrics,
                                language,
                                TextCallReader::completion,
                                services.signing(),
                                services.blocking())),
                new Endpoint(
                        HttpMethod.POST,
                        EMBEDDINGS,
                        Endpoint.Access.INFER,
                        request -> new EmbeddingsCall(request, metrics, language)));
    }

    /** Whether a target is one of these endpoints, whose refusals have OpenAI's form. */
    static boolean serves(String target) {
        int query = target.indexOf('?');
        return PATHS.contains(query < 0 ? target : target.substring(0, query));
    }

    /** Renders a refusal into a reply that has its status. */
    static void render(Refusal refusal, HttpReply reply) {
        reply.body().raw(Json.bytes(OpenAiErrors.body(refusal)));
        Refusals.headers(refusal, reply);
    }

    /** A model as OpenAI lists it. */
    static ObjectNode listed(LanguageModel model) {
        return Json.object()
                .put("id", model.ref().name())
                .put("object", "model")
                .put("created", model.since() / 1000)
                .put("owned_by", "candor");
    }

    /** What OpenAI says of one model, where it is a language model that is served. */
    static ObjectNode listed(LanguageService language, String name) {
        return language.models().stream()
                .filter(model -> model.ref().name().equals(name))
                .findFirst()
                .map(OpenAiApi::listed)
                .orElseGet(Json::object);
    }
}
