package dev.candor.proving.sumcheck;

import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.multilinear.Multilinear;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sum-check for {@code claim = sum over x of a(x) b(x)} with a and b multilinear in m variables (Thaler 2013). What it leaves is the
 * claim that {@code a(point) b(point)} equals {@link Result#claim}.
 */
public final class ProductSum {

    /**
     * What is left to show.
     *
     * @param first the value of a there; zero unless proving
     * @param second the value of b there; zero unless proving
     */
    public record Result(Point point, Hidden claim, Extension first, Extension second) {}

    /**
     * The two tables, known to whoever proves.
     *
     * @param a 2^m elements, overwritten
     * @param b likewise
     */
    public record Tables(ExtensionVector a, ExtensionVector b) {}

    private ProductSum() {}

    /**
     * Runs the rounds.
     *
     * @param variables m
     * @param tables null unless proving
     */
    public static Result run(Session session, int variables, Hidden claim, @Nullable Tables tables) {
        List<Extension> point = new ArrayList<>(variables);
        Hidden current = claim;
        for (int round = 0; round < variables; round++) {
            int size = 1 << (variables - round);
            RoundPolynomial.Next next = RoundPolynomial.plain(session, current, () -> {
                Tables known = Objects.requireNonNull(tables, "A sum-check is proven from its tables.");
                return session.field().kernels().productRound(known.a, 0, known.b, 0, size / 2);
            });
            if (tables != null) {
                Multilinear.fold(session.field(), tables.a, size, next.challenge());
                Multilinear.fold(session.field(), tables.b, size, next.challenge());
            }
            point.add(next.challenge());
            current = next.claim();
        }
        return new Result(
                new Point(point),
                current,
                tables == null ? Extension.ZERO : tables.a.get(0),
                tables == null ? Extension.ZERO : tables.b.get(0));
    }
}
