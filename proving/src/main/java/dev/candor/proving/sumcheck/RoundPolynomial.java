package dev.candor.proving.sumcheck;

import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.List;
import java.util.function.Supplier;

/**
 * One round of a sum-check in one variable T with a round polynomial g of degree 2. Only g(0) and the coefficient of T^2 are sent; g(1)
 * follows from the claim, so no equation is needed for it.
 */
public final class RoundPolynomial {

    private static final String LABEL = "round";
    private static final String CHALLENGE = "round/challenge";

    /** The challenge of the round, and the claim g(challenge) that it leaves. */
    public record Next(Extension challenge, Hidden claim) {}

    private RoundPolynomial() {}

    /**
     * A round with the claim {@code g(0) + g(1)}.
     *
     * @param coefficients of g, that of 1 first and that of T^2 last; asked for only when proving
     */
    public static Next plain(Session session, Hidden claim, Supplier<ExtensionVector> coefficients) {
        Field f = session.field();
        List<Hidden> sent = send(session, coefficients);
        Hidden atOne = claim.minus(f, sent.getFirst());
        return next(session, sent, atOne);
    }

    /**
     * A round of a sum with a factor eq(r, T) that was left out of g: the claim is {@code (1 - r) g(0) + r g(1)}.
     *
     * @throws ArithmeticException for r = 0, which a challenge is with probability 1/|K|
     */
    public static Next weighted(Session session, Extension r, Hidden claim, Supplier<ExtensionVector> coefficients) {
        Field f = session.field();
        List<Hidden> sent = send(session, coefficients);
        Hidden atOne = claim.minus(f, sent.getFirst().times(f, f.sub(Extension.ONE, r)))
                .times(f, f.inv(r));
        return next(session, sent, atOne);
    }

    private static List<Hidden> send(Session session, Supplier<ExtensionVector> coefficients) {
        return session.messages(LABEL, 2, () -> {
            ExtensionVector g = coefficients.get();
            return List.of(g.get(0), g.get(g.size() - 1));
        });
    }

    private static Next next(Session session, List<Hidden> sent, Hidden atOne) {
        Field f = session.field();
        Extension x = session.challenge(CHALLENGE);
        // g(x) = g(0) (1 - x) + g(1) x + g2 x (x - 1).
        Extension minusOne = f.sub(x, Extension.ONE);
        Hidden value = sent.getFirst()
                .times(f, f.neg(minusOne))
                .plus(f, atOne.times(f, x))
                .plus(f, sent.getLast().times(f, f.mul(x, minusOne)));
        return new Next(x, value);
    }
}
