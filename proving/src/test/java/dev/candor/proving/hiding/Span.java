package dev.candor.proving.hiding;

import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of a matrix over F in echelon form: solves for the coefficients of a vector in them. */
final class Span {

    private static final class Pivot {

        private final int row;
        private final long[] vector;
        private final long[] combination;

        Pivot(int row, long[] vector, long[] combination) {
            this.row = row;
            this.vector = vector;
            this.combination = combination;
        }
    }

    private final Field field;
    private final int columns;
    private final List<Pivot> pivots = new ArrayList<>();

    Span(Field field, List<long[]> vectors) {
        this.field = field;
        this.columns = vectors.size();
        for (int i = 0; i < columns; i++) {
            long[] combination = new long[columns];
            combination[i] = 1;
            long[] rest = vectors.get(i).clone();
            reduce(rest, combination);
            int row = firstNonZero(rest);
            if (row >= 0) {
                long inverse = field.inv(rest[row]);
                scale(rest, inverse);
                scale(combination, inverse);
                pivots.add(new Pivot(row, rest, combination));
            }
        }
    }

    int rank() {
        return pivots.size();
    }

    /** The coefficients of {@code target}, or an empty array where it is not in the span. */
    long[] solve(long[] target) {
        long[] rest = target.clone();
        long[] combination = new long[columns];
        reduce(rest, combination);
        if (firstNonZero(rest) >= 0) {
            return new long[0];
        }
        for (int i = 0; i < columns; i++) {
            combination[i] = field.neg(combination[i]);
        }
        return combination;
    }

    /** Takes multiples of the pivots off {@code vector}, and the same off {@code combination}. */
    private void reduce(long[] vector, long[] combination) {
        for (Pivot pivot : pivots) {
            long factor = vector[pivot.row];
            if (factor != 0) {
                for (int i = 0; i < vector.length; i++) {
                    vector[i] = field.sub(vector[i], field.mul(factor, pivot.vector[i]));
                }
                for (int i = 0; i < columns; i++) {
                    combination[i] = field.sub(combination[i], field.mul(factor, pivot.combination[i]));
                }
            }
        }
    }

    private static int firstNonZero(long[] vector) {
        for (int i = 0; i < vector.length; i++) {
            if (vector[i] != 0) {
                return i;
            }
        }
        return -1;
    }

    private void scale(long[] vector, long factor) {
        Arrays.setAll(vector, i -> field.mul(factor, vector[i]));
    }
}
