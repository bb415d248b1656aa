package dev.candor.gpuconfig.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

final class SamplerTest {
    private static final float[] LOGITS = {0f, 2f, 1f, 2f, -1f, 0.5f};

    @Test
    void takesTheFirstOfTheLikeliestAtTemperatureZero() {
        assertThat(draws(0, 1, 5, 3)).containsOnly(1);
    }

    /** These tokens are in receipts: another draw for the same seed would make them wrong. */
    @Test
    void drawsTheSameTokensForTheSameSeedForEver() {
        assertThat(draws(1, 1, 42, 16)).containsExactly(GOLDEN_42);
        assertThat(draws(0.7, 0.9, -7, 16)).containsExactly(GOLDEN_MINUS_7);
    }

    @Test
    void keepsToTheLikeliestThatReachTopP() {
        // The probabilities are 0.05, 0.36, 0.13, 0.36, 0.02 and 0.08.
        assertThat(draws(1, 0.5, 1, 200)).containsOnly(1, 3);
        assertThat(draws(1, 1e-9, 1, 200)).containsOnly(1);
    }

    @Test
    void choosesOnlyWhatIsAllowed() {
        Sampler sampler = new Sampler(new Sampling(1, 1, 9, 1, List.of(), Optional.empty()));
        assertThat(IntStream.range(0, 100).map(i -> sampler.choose(LOGITS, token -> token == 4 || token == 0)))
                .containsOnly(0, 4);
    }

    @Test
    void drawsAsOftenAsTheProbabilitiesSay() {
        long[] counts = new long[LOGITS.length];
        Arrays.stream(draws(1, 1, 3, 60_000)).forEach(token -> counts[token]++);
        double total =
                IntStream.range(0, 6).mapToDouble(i -> Math.exp(LOGITS[i])).sum();
        for (int token = 0; token < LOGITS.length; token++) {
            // Five standard deviations, and the seed is fixed.
            double p = Math.exp(LOGITS[token]) / total;
            assertThat(counts[token] / 60_000.0)
                    .isBetween(p - 5 * Math.sqrt(p / 60_000), p + 5 * Math.sqrt(p / 60_000));
        }
    }

    @Property(tries = 200)
    void isAFunctionOfItsArguments(
            @ForAll long seed,
            @ForAll @DoubleRange(max = 2) double temperature,
            @ForAll @DoubleRange(min = 0.01, max = 1) double topP) {
        assertThat(draws(temperature, topP, seed, 8)).isEqualTo(draws(temperature, topP, seed, 8));
    }

    private static int[] draws(double temperature, double topP, long seed, int count) {
        Sampler sampler = new Sampler(new Sampling(temperature, topP, seed, 1, List.of(), Optional.empty()));
        return IntStream.range(0, count)
                .map(i -> sampler.choose(LOGITS, token -> true))
                .toArray();
    }

    private static final int[] GOLDEN_42 = {2, 1, 1, 1, 1, 5, 1, 2, 1, 3, 1, 3, 3, 3, 3, 1};
    private static final int[] GOLDEN_MINUS_7 = {1, 3, 2, 1, 3, 3, 3, 1, 1, 1, 3, 3, 3, 1, 3, 1};
}
