package dev.candor.proving.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class TokenOperationTest {
    @Test
    void geluAgreesWithTabulatedValuesOfTheNormalDistribution() {
        TokenOperation.Gelu gelu = new TokenOperation.Gelu(false);

        assertThat(gelu.apply(0)).isZero();
        assertThat(gelu.apply(1)).isCloseTo(0.8413447460685429, within(1e-14));
        assertThat(gelu.apply(-1)).isCloseTo(-0.15865525393145707, within(1e-14));
        assertThat(gelu.apply(-4.9) / -4.9).isCloseTo(4.791832765903198e-7, within(1e-14));
        assertThat(gelu.apply(-5.1) / -5.1).isCloseTo(1.6982674071475937e-7, within(1e-18));
        assertThat(gelu.apply(20)).isEqualTo(20);
        assertThat(gelu.apply(-20)).isZero();
    }

    @Test
    void theNormalDistributionIsMonotoneAcrossItsTwoWays() {
        double before = 0;
        for (double x = -9.5; x < 9.5; x += 1e-3) {
            double now = Normal.below(x);
            assertThat(now).isGreaterThanOrEqualTo(before - 1e-15);
            before = now;
        }
    }

    @Test
    void theTangentIsNearTheNormalDistribution() {
        for (double x = -6; x < 6; x += 0.01) {
            assertThat(new TokenOperation.Gelu(true).apply(x))
                    .isCloseTo(new TokenOperation.Gelu(false).apply(x), within(5e-4));
        }
    }
}
