package dev.candor.proving.commitment;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Coefficients of columns up to a factor. The parts of a table of eq that claims about many segments share are multiples of each other, and
 * a word has to be computed for one of them only. Not thread-safe.
 */
final class LowBases {

    /** A vector and the factor with which it is a base's. */
    record Multiple(int base, Extension factor) {}

    /** The same part of the same vector. */
    private static final class Same {

        private final RowTerm.Low low;

        Same(RowTerm.Low low) {
            this.low = low;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Same same
                    && same.low.values() == low.values()
                    && same.low.from() == low.from()
                    && same.low.count() == low.count()
                    && same.low.column() == low.column();
        }

        @Override
        public int hashCode() {
            return Objects.hash(System.identityHashCode(low.values()), low.from(), low.count(), low.column());
        }
    }

    /** What multiples of a vector have in common: the quotients of a few elements and the first. */
    private record Shape(int column, int count, Extension second, Extension middle, Extension last) {}

    private final Field field;
    private final List<RowTerm.Low> bases = new ArrayList<>();
    private final Map<Same, Multiple> known = new HashMap<>();
    private final Map<Shape, List<Integer>> byShape = new HashMap<>();

    LowBases(Field field) {
        this.field = field;
    }

    RowTerm.Low get(int base) {
        return bases.get(base);
    }

    int size() {
        return bases.size();
    }

    /** The base of which a vector is a multiple: an earlier one, or the vector itself. */
    Multiple of(RowTerm.Low low) {
        return known.computeIfAbsent(new Same(low), _ -> find(low));
    }

    private Multiple find(RowTerm.Low low) {
        Extension first = low.values().get(low.from());
        if (first.equals(Extension.ZERO)) {
            return added(low);
        }
        Extension inverse = field.inv(first);
        Shape shape = new Shape(
                low.column(),
                low.count(),
                quotient(low, inverse, Math.min(1, low.count() - 1)),
                quotient(low, inverse, low.count() / 2),
                quotient(low, inverse, low.count() - 1));
        List<Integer> alike = byShape.computeIfAbsent(shape, _ -> new ArrayList<>());
        for (int base : alike) {
            RowTerm.Low other = bases.get(base);
            Extension factor = field.mul(first, field.inv(other.values().get(other.from())));
            if (isMultiple(low, other, factor)) {
                return new Multiple(base, factor);
            }
        }
        alike.add(bases.size());
        return added(low);
    }

    private Extension quotient(RowTerm.Low low, Extension inverse, int index) {
        return field.mul(inverse, low.values().get(low.from() + index));
    }

    private boolean isMultiple(RowTerm.Low low, RowTerm.Low other, Extension factor) {
        ExtensionVector difference = low.values().copyOfRange(low.from(), low.from() + low.count());
        field.kernels().addScaled(field.neg(factor), other.values(), other.from(), difference, 0, low.count());
        long left = 0;
        for (int c = 0; c < Extension.DEGREE; c++) {
            for (long element : difference.plane(c)) {
                left |= element;
            }
        }
        return left == 0;
    }

    private Multiple added(RowTerm.Low low) {
        bases.add(low);
        return new Multiple(bases.size() - 1, Extension.ONE);
    }
}
