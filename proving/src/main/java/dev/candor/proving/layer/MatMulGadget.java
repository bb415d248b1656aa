package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y(h, i, j) = sum over k of a(h, i, k) b(h, k, j)}, or b(h, j, k). A functional of its output with the coefficients u(h) v(i) w(j)
 * is the {@link HiddenProduct}, over all h and k at once, of {@code sum over i of v(i) a(h, i, k)} and {@code sum over j of w(j) b(h, k, j)}.
 *
 * <p>Unique: a function of a and b over the integers, below 2^59.
 */
final class MatMulGadget implements Gadget {

    private final int node;
    private final boolean transposed;
    private final int samples;
    private final NetworkCircuit.Input left;
    private final NetworkCircuit.Input right;
    private final Shape to;
    private final int heads;
    private final int inner;

    MatMulGadget(
            int node,
            boolean transposed,
            int samples,
            NetworkCircuit.Input left,
            NetworkCircuit.Input right,
            Shape from,
            Shape to) {
        this.node = node;
        this.transposed = transposed;
        this.samples = samples;
        this.left = left;
        this.right = right;
        this.to = to;
        this.inner = from.last();
        this.heads = to.elements() / (to.last() * to.size(to.rank() - 2));
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights coefficients, @Nullable NetworkWitness witness) {
        Field f = session.field();
        Weights weights = coefficients.by(f, to.sizes());
        if (!weights.has(to.rank())) {
            throw new UnprovableException(
                    "node " + node + " (matmul): its output is reshaped before it is requantised");
        }
        ExtensionVector v = weights.factors().get(to.rank() - 2);
        ExtensionVector w = weights.last();
        HiddenProduct.Operand a = new HiddenProduct.Operand() {
            @Override
            public LinearForm evaluate(Point at, ExtensionVector outer, ExtensionVector k) {
                return left.evaluate(session, at, new Weights(List.of(outer, v, k)), witness);
            }

            @Override
            public ExtensionVector values() {
                return folded(f, left, witness, v, false);
            }
        };
        HiddenProduct.Operand b = new HiddenProduct.Operand() {
            @Override
            public LinearForm evaluate(Point at, ExtensionVector outer, ExtensionVector k) {
                return right.evaluate(
                        session, at, new Weights(transposed ? List.of(outer, w, k) : List.of(outer, k, w)), witness);
            }

            @Override
            public ExtensionVector values() {
                return folded(f, right, witness, w, !transposed);
            }
        };
        return new HiddenProduct(samples, heads, inner)
                .run(session, rows, weights.outer(f, 2), a, b, witness != null)
                .sum();
    }

    /** For each (b, h, k) the sum over the dimension that is not k, which is the inner or the outer one of a head's matrix. */
    private ExtensionVector folded(
            Field f,
            NetworkCircuit.Input input,
            @Nullable NetworkWitness witness,
            ExtensionVector coefficients,
            boolean overInner) {
        long[] x = NetworkWitness.known(witness).residues(input.value());
        if (overInner) {
            return HiddenProduct.foldColumns(f, x, coefficients);
        }
        int count = coefficients.size();
        ExtensionVector out = new ExtensionVector(samples * heads * inner);
        for (int head = 0; head < samples * heads; head++) {
            for (int i = 0; i < count; i++) {
                f.kernels().addScaled(coefficients.get(i), x, (head * count + i) * inner, out, head * inner, inner);
            }
        }
        return out;
    }
}
