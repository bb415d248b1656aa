package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution as a matrix product: k runs over (channel, tap) and x(k) sums the activations under that tap over all positions, with the
 * coefficients of the positions. So {@code sum over o, i, j of v[o] h[i] w[j] y(o, i, j)} is {@code sum over k of x(k) sum over o of W(k, o)
 * v[o]} plus the bias, where x(c, a, d) is {@code sum over i, j of h[i] w[j] x(c, i stride + a - padding, j stride + d - padding)} over true
 * cells only.
 *
 * <p>Unique: as for a dense layer, y is a function of x, W and the bias over the integers and below 2^59.
 */
final class ConvGadget implements Gadget {

    private final int node;
    private final Conv2d conv;
    private final int samples;
    private final NetworkCircuit.Input input;
    private final int height;
    private final int width;
    private final Segment weights;
    private final Segment biases;
    private final Shape shape;

    ConvGadget(int node, Conv2d conv, int samples, NetworkCircuit.Input input, Shape from, Shape to) {
        this.shape = to;
        this.node = node;
        this.conv = conv;
        this.samples = samples;
        this.input = input;
        this.height = from.size(1);
        this.width = from.size(2);
        this.weights = ParameterSegments.weights(node, conv.fanIn(), conv.outputs());
        this.biases = ParameterSegments.biases(node, conv.outputs());
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
            throw new UnprovableException(
                    "node " + node + " (conv2d): its output is reshaped before it is requantised");
        }
        ExtensionVector v = coefficients.factors().get(0);
        ExtensionVector down = coefficients.factors().get(1);
        ExtensionVector across = coefficients.factors().get(2);
        MatrixProduct.AtPoint activations =
                taps -> input.evaluate(session, rows, Weights.of(spread(f, taps, down, across)), witness);
        MatrixProduct.Known known = witness == null ? null : known(f, rows, down, across, witness);
        LinearForm sum = new MatrixProduct(weights).run(session, v, activations, known);
        Extension positions = f.mul(Weights.sum(f, down), Weights.sum(f, across));
        Extension all = f.mul(rows.indicator(f, samples), positions);
        return sum.plus(f, MatrixProduct.bias(f, biases, all, v));
    }

    /** The coefficient of each input cell: the sum over the taps and positions that meet there. */
    private ExtensionVector spread(Field f, ExtensionVector taps, ExtensionVector down, ExtensionVector across) {
        Window w = conv.window();
        ExtensionVector result = new ExtensionVector(conv.channels() * height * width);
        for (int c = 0; c < conv.channels(); c++) {
            for (int a = 0; a < w.kernelHeight(); a++) {
                ExtensionVector line = new ExtensionVector(width);
                for (int d = 0; d < w.kernelWidth(); d++) {
                    Extension tap = taps.get((c * w.kernelHeight() + a) * w.kernelWidth() + d);
                    for (int j = 0; j < across.size(); j++) {
                        int column = j * w.strideWidth() + d - w.paddingWidth();
                        if (column >= 0 && column < width) {
                            line.set(column, f.add(line.get(column), f.mul(tap, across.get(j))));
                        }
                    }
                }
                for (int i = 0; i < down.size(); i++) {
                    int row = i * w.strideHeight() + a - w.paddingHeight();
                    if (row >= 0 && row < height) {
                        f.kernels().addScaled(down.get(i), line, 0, result, (c * height + row) * width, width);
                    }
                }
            }
        }
        return result;
    }

    private MatrixProduct.Known known(
            Field f, Point rows, ExtensionVector down, ExtensionVector across, NetworkWitness witness) {
        return new MatrixProduct.Known() {
            @Override
            public ExtensionVector activations() {
                int cells = conv.channels() * height * width;
                ExtensionVector folded =
                        MatrixProduct.foldRows(f, rows.table(f, samples), witness.residues(input.value()), cells);
                return gather(f, folded, down, across);
            }

            @Override
            public byte[] weights() {
                return witness.network().parameters(node).weights().toArray();
            }
        };
    }

    /** For each tap the sum over positions: the transpose of {@link #spread}. */
    private ExtensionVector gather(Field f, ExtensionVector cells, ExtensionVector down, ExtensionVector across) {
        Window w = conv.window();
        ExtensionVector result = new ExtensionVector(conv.fanIn());
        for (int c = 0; c < conv.channels(); c++) {
            for (int a = 0; a < w.kernelHeight(); a++) {
                ExtensionVector line = new ExtensionVector(width);
                for (int i = 0; i < down.size(); i++) {
                    int row = i * w.strideHeight() + a - w.paddingHeight();
                    if (row >= 0 && row < height) {
                        f.kernels().addScaled(down.get(i), cells, (c * height + row) * width, line, 0, width);
                    }
                }
                for (int d = 0; d < w.kernelWidth(); d++) {
                    Extension sum = Extension.ZERO;
                    for (int j = 0; j < across.size(); j++) {
                        int column = j * w.strideWidth() + d - w.paddingWidth();
                        if (column >= 0 && column < width) {
                            sum = f.add(sum, f.mul(across.get(j), line.get(column)));
                        }
                    }
                    result.set((c * w.kernelHeight() + a) * w.kernelWidth() + d, sum);
                }
            }
        }
        return result;
    }
}
