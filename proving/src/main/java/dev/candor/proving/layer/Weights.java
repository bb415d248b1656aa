package dev.candor.proving.layer;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public coefficients of a functional of one sample of a value: the product of one vector for each factor, the last factor varying
 * fastest. Where the value has several dimensions and there is one factor for each, a layer can use their structure. Immutable; the
 * vectors are shared and not changed.
 */
record Weights(List<ExtensionVector> factors) {

    Weights {
        factors = List.copyOf(factors);
    }

    static Weights of(ExtensionVector flat) {
        return new Weights(List.of(flat));
    }

    int size() {
        return factors.stream().mapToInt(ExtensionVector::size).reduce(1, Math::multiplyExact);
    }

    /** The coefficients as one vector. */
    ExtensionVector flat(Field f) {
        return product(f, factors);
    }

    /** The coefficients of all dimensions but the last {@code count} as one vector; a single one where there are no more. */
    ExtensionVector outer(Field f, int count) {
        return product(f, factors.subList(0, factors.size() - count));
    }

    ExtensionVector last() {
        return factors.getLast();
    }

    /**
     * The factors of each of {@code dimensions}, which may be several or none; null where a factor belongs to more than one dimension.
     */
    @Nullable
    List<List<ExtensionVector>> groups(List<Integer> dimensions) {
        List<List<ExtensionVector>> groups = new ArrayList<>();
        int next = 0;
        for (int dimension : dimensions) {
            List<ExtensionVector> group = new ArrayList<>();
            long size = 1;
            while (size < dimension && next < factors.size()) {
                size *= factors.get(next).size();
                group.add(factors.get(next++));
            }
            if (size != dimension) {
                return null;
            }
            groups.add(group);
        }
        // What is left has one element each.
        groups.getLast().addAll(factors.subList(next, factors.size()));
        return groups;
    }

    /** The same coefficients with one factor for each of {@code dimensions}, or all in one factor where there are none such. */
    Weights by(Field f, List<Integer> dimensions) {
        List<List<ExtensionVector>> groups = groups(dimensions);
        return groups == null
                ? of(flat(f))
                : new Weights(groups.stream().map(group -> product(f, group)).toList());
    }

    /** Whether there is one factor for each of so many dimensions. */
    boolean has(int dimensions) {
        return factors.size() == dimensions;
    }

    private static ExtensionVector product(Field f, List<ExtensionVector> factors) {
        if (factors.isEmpty()) {
            return ExtensionVector.of(Extension.ONE);
        }
        ExtensionVector result = factors.getFirst();
        for (ExtensionVector factor : factors.subList(1, factors.size())) {
            ExtensionVector next = new ExtensionVector(result.size() * factor.size());
            for (int i = 0; i < result.size(); i++) {
                f.kernels().addScaled(result.get(i), factor, 0, next, i * factor.size(), factor.size());
            }
            result = next;
        }
        return result;
    }

    static Extension sum(Field f, ExtensionVector vector) {
        Extension sum = Extension.ZERO;
        for (int i = 0; i < vector.size(); i++) {
            sum = f.add(sum, vector.get(i));
        }
        return sum;
    }
}
