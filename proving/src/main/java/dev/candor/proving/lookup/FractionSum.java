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
import dev.candor.proving.parallel.Workers;
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

    /** Pairs of fractions for which a thread of its own is worth while. */
    private static final int LEAST_PAIRS = 2048;

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
        List<Leaves> levels = leaves == null ? List.of() : levels(f, session.workers(), height, leaves);
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
                return round(session, known, weights, lambda, half);
            };
            RoundPolynomial.Next after = RoundPolynomial.weighted(session, point.get(round), current, coefficients);
            if (children != null && eq != null) {
                fold(session, children, half, after.challenge());
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

    private static ExtensionVector round(
            Session session, Leaves children, ExtensionVector eq, Extension lambda, int half) {
        Field f = session.field();
        List<Workers.Part> parts = session.workers().parts(half, LEAST_PAIRS);
        ExtensionVector[] sums = new ExtensionVector[parts.size()];
        session.workers()
                .each(
                        parts.size(),
                        i -> sums[i] = f.kernels()
                                .fractionRound(
                                        children.numerators,
                                        children.denominators,
                                        eq,
                                        lambda,
                                        half,
                                        parts.get(i).from(),
                                        parts.get(i).to()));
        ExtensionVector sum = sums[0];
        for (int i = 1; i < sums.length; i++) {
            for (int c = 0; c < sum.size(); c++) {
                sum.set(c, f.add(sum.get(c), sums[i].get(c)));
            }
        }
        return sum;
    }

    /** Fixes the first coordinate of both halves of the first 4 half elements, and moves the second behind the first. */
    private static void fold(Session session, Leaves children, int half, Extension r) {
        Kernels kernels = session.field().kernels();
        session.workers().eachPart(half, LEAST_PAIRS, part -> {
            for (ExtensionVector values : List.of(children.numerators, children.denominators)) {
                kernels.fold(values, part.from(), half, part.size(), r);
                kernels.fold(values, 2 * half + part.from(), half, part.size(), r);
            }
        });
        // The parts of one half lie where the other half was read, so they move when all are done.
        for (ExtensionVector values : List.of(children.numerators, children.denominators)) {
            for (int c = 0; c < Extension.DEGREE; c++) {
                System.arraycopy(values.plane(c), 2 * half, values.plane(c), half, half);
            }
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
    private static List<Leaves> levels(Field f, Workers workers, int height, Leaves leaves) {
        List<Leaves> levels = new ArrayList<>(height + 1);
        levels.add(leaves);
        Kernels kernels = f.kernels();
        for (int level = height - 1; level >= 0; level--) {
            int half = 1 << level;
            ExtensionVector p = levels.getLast().numerators;
            ExtensionVector q = levels.getLast().denominators;
            Leaves next = new Leaves(new ExtensionVector(half), new ExtensionVector(half));
            workers.eachPart(half, LEAST_PAIRS, part -> {
                int from = part.from();
                kernels.addProduct(p, from, q, half + from, next.numerators, from, part.size());
                kernels.addProduct(p, half + from, q, from, next.numerators, from, part.size());
                kernels.addProduct(q, from, q, half + from, next.denominators, from, part.size());
            });
            levels.add(next);
        }
        return levels.reversed();
    }
}
