package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y(b, t, o) = bias(o) + sum over k of x(b, t, k) W(k, o)}. Its output is committed nowhere: a functional of it is the sum that a
 * {@link MatrixProduct} shows.
 *
 * <p>Unique: y is a function of x, W and the bias over the integers, and |y| is below 2^59 for x and W in their ranges, so nothing wraps
 * modulo p.
 */
final class DenseGadget implements Gadget {

    private final int node;
    private final Dense dense;
    private final int samples;
    private final NetworkCircuit.Input input;
    private final Segment weights;
    private final Segment biases;
    private final Shape shape;

    DenseGadget(int node, Dense dense, int samples, NetworkCircuit.Input input, Shape shape) {
        this.shape = shape;
        this.node = node;
        this.dense = dense;
        this.samples = samples;
        this.input = input;
        this.weights = ParameterSegments.weights(node, dense.inputs(), dense.outputs());
        this.biases = ParameterSegments.biases(node, dense.outputs());
    }

    @Override
    public List<Segment> parameters() {
        return List.of(weights, biases);
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights given, @Nullable NetworkWitness witness) {
        Field f = session.field();
        Weights coefficients = given.by(f, shape.sizes());
        if (!coefficients.has(shape.rank())) {
            throw new UnprovableException("node " + node + " (dense): its output is reshaped before it is requantised");
        }
        ExtensionVector v = coefficients.last();
        ExtensionVector outer = coefficients.outer(f, 1);
        MatrixProduct.AtPoint activations = inner -> {
            List<ExtensionVector> factors = new ArrayList<>(
                    coefficients.factors().subList(0, coefficients.factors().size() - 1));
            factors.add(inner);
            return input.evaluate(session, rows, new Weights(factors), witness);
        };
        MatrixProduct.Known known = witness == null ? null : known(f, rows, outer, witness);
        LinearForm sum = new MatrixProduct(weights).run(session, v, activations, known);
        Extension all = f.mul(rows.indicator(f, samples), Weights.sum(f, outer));
        return sum.plus(f, MatrixProduct.bias(f, biases, all, v));
    }

    private MatrixProduct.Known known(Field f, Point rows, ExtensionVector outer, NetworkWitness witness) {
        return new MatrixProduct.Known() {
            @Override
            public ExtensionVector activations() {
                ExtensionVector heads = new Weights(List.of(rows.table(f, samples), outer)).flat(f);
                return MatrixProduct.foldRows(f, heads, witness.residues(input.value()), dense.inputs());
            }

            @Override
            public byte[] weights() {
                return witness.network().parameters(node).weights().toArray();
            }
        };
    }
}
