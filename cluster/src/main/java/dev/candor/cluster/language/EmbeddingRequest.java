package dev.candor.cluster.language;

import java.util.List;
import java.util.Optional;

/**
 * Texts to be embedded.
 *
 * @param model by name
 * @param inputs texts or tokens, 1 to {@value #MOST_INPUTS}
 * @param idempotencyKey for safe retries of up to one batch of inputs, if any
 */
public record EmbeddingRequest(String model, List<Prompt> inputs, Optional<String> idempotencyKey) {
    /** The most inputs of a request. */
    public static final int MOST_INPUTS = 2048;

    /** Copies the inputs. */
    public EmbeddingRequest {
        inputs = List.copyOf(inputs);
    }
}
