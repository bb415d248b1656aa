package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.Field;
import java.util.List;

/** A public quadratic form in m values: the sum of {@code coefficient * a_i * a_j} over its terms. */
public record Quadratic(List<Term> terms) {

    /** {@code coefficient * a_first * a_second}. */
    public record Term(int first, int second, Extension coefficient) {}

    /** The product of two values. */
    public static final Quadratic PRODUCT = new Quadratic(List.of(new Term(0, 1, Extension.ONE)));

    public Quadratic {
        terms = List.copyOf(terms);
    }

    /** The polar form with its two arguments: {@code F(a) = polar(a, a)}. */
    public Extension polar(Field field, List<Extension> a, List<Extension> b) {
        Extension sum = Extension.ZERO;
        for (Term term : terms) {
            sum = field.add(sum, field.mul(term.coefficient(), field.mul(a.get(term.first()), b.get(term.second()))));
        }
        return sum;
    }
}
