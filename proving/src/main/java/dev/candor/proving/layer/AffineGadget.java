package dev.candor.proving.layer;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Shape;
import dev.candor.proving.sumcheck.ProductSum;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y(b, t, i) = x(b, t, i) weight(i) + bias(i)}: a functional with the coefficients u(t) v(i) is the sum over i of the functional of x
 * with u for each i, times v(i) weight(i). It is sent, hidden, and shown by a sum-check over i.
 *
 * <p>Unique: a function of x, the weights and the biases over the integers, below 2^59.
 */
final class AffineGadget implements Gadget {

    private final int node;
    private final int size;
    private final int samples;
    private final NetworkCircuit.Input input;
    private final Shape shape;
    private final Segment weights;
    private final Segment biases;

    AffineGadget(int node, int size, int samples, NetworkCircuit.Input input, Shape shape) {
        this.node = node;
        this.size = size;
        this.samples = samples;
        this.input = input;
        this.shape = shape;
        this.weights = ParameterSegments.weights(node, 1, size);
        this.biases = ParameterSegments.biases(node, size);
    }

    @Override
    public List<Segment> parameters() {
        return List.of(weights, biases);
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights coefficients, @Nullable NetworkWitness witness) {
        Field f = session.field();
        Weights known = coefficients.by(f, shape.sizes());
        if (!known.has(shape.rank())) {
            throw new UnprovableException(
                    "node " + node + " (affine): its output is reshaped before it is requantised");
        }
        ExtensionVector v = known.last();
        ExtensionVector outer = known.outer(f, 1);
        int variables = Segment.logarithm(size);
        ProductSum.Tables tables = witness == null ? null : tables(f, rows, outer, v, witness);
        Hidden sum = session.message("sum", () -> {
            if (tables == null) {
                throw new IllegalStateException("A product is proven from its factors.");
            }
            return f.kernels().innerProduct(tables.a(), 0, tables.b(), 0, size);
        });
        ProductSum.Result end = ProductSum.run(session, variables, sum, tables);
        ExtensionVector at = end.point().table(f, size);
        ExtensionVector weighted = new ExtensionVector(size);
        f.kernels().addProduct(at, 0, v, 0, weighted, 0, size);
        List<ExtensionVector> factors = new ArrayList<>(known.factors());
        factors.set(factors.size() - 1, at);
        LinearForm x = input.evaluate(session, rows, new Weights(factors), witness);
        LinearForm w = LinearForm.of(new Functional(weights, Point.NONE, weighted, 0));
        session.product(
                Check.MATRIX_PRODUCT,
                Quadratic.PRODUCT,
                List.of(new Hidden(x, end.first()), new Hidden(w, end.second())),
                end.claim());
        Extension all = f.mul(rows.indicator(f, samples), Weights.sum(f, outer));
        return sum.form().plus(f, MatrixProduct.bias(f, biases, all, v));
    }

    private ProductSum.Tables tables(
            Field f, Point rows, ExtensionVector outer, ExtensionVector v, NetworkWitness witness) {
        int width = 1 << Segment.logarithm(size);
        ExtensionVector heads = new Weights(List.of(rows.table(f, samples), outer)).flat(f);
        ExtensionVector x = new ExtensionVector(width);
        long[] cells = witness.residues(input.value());
        for (int r = 0; r < heads.size(); r++) {
            f.kernels().addScaled(heads.get(r), cells, r * size, x, 0, size);
        }
        Parameters.Entry entry = witness.network().parameters(node);
        ExtensionVector w = new ExtensionVector(width);
        for (int i = 0; i < size; i++) {
            w.set(i, f.mul(v.get(i), f.fromSigned(entry.weights().at(i))));
        }
        return new ProductSum.Tables(x, w);
    }
}
