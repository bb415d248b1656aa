package dev.candor.proving.commitment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayoutTest {

    private static final Field F = Goldilocks.INSTANCE;
    private static final int L = 16;

    private final Random random = new Random(2);

    private Extension draw() {
        return new Extension(random.nextInt(1000), random.nextInt(1000));
    }

    /** The terms, applied to data, give the functional of the cells; data outside of cells change nothing. */
    @ParameterizedTest
    @CsvSource({"1,1", "1,16", "1,17", "1,40", "5,3", "8,4", "9,2", "3,16", "7,5", "4,17", "33,1", "2,33", "3,5", "1,23"
    })
    void termsOfAFunctionalTouchTrueCellsOnly(int rows, int columns) {
        Segment before = new Segment("before", 0, Segment.Kind.BASE, 3, 2);
        Segment segment = new Segment("segment", 0, Segment.Kind.BASE, rows, columns);
        Layout layout = new Layout(L, List.of(before, segment));
        long[] cells = random.longs((long) rows * columns, 0, 1000).toArray();
        long[] data = new long[layout.rows() * L];
        layout.place(before, random.longs(6, 0, 1000).toArray(), data);
        layout.place(segment, cells, data);
        Point point = point(segment.rowVariables());
        ExtensionVector weights = vector(columns);
        Extension expected = Extension.ZERO;
        ExtensionVector table = point.table(F, rows);
        for (int b = 0; b < rows; b++) {
            for (int i = 0; i < columns; i++) {
                Extension coefficient = F.mul(table.get(b), weights.get(i));
                expected = F.add(expected, F.mul(coefficient, cells[b * columns + i]));
            }
        }
        List<RowTerm> terms = layout.terms(F, new Functional(segment, point, weights, 0), Extension.ONE);
        assertThat(apply(terms, data)).isEqualTo(expected);

        long[] free = data.clone();
        boolean[] used = used(layout, before, segment);
        for (int at = 0; at < free.length; at++) {
            if (!used[at]) {
                free[at] = random.nextInt(1000);
            }
        }
        assertThat(apply(terms, free)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1", "16", "17", "50"})
    void termsOfAVectorOverTheExtension(int size) {
        Segment segment = new Segment("pads", 0, Segment.Kind.EXTENSION, 1, size);
        Layout layout = new Layout(L, List.of(segment));
        ExtensionVector cells = vector(size);
        ExtensionVector weights = vector(size);
        long[] data = new long[layout.rows() * L];
        layout.place(segment, cells, data);
        Extension expected = F.kernels().innerProduct(cells, 0, weights, 0, size);
        assertThat(apply(layout.terms(F, new Functional(segment, Point.NONE, weights, 0), Extension.ONE), data))
                .isEqualTo(expected);
    }

    /** Which data positions hold cells: found by placing ones. */
    private static boolean[] used(Layout layout, Segment... segments) {
        long[] marks = new long[layout.rows() * L];
        for (Segment segment : segments) {
            long[] ones = new long[segment.rows() * segment.columns()];
            java.util.Arrays.fill(ones, 1);
            layout.place(segment, ones, marks);
        }
        boolean[] used = new boolean[marks.length];
        for (int i = 0; i < used.length; i++) {
            used[i] = marks[i] != 0;
        }
        return used;
    }

    private Point point(int size) {
        List<Extension> coordinates = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            coordinates.add(draw());
        }
        return new Point(coordinates);
    }

    private ExtensionVector vector(int size) {
        ExtensionVector vector = new ExtensionVector(size);
        for (int i = 0; i < size; i++) {
            vector.set(i, draw());
        }
        return vector;
    }

    private static Extension apply(List<RowTerm> terms, long[] data) {
        Extension sum = Extension.ZERO;
        for (RowTerm term : terms) {
            for (int j = 0; j < term.heads().size(); j++) {
                int row = term.firstRow() + j * term.stride();
                ExtensionVector low = term.low().whole(L);
                for (int c = 0; c < L; c++) {
                    Extension coefficient = F.mul(term.heads().get(j), low.get(c));
                    sum = F.add(sum, F.mul(coefficient, data[row * L + c]));
                }
            }
        }
        return sum;
    }
}
