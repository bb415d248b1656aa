package dev.candor.gpuconfig.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchLadderTest {
    @Test
    void endsWithTheModelsOwnLargestBatch() {
        BatchLadder ladder = new BatchLadder(List.of(8, 1, 2, 4, 2, 16));
        assertThat(ladder.rungs()).containsExactly(1, 2, 4, 8, 16);
        assertThat(ladder.upTo(10).rungs()).containsExactly(1, 2, 4, 8, 10);
        assertThat(ladder.upTo(4).rungs()).containsExactly(1, 2, 4);
        assertThat(ladder.upTo(100).rungs()).containsExactly(1, 2, 4, 8, 16, 100);
        assertThat(ladder.upTo(1).rungs()).containsExactly(1);
    }

    @Property
    void givesTheSmallestRungThatHoldsABatch(
            @ForAll @IntRange(min = 1, max = 256) int max, @ForAll @IntRange(min = 1, max = 256) int rows) {
        BatchLadder ladder = ProfileDefaults.ofCpu(64).ladder().upTo(max);
        if (rows > max) {
            assertThatIllegalArgumentException().isThrownBy(() -> ladder.rungFor(rows));
            return;
        }
        int rung = ladder.rungFor(rows);
        assertThat(rung).isGreaterThanOrEqualTo(rows);
        assertThat(ladder.rungs()).contains(rung).noneMatch(other -> other >= rows && other < rung);
        assertThat(rung - rows).as("padding").isLessThanOrEqualTo(rung / 5);
    }

    @Test
    void refusesRungsThatNoBatchCanHave() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BatchLadder(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new BatchLadder(List.of(0, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new BatchLadder(List.of(5000)));
    }
}
