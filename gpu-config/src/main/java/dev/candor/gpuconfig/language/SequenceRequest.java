package dev.candor.gpuconfig.language;

import java.util.List;
import java.util.UUID;

/**
 * A sequence to be written.
 *
 * @param id of the attempt
 * @param prompt tokens, at least one, and with {@code sampling.maxTokens()} at most the model's context
 * @param sampling how its tokens are chosen
 * @param deadline in nanoseconds of the engine's clock, after which nobody wants it
 * @param listener hears of each token
 */
public record SequenceRequest(UUID id, List<Integer> prompt, Sampling sampling, long deadline, Listener listener) {
    /** Copies the prompt. */
    public SequenceRequest {
        prompt = List.copyOf(prompt);
    }

    /** Hears of tokens as they are chosen, on the device's thread: it must not block. */
    @FunctionalInterface
    public interface Listener {
        /** The token at {@code index} of the answer, from 0. */
        void token(int index, int token);
    }
}
