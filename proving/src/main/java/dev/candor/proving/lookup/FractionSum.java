package dev.candor.proving.lookup;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Kernels;
import dev.candor.proving.multilinear.Multilinear;
import dev.candor.proving.sumcheck.RoundPolynomial;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sum of 2^h fractions p/q as one fraction, by a tree of height h: a node is {@code p = p_L q_R + p_R q_L} and {@code q = q_L q_R} of its
 * children, where the left child of node x is node x of the next level and the right child node x + 2^level. Nothing is sent in the clear.
 */
public final class FractionSum {

    private static final int LEFT_P = 0;
    private static final int RIGHT_P = 1;
    private static final int LEFT_Q = 2;
    private static final int RIGHT_Q = 3;

    /** The leaves, known to whoever proves: 2^h elements each, overwritten. */
    public record Leaves(ExtensionVector numerators, ExtensionVector denominators) {}

    /**
     * What is left to show: the extensions of the leaves at a point.
     *
     * @param rootNumerator of the sum
     * @param rootDenominator of the sum, which may be zero
     */
    public record Result(
            Hidden rootNumerator, Hidden rootDenominator, Point point, Hidden numerator, Hidden denominator) {}

    private FractionSum() {}

    /**
     * Runs all layers.
     *
     * @param height h
     * @param leaves null unless proving
     */
    public static Result run(Session session, int height, @Nullable Leaves leaves) {
        Field f = session.field();
        List<Leaves> levels = leaves == null ? List.of() : levels(f, height, leaves);
        List<Hidden> root = session.messages("root", 2, () -> {
            Leaves top = levels.getFirst();
            return List.of(top.numerators.get(0), top.denominators.get(0));
        });
        Hidden p = root.getFirst();
        Hidden q = root.getLast();
        Point point = Point.NONE;
        for (int level = 0; level < height; level++) {
            Leaves children = leaves == null ? null : levels.get(level + 1);
            Extension lambda = session.challenge("layer/lambda");
            Hidden claim = p.plus(f, q.times(f, lambda));
            List<Extension> next = new ArrayList<>(level + 1);
            next.add(Extension.ZERO);
            claim = rounds(session, point, lambda, claim, children, next);
            List<Hidden> values = session.messages("layer/children", 4, () -> childValues(children));
            session.product(Check.LOOKUP_LAYER, form(lambda), values, claim);
            Extension tau = session.challenge("layer/tau");
            next.set(0, tau);
            p = between(f, values.get(LEFT_P), values.get(RIGHT_P), tau);
            q = between(f, values.get(LEFT_Q), values.get(RIGHT_Q), tau);
            point = new Point(next);
        }
        return new Result(root.getFirst(), root.getLast(), point, p, q);
    }

    private static Hidden rounds(
            Session session,
            Point point,
            Extension lambda,
            Hidden claim,
            @Nullable Leaves children,
            List<Extension> next) {
        Field f = session.field();
        Hidden current = claim;
        ExtensionVector eq = children == null || point.size() == 0
                ? null
                : Multilinear.eqTable(f, point.coordinates().subList(1, point.size()));
        for (int round = 0; round < point.size(); round++) {
            int half = 1 << (point.size() - round - 1);
            Supplier<ExtensionVector> coefficients = () -> {
                Leaves known = Objects.requireNonNull(children, "A layer is proven from its fractions.");
                ExtensionVector weights = Objects.requireNonNull(eq);
                return f.kernels().fractionRound(known.numerators, known.denominators, weights, lambda, half, 0, half);
            };
            RoundPolynomial.Next after = RoundPolynomial.weighted(session, point.get(round), current, coefficients);
            if (children != null && eq != null) {
                fold(f, children.numerators, half, after.challenge());
                fold(f, children.denominators, half, after.challenge());
                // eq(r, 0) + eq(r, 1) = 1: adding the halves drops the next coordinate.
                for (int c = 0; c < Extension.DEGREE; c++) {
                    f.kernels().add(eq.plane(c), 0, eq.plane(c), half / 2, eq.plane(c), 0, half / 2);
                }
            }
            next.add(after.challenge());
            current = after.claim();
        }
        return current;
    }

    /** Fixes the first coordinate of both halves of the first 4 half elements, and moves the second behind the first. */
    private static void fold(Field f, ExtensionVector values, int half, Extension r) {
        f.kernels().fold(values, 0, half, r);
        f.kernels().fold(values, 2 * half, half, r);
        for (int c = 0; c < Extension.DEGREE; c++) {
            System.arraycopy(values.plane(c), 2 * half, values.plane(c), half, half);
        }
    }

    private static List<Extension> childValues(@Nullable Leaves children) {
        Leaves known = Objects.requireNonNull(children, "A layer is proven from its fractions.");
        return List.of(
                known.numerators.get(0), known.numerators.get(1), known.denominators.get(0), known.denominators.get(1));
    }

    private static Quadratic form(Extension lambda) {
        return new Quadratic(List.of(
                new Quadratic.Term(LEFT_P, RIGHT_Q, Extension.ONE),
                new Quadratic.Term(RIGHT_P, LEFT_Q, Extension.ONE),
                new Quadratic.Term(LEFT_Q, RIGHT_Q, lambda)));
    }

    private static Hidden between(Field f, Hidden left, Hidden right, Extension tau) {
        return left.plus(f, right.minus(f, left).times(f, tau));
    }

    /** All levels, the root first. */
    private static List<Leaves> levels(Field f, int height, Leaves leaves) {
        List<Leaves> levels = new ArrayList<>(height + 1);
        Leaves current = leaves;
        levels.add(current);
        Kernels kernels = f.kernels();
        for (int level = height - 1; level >= 0; level--) {
            int half = 1 << level;
            Leaves next = new Leaves(new ExtensionVector(half), new ExtensionVector(half));
            kernels.addProduct(current.numerators, 0, current.denominators, half, next.numerators, 0, half);
            kernels.addProduct(current.numerators, half, current.denominators, 0, next.numerators, 0, half);
            kernels.addProduct(current.denominators, 0, current.denominators, half, next.denominators, 0, half);
            levels.add(next);
            current = next;
        }
        return levels.reversed();
    }
}
