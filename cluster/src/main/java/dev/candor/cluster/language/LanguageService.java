package dev.candor.cluster.language;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import java.util.List;
import java.util.function.Consumer;

/** Text and embeddings, for whatever door asks: one way in for the OpenAI-compatible endpoints and others. Thread-safe; nothing here blocks. */
public interface LanguageService {
    /** Where no language model is served. */
    LanguageService NONE = new LanguageService() {
        @Override
        public List<LanguageModel> models() {
            return List.of();
        }

        @Override
        public Runnable generate(GenerationRequest request, Caller caller, GenerationListener listener) {
            listener.ended(new Generation.Refused(none()));
            return () -> {};
        }

        @Override
        public Runnable embed(EmbeddingRequest request, Caller caller, Consumer<Embeddings> onOutcome) {
            onOutcome.accept(new Embeddings.Refused(none()));
            return () -> {};
        }
    };

    /** The models that are served now, by name. */
    List<LanguageModel> models();

    /**
     * Writes a text.
     *
     * @param listener hears of the text while it is written, unreceipted, and then of its one outcome; it must not block
     * @return to be called when the client has gone: the sequence then ends before its next token
     */
    Runnable generate(GenerationRequest request, Caller caller, GenerationListener listener);

    /**
     * Embeds texts.
     *
     * @param onOutcome called exactly once, on any thread, and must not block
     * @return to be called when the client has gone
     */
    Runnable embed(EmbeddingRequest request, Caller caller, Consumer<Embeddings> onOutcome);

    private static Refusal none() {
        return Refusal.of(
                ErrorCode.MODEL_NOT_FOUND,
                "this node serves no language model; start it with --language-model FILE, or set candor.language.models");
    }
}
