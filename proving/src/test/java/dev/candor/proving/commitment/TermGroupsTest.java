package dev.candor.proving.commitment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TermGroupsTest {

    private static final Field F = Goldilocks.INSTANCE;
    private static final int L = 8;
    private static final int ROWS = 5;

    private final Random random = new Random(5);

    private Extension draw() {
        return new Extension(random.nextInt(1, 1000), random.nextInt(1000));
    }

    private ExtensionVector vector(int size) {
        ExtensionVector vector = new ExtensionVector(size);
        for (int i = 0; i < size; i++) {
            vector.set(i, draw());
        }
        return vector;
    }

    /** Terms, some of them multiples of each other, and the groups made of them have the same coefficient at every place. */
    @Test
    void groupsHaveTheCoefficientsOfTheirTerms() {
        for (int round = 0; round < 200; round++) {
            List<RowTerm> terms = new ArrayList<>();
            List<ExtensionVector> lows = List.of(vector(2 * L), vector(2 * L), new ExtensionVector(2 * L));
            for (int i = random.nextInt(12); i >= 0; i--) {
                int count = random.nextInt(1, L + 1);
                int column = random.nextInt(L - count + 1);
                ExtensionVector values = new ExtensionVector(2 * L);
                F.kernels().addScaled(draw(), lows.get(random.nextInt(3)), 0, values, 0, 2 * L);
                int stride = random.nextInt(1, 3);
                int heads = random.nextInt(1, 3);
                RowTerm.Low low = new RowTerm.Low(values, random.nextInt(L), count, column);
                terms.add(new RowTerm(random.nextInt(2), random.nextInt(ROWS - 2), stride, vector(heads), low));
            }
            assertThat(ofGroups(TermGroups.of(F, L, terms))).isEqualTo(ofTerms(terms));
        }
    }

    /** Parts of one table that are multiples of each other are one vector for all rows that they belong to. */
    @Test
    void multiplesAreOneVector() {
        ExtensionVector part = vector(L);
        ExtensionVector table = new ExtensionVector(2 * L);
        F.kernels().addScaled(draw(), part, 0, table, 0, L);
        F.kernels().addScaled(draw(), part, 0, table, L, L);
        List<RowTerm> terms = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            terms.add(new RowTerm(0, row, 1, vector(1), new RowTerm.Low(table, row % 2 * L, L, 0)));
        }
        TermGroups groups = TermGroups.of(F, L, terms);
        assertThat(groups.rows()).isEmpty();
        assertThat(groups.folded()).hasSize(1);
    }

    private static List<Extension> ofTerms(List<RowTerm> terms) {
        Extension[] all = zeros();
        for (RowTerm term : terms) {
            for (int j = 0; j < term.heads().size(); j++) {
                int row = term.firstRow() + j * term.stride();
                add(all, term.root(), row, term.heads().get(j), term.low().whole(L));
            }
        }
        return List.of(all);
    }

    private static List<Extension> ofGroups(TermGroups groups) {
        Extension[] all = zeros();
        for (TermGroups.Row row : groups.rows()) {
            add(all, row.root(), row.row(), Extension.ONE, row.low());
        }
        for (TermGroups.Folded folded : groups.folded()) {
            for (TermGroups.Part part : folded.parts()) {
                for (int j = 0; j < part.heads().size(); j++) {
                    int row = part.first() + j * part.stride();
                    add(all, part.root(), row, part.heads().get(j), folded.low());
                }
            }
        }
        return List.of(all);
    }

    private static Extension[] zeros() {
        Extension[] all = new Extension[2 * ROWS * L];
        java.util.Arrays.fill(all, Extension.ZERO);
        return all;
    }

    private static void add(Extension[] all, int root, int row, Extension head, ExtensionVector low) {
        for (int c = 0; c < L; c++) {
            int at = (root * ROWS + row) * L + c;
            all[at] = F.add(all[at], F.mul(head, low.get(c)));
        }
    }
}
