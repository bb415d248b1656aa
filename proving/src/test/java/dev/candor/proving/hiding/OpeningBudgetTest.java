package dev.candor.proving.hiding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.commitment.OpenedColumns;
import dev.candor.proving.fft.RowCode;
import dev.candor.proving.fft.RowCodes;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.randomness.SecureRandomness;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the columns opened over all proofs of an epoch give away: nothing up to t, something from t + 1 on, the weights at k. */
final class OpeningBudgetTest {

    private static final Field FIELD = Goldilocks.INSTANCE;
    private static final int L = 8;
    private static final int T = 6;
    private static final RowCode CODE = RowCodes.of(FIELD, L, T, 64);

    private final int[] positions = new Random(3)
            .ints(0, CODE.length())
            .distinct()
            .limit(L + T)
            .sorted()
            .toArray();

    /** The opened values of a row with one coefficient, or one data value, at one and all others at zero. */
    private long[] response(int count, int dataIndex, int randomIndex) {
        long[] data = new long[L];
        long[] random = new long[T];
        if (dataIndex >= 0) {
            data[dataIndex] = 1;
        } else {
            random[randomIndex] = 1;
        }
        long[] word = new long[CODE.length()];
        CODE.encode(data, 0, random, 0, word, 0);
        long[] seen = new long[count];
        for (int i = 0; i < count; i++) {
            seen[i] = word[positions[i]];
        }
        return seen;
    }

    private List<long[]> responses(int count, boolean ofData) {
        List<long[]> responses = new ArrayList<>();
        for (int i = 0; i < (ofData ? L : T); i++) {
            responses.add(ofData ? response(count, i, -1) : response(count, -1, i));
        }
        return responses;
    }

    @Test
    void upToTColumnsEveryChangeOfTheDataIsHidden() {
        for (int count = 1; count <= T; count++) {
            Span random = new Span(FIELD, responses(count, false));
            assertThat(random.rank()).isEqualTo(count);
            for (long[] change : responses(count, true)) {
                assertThat(random.solve(change)).isNotEmpty();
            }
        }
    }

    @Test
    void oneColumnMoreShowsAChangeOfTheData() {
        Span random = new Span(FIELD, responses(T + 1, false));
        assertThat(responses(T + 1, true))
                .anySatisfy(change -> assertThat(random.solve(change)).isEmpty());
    }

    @Test
    void asManyColumnsAsCoefficientsGiveTheWeights() {
        long[] weights =
                new Random(4).longs(L, -127, 128).map(FIELD::fromSigned).toArray();
        CommittedRows rows = CommittedRows.of(CODE, weights, SecureRandomness.create());
        OpenedColumns opened = rows.open(positions);
        long[] seen = new long[L + T];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = opened.at(i, 0);
        }
        List<long[]> all = responses(L + T, true);
        all.addAll(responses(L + T, false));
        long[] solved = new Span(FIELD, all).solve(seen);
        assertThat(java.util.Arrays.copyOf(solved, L)).isEqualTo(weights);
    }
}
