package dev.candor.cluster.language;

import dev.candor.gpuconfig.language.ChatTemplate;
import java.util.List;

/** What a text shall follow. */
public sealed interface Prompt {
    /** A dialogue, whose next message is wanted; the model's chat template turns it into tokens. */
    record Chat(List<ChatTemplate.Message> messages) implements Prompt {
        /** Copies the messages. */
        public Chat {
            messages = List.copyOf(messages);
        }
    }

    /** A text, which shall go on. */
    record Text(String text) implements Prompt {}

    /** The model's own tokens. */
    record Tokens(List<Integer> tokens) implements Prompt {
        /** Copies the tokens. */
        public Tokens {
            tokens = List.copyOf(tokens);
        }
    }
}
