package dev.candor.proving.commitment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VertexCoverTest {

    private static final int SIDE = 6;

    /** Every graph that is drawn: all edges are touched, by as few vertices as the best of all sets. */
    @Test
    void touchesEveryEdgeWithTheFewestVertices() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            int edgeMask = random.nextInt(1 << 10);
            List<int[]> edges = new ArrayList<>();
            for (int left = 0; left < SIDE; left++) {
                edges.add(random.ints(0, SIDE)
                        .limit(Integer.bitCount((edgeMask >>> left) & 7))
                        .distinct()
                        .toArray());
            }
            VertexCover cover = VertexCover.of(edges, SIDE);
            assertThat(covers(edges, bits(cover.left()) | (bits(cover.right()) << SIDE)))
                    .isTrue();
            assertThat(cover.left().cardinality() + cover.right().cardinality()).isEqualTo(fewest(edges));
        }
    }

    private static int bits(java.util.BitSet set) {
        return set.isEmpty() ? 0 : (int) set.toLongArray()[0];
    }

    private static int fewest(List<int[]> edges) {
        int fewest = 2 * SIDE;
        for (int set = 0; set < (1 << (2 * SIDE)); set++) {
            if (Integer.bitCount(set) < fewest && covers(edges, set)) {
                fewest = Integer.bitCount(set);
            }
        }
        return fewest;
    }

    private static boolean covers(List<int[]> edges, int set) {
        for (int left = 0; left < SIDE; left++) {
            for (int right : edges.get(left)) {
                if (((set >>> left) & 1) == 0 && ((set >>> (SIDE + right)) & 1) == 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
