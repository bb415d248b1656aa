package dev.candor.proving.layer;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Normalise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y(i) = x(i) s} with {@code V = epsilon + sum of x(i)^2} and {@code s = floor(2^fraction / sqrt(V))}. Committed, in limbs, are for each
 * row s, {@code w = s V}, {@code t = 2^(2 fraction) - s w} and {@code u = 2 w + V - 1 - t}. At a random row: w is s V and s w + t is
 * 2^(2 fraction), by two {@link HiddenProduct products}; where the first ends, V is shown as a sum of squares by a third, and there
 * u + 1 + t = 2 w + V.
 *
 * <p>Unique: V is a function of x, at least epsilon. s and V, and s and w, have at most 61 bits together, so the equations are ones of
 * integers. t >= 0 says that s^2 V <= 2^(2 fraction), and u >= 0 that (s + 1)^2 V = s w + 2 w + V is above it.
 */
final class NormaliseGadget implements Gadget {

    private final Normalise layer;
    private final int samples;
    private final NetworkCircuit.Input input;
    private final RowFactor rows;
    private final String name;
    private final Limbs factor;
    private final Limbs product;
    private final Limbs below;
    private final Limbs above;

    NormaliseGadget(
            int node,
            Normalise layer,
            int samples,
            NetworkCircuit.Input input,
            Range range,
            Shape shape,
            NetworkCircuit.Tables tables) {
        this.layer = layer;
        this.samples = samples;
        this.input = input;
        this.name = "normalise-" + node;
        this.rows = new RowFactor("node " + node + " (normalise)", samples, shape);
        int count = rows.rows();
        int productBits = layer.productBits(range);
        int restBits = Math.max(productBits + 1, layer.squareBits(range)) + 1;
        this.factor = new Limbs(name + "-factor", layer.factorBits(), samples, count, tables);
        this.product = new Limbs(name + "-product", productBits, samples, count, tables);
        this.below = new Limbs(name + "-below", restBits, samples, count, tables);
        this.above = new Limbs(name + "-above", restBits, samples, count, tables);
    }

    private List<Limbs> limbs() {
        return List.of(factor, product, below, above);
    }

    @Override
    public List<Segment> cells() {
        List<Segment> cells = new ArrayList<>();
        limbs().forEach(limbs -> cells.addAll(limbs.segments()));
        return cells;
    }

    @Override
    public List<Lookup> lookups() {
        List<Lookup> lookups = new ArrayList<>();
        limbs().forEach(limbs -> lookups.addAll(limbs.lookups()));
        return lookups;
    }

    @Override
    public List<Circuit.Branch<NetworkWitness>> branches() {
        return List.of(new Circuit.Branch<>() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void run(Session session, @Nullable NetworkWitness witness) {
                demand(session, witness);
            }
        });
    }

    private void demand(Session session, @Nullable NetworkWitness witness) {
        Field f = session.field();
        Point at = session.point("samples", Segment.logarithm(samples));
        ExtensionVector outer =
                session.point("rows", Segment.logarithm(rows.rows())).table(f, rows.rows());
        HiddenProduct.Operand factors = operand(f, factor, witness);
        HiddenProduct.Result ofSquares = rows.product()
                .run(
                        session,
                        at,
                        outer,
                        factors,
                        rows.operand(
                                (points, weights) -> squares(session, points, weights, witness),
                                witness == null ? null : () -> sums(f, witness)),
                        witness != null);
        session.zero(Check.NORMALISE_PRODUCT, product.evaluate(f, at, outer).minus(f, ofSquares.sum()));
        Point end = ofSquares.rows();
        ExtensionVector row = ofSquares.outer();
        session.zero(
                Check.NORMALISE_ABOVE,
                above.evaluate(f, end, row)
                        .plus(f, below.evaluate(f, end, row))
                        .plus(f, rows.ones(f, end, row))
                        .minus(f, product.evaluate(f, end, row).times(f, 2))
                        .minus(f, ofSquares.right()));
        LinearForm square = rows.product()
                .run(session, at, outer, factors, operand(f, product, witness), witness != null)
                .sum();
        LinearForm whole = LinearForm.constant(f.mul(rows.ones(f, at, outer), 1L << (2 * layer.fraction())));
        session.zero(
                Check.NORMALISE_BELOW,
                square.plus(f, below.evaluate(f, at, outer)).minus(f, whole));
    }

    private HiddenProduct.Operand operand(Field f, Limbs limbs, @Nullable NetworkWitness witness) {
        return rows.operand(
                (points, weights) -> limbs.evaluate(f, points, weights),
                witness == null ? null : () -> HiddenProduct.embedded(limbs.read(witness)));
    }

    /** The functional of V: epsilon, and x times itself over all elements of all rows. */
    private LinearForm squares(Session session, Point at, ExtensionVector outer, @Nullable NetworkWitness witness) {
        Field f = session.field();
        HiddenProduct.Operand x = new HiddenProduct.Operand() {
            @Override
            public LinearForm evaluate(Point points, ExtensionVector ofRows, ExtensionVector elements) {
                return input.evaluate(session, points, RowFactor.weights(ofRows, elements), witness);
            }

            @Override
            public ExtensionVector values() {
                return HiddenProduct.embedded(NetworkWitness.known(witness).residues(input.value()));
            }
        };
        return new HiddenProduct(samples, rows.rows(), layer.size())
                .run(session, at, outer, x, x, witness != null)
                .sum()
                .plus(f, f.mul(rows.ones(f, at, outer), layer.epsilon()));
    }

    /** V, as whoever proves knows it. */
    private ExtensionVector sums(Field f, NetworkWitness witness) {
        long[] x = witness.value(input.value());
        long[] sums = new long[x.length / layer.size()];
        for (int row = 0; row < sums.length; row++) {
            sums[row] = f.fromSigned(squares(x, row));
        }
        return HiddenProduct.embedded(sums);
    }

    private long squares(long[] x, int row) {
        long sum = layer.epsilon();
        for (int i = row * layer.size(); i < (row + 1) * layer.size(); i++) {
            sum += x[i] * x[i];
        }
        return sum;
    }

    @Override
    public LinearForm evaluate(Session session, Point at, Weights weights, @Nullable NetworkWitness witness) {
        Field f = session.field();
        return rows.evaluate(
                session,
                at,
                weights,
                (points, outer, inner) -> input.evaluate(session, points, RowFactor.weights(outer, inner), witness),
                (points, outer) -> factor.evaluate(f, points, outer),
                witness == null ? null : () -> witness.residues(input.value()),
                witness == null ? null : () -> HiddenProduct.embedded(factor.read(witness)));
    }

    @Override
    public void fill(NetworkWitness witness) {
        long[] x = witness.value(input.value());
        int count = x.length / layer.size();
        long[] factors = new long[count];
        long[] products = new long[count];
        long[] belows = new long[count];
        long[] aboves = new long[count];
        for (int row = 0; row < count; row++) {
            long squares = squares(x, row);
            factors[row] = layer.factor(squares);
            products[row] = factors[row] * squares;
            belows[row] = (1L << (2 * layer.fraction())) - factors[row] * products[row];
            aboves[row] = 2 * products[row] + squares - 1 - belows[row];
        }
        factor.fill(witness, factors);
        product.fill(witness, products);
        below.fill(witness, belows);
        above.fill(witness, aboves);
    }
}
