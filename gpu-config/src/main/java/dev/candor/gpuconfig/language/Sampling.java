package dev.candor.gpuconfig.language;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * How tokens are chosen and when a sequence ends: with the prompt and the model all that its tokens depend on.
 *
 * @param temperature 0 (the likeliest token, always) to 2
 * @param topP above 0 up to 1: the likeliest tokens whose probabilities reach it are chosen from
 * @param seed of the random numbers
 * @param maxTokens most tokens, at least 1
 * @param stops texts that end it, at most {@value #MOST_STOPS}, of 1 to {@value #MOST_STOP_BYTES} bytes each
 * @param constraint JSON that must come out
 */
public record Sampling(
        double temperature, double topP, long seed, int maxTokens, List<String> stops, Optional<JsonShape> constraint) {
    /** The most stop texts. */
    public static final int MOST_STOPS = 4;

    /** The longest stop text in bytes of UTF-8. */
    public static final int MOST_STOP_BYTES = 64;

    /** Refuses values outside their ranges with an {@link IllegalArgumentException} that says the range. */
    public Sampling {
        stops = List.copyOf(stops);
        if (!(temperature >= 0 && temperature <= 2)) {
            throw new IllegalArgumentException("temperature is " + temperature + "; it lies between 0 and 2");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top_p is " + topP + "; it lies above 0 and at most at 1");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("max_tokens is " + maxTokens + "; it is at least 1");
        }
        if (stops.size() > MOST_STOPS) {
            throw new IllegalArgumentException("stop has " + stops.size() + " texts; it takes up to " + MOST_STOPS);
        }
        for (String stop : stops) {
            int bytes = stop.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > MOST_STOP_BYTES) {
                throw new IllegalArgumentException(
                        "a stop text has 1 to " + MOST_STOP_BYTES + " bytes in UTF-8, this one has " + bytes);
            }
        }
    }

    /** The likeliest tokens, up to {@code maxTokens}. */
    public static Sampling greedy(int maxTokens) {
        return new Sampling(0, 1, 0, maxTokens, List.of(), Optional.empty());
    }
}
