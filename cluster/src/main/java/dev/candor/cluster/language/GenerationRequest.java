package dev.candor.cluster.language;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A text that is asked for. Ranges are checked when it is served.
 *
 * @param model by name
 * @param prompt what it follows
 * @param maxTokens most tokens; without it as many as fit, up to {@link LanguageSettings#defaultTokens}
 * @param temperature 0 to 2
 * @param topP above 0 up to 1
 * @param seed of the random numbers; without it one is drawn, which the answer names
 * @param stops texts that end it
 * @param schema JSON schema whose JSON must come out, if any
 * @param idempotencyKey for safe retries, if any
 */
public record GenerationRequest(
        String model,
        Prompt prompt,
        OptionalInt maxTokens,
        double temperature,
        double topP,
        OptionalLong seed,
        List<String> stops,
        Optional<String> schema,
        Optional<String> idempotencyKey) {
    /** Copies the stops. */
    public GenerationRequest {
        stops = List.copyOf(stops);
    }
}
