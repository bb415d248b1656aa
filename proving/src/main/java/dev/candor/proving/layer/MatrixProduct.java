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
import dev.candor.proving.multilinear.Int8Fold;
import dev.candor.proving.sumcheck.ProductSum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code sum over k of x(k) w(k)}, where x(k) is a functional of hidden or public activations for each k, and
 * {@code w(k) = sum over o of W[k][o] v[o]} for committed weights W and public v. The sum is sent, hidden, and shown by a sum-check over k.
 */
final class MatrixProduct {

    private final Segment weights;

    MatrixProduct(Segment weights) {
        this.weights = weights;
    }

    /** What whoever proves brings. */
    interface Known {

        /** x, at least as many elements as W has rows; a vector of its own. */
        ExtensionVector activations();

        /** W, column after column. */
        byte[] weights();
    }

    /** The functional of the activations that x is at the point where the sum-check ends. */
    @FunctionalInterface
    interface AtPoint {
        /** {@code sum over k of weights[k] x(k)}. */
        LinearForm evaluate(ExtensionVector weights);
    }

    LinearForm run(Session session, ExtensionVector v, AtPoint activations, @Nullable Known known) {
        Field f = session.field();
        int inner = weights.rows();
        int variables = weights.rowVariables();
        ProductSum.Tables tables = null;
        Hidden sum;
        if (known == null) {
            sum = session.message("sum", () -> {
                throw new IllegalStateException("A product is proven from its matrices.");
            });
        } else {
            ExtensionVector x = padded(known.activations(), inner, 1 << variables);
            ExtensionVector w =
                    padded(Int8Fold.rows(f, v, known.weights(), weights.columns(), inner), inner, 1 << variables);
            tables = new ProductSum.Tables(x, w);
            sum = session.message("sum", () -> f.kernels().innerProduct(x, 0, w, 0, inner));
        }
        ProductSum.Result end = ProductSum.run(session, variables, sum, tables);
        Hidden x = new Hidden(activations.evaluate(end.point().table(f, inner)), end.first());
        Hidden w = new Hidden(LinearForm.of(new Functional(weights, end.point(), v, 0)), end.second());
        if (x.form().segments().isEmpty() && x.form().pads().isEmpty()) {
            // Public activations: the product is linear in the weights.
            session.zero(
                    Check.MATRIX_PRODUCT,
                    w.form().times(f, x.form().constant()).minus(f, end.claim().form()));
        } else {
            session.product(Check.MATRIX_PRODUCT, Quadratic.PRODUCT, List.of(x, w), end.claim());
        }
        return sum.form();
    }

    private static ExtensionVector padded(ExtensionVector values, int count, int size) {
        if (values.size() == size) {
            return values;
        }
        ExtensionVector result = new ExtensionVector(size);
        for (int c = 0; c < Extension.DEGREE; c++) {
            System.arraycopy(values.plane(c), 0, result.plane(c), 0, count);
        }
        return result;
    }

    /** The bias as a functional: {@code (sum over the outer coefficients) * sum over o of bias[o] v[o]}. */
    static LinearForm bias(Field f, Segment biases, Extension outer, ExtensionVector v) {
        return LinearForm.of(new Functional(biases, Point.NONE, v, 0)).times(f, outer);
    }

    /** {@code out[c] = sum over r of coefficients[r] * rows[r][c]}. */
    static ExtensionVector foldRows(Field f, ExtensionVector coefficients, long[] rows, int columns) {
        ExtensionVector out = new ExtensionVector(columns);
        for (int r = 0; r < coefficients.size(); r++) {
            f.kernels().addScaled(coefficients.get(r), rows, r * columns, out, 0, columns);
        }
        return out;
    }
}
