package dev.candor.gpuconfig.language;

import java.util.Optional;

/**
 * What a language model's file says of it, beside its weights.
 *
 * @param name the name to serve it under unless another is given
 * @param kind what it computes
 * @param context most tokens it attends to, prompt and answer together
 * @param vocabulary tokens there are
 * @param width of an embedding
 * @param tokenizer of its texts
 * @param chat how dialogues are written for it, if it was trained on any
 */
public record LanguageDescription(
        String name,
        Kind kind,
        int context,
        int vocabulary,
        int width,
        Tokenizer tokenizer,
        Optional<ChatTemplate> chat) {
    /** What a language model computes. */
    public sealed interface Kind {
        /**
         * The next token, with keys and values kept between steps.
         *
         * @param layers of attention
         * @param heads of each
         * @param headSize of a head's keys and values
         */
        record Text(int layers, int heads, int headSize) implements Kind {}

        /** One vector a text. */
        record Embedding() implements Kind {}
    }

    /** Refuses sizes that contradict each other with an {@link IllegalArgumentException}. */
    public LanguageDescription {
        if (vocabulary != tokenizer.size()) {
            throw new IllegalArgumentException(
                    "the model has " + vocabulary + " tokens and its tokenizer " + tokenizer.size());
        }
        if (context < 2 || context > 1 << 20 || width < 1) {
            throw new IllegalArgumentException("a context of " + context + " tokens and a width of " + width);
        }
    }
}
