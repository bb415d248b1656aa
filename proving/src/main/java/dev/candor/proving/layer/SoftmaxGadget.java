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
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Softmax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y(i) = e(i) s} with {@code e(i) = exponentials[m - x(i)]}, m the largest of a row, {@code s = floor(2^fraction / S)} and S the sum of
 * e. Committed are m, s, {@code t = 2^fraction - s S} and {@code u = S - 1 - t} for each row, and e and a mark o for each element.
 * (m - x, e, o) is looked up among (d, exponentials[d], 0) for all d and (0, exponentials[0], 1); s, t and u are limbs. Equations, at a
 * random row: the marks add up to 1; s S + t = 2^fraction by a {@link HiddenProduct}; u + 1 + t = S.
 *
 * <p>Unique: the marks are 0 or 1, and there are fewer than p of them, so one is 1, where m = x(i); no x(j) is above m since m - x(j) is a
 * row of the table. So m is the largest, and e follows. S lies between exponentials[0] > 0 and 2^sumBits; s below 2^factorBits, so s S + t
 * is below 2^61 and the equation one of integers; t and u are at least 0, so 0 <= t < S, and s is the quotient.
 */
final class SoftmaxGadget implements Gadget {

    private final Softmax layer;
    private final int samples;
    private final NetworkCircuit.Input input;
    private final RowFactor rows;
    private final String name;
    private final int size;
    private final Segment maximum;
    private final Segment exponential;
    private final Segment mark;
    private final Lookup lookup;
    private final Limbs factor;
    private final Limbs rest;
    private final Limbs gap;

    SoftmaxGadget(
            int node,
            Softmax layer,
            int samples,
            NetworkCircuit.Input input,
            Shape shape,
            NetworkCircuit.Tables tables) {
        this.layer = layer;
        this.samples = samples;
        this.input = input;
        this.size = shape.elements();
        this.name = "softmax-" + node;
        this.rows = new RowFactor("node " + node + " (softmax)", samples, shape);
        int count = rows.rows();
        this.maximum = segment("maximum", count);
        this.exponential = segment("exponential", size);
        this.mark = segment("mark", size);
        IntTensor values = layer.exponentials();
        int last = values.size();
        Table table = tables.get(
                "exponential " + TableGadget.hash(values),
                tableName -> Table.of(
                        tableName,
                        last + 1,
                        row -> row < last ? row : 0,
                        row -> values.at(row < last ? row : 0),
                        row -> row < last ? 0 : 1));
        this.lookup = new Lookup(
                name, table, size, List.of(this::below, Cells.component(exponential), Cells.component(mark)));
        this.factor = new Limbs(name + "-factor", layer.factorBits(), samples, count, tables);
        this.rest = new Limbs(name + "-rest", layer.sumBits(), samples, count, tables);
        this.gap = new Limbs(name + "-gap", layer.sumBits(), samples, count, tables);
    }

    private Segment segment(String part, int columns) {
        return new Segment(name + "-" + part, NetworkCircuit.WITNESS_ROOT, Segment.Kind.BASE, samples, columns);
    }

    /** m - x: the coefficient of the m of a row is the sum of those of its elements. */
    private LinearForm below(Session session, Point at, ExtensionVector weights, int offset) {
        Field f = session.field();
        ExtensionVector own = Cells.slice(weights, offset, size);
        ExtensionVector ofRows = new ExtensionVector(rows.rows());
        for (int row = 0; row < ofRows.size(); row++) {
            ofRows.set(row, Weights.sum(f, own.copyOfRange(row * layer.size(), (row + 1) * layer.size())));
        }
        return Cells.evaluate(f, maximum, at, Weights.of(ofRows))
                .minus(f, input.evaluate(session, at, Weights.of(own), null));
    }

    @Override
    public List<Segment> cells() {
        List<Segment> cells = new ArrayList<>(List.of(maximum, exponential, mark));
        List.of(factor, rest, gap).forEach(limbs -> cells.addAll(limbs.segments()));
        return cells;
    }

    @Override
    public List<Lookup> lookups() {
        List<Lookup> lookups = new ArrayList<>(List.of(lookup));
        List.of(factor, rest, gap).forEach(limbs -> lookups.addAll(limbs.lookups()));
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
        LinearForm one = LinearForm.constant(rows.ones(f, at, outer));
        Weights everywhere = RowFactor.weights(outer, RowFactor.ones(layer.size()));
        LinearForm sum = Cells.evaluate(f, exponential, at, everywhere);
        LinearForm remainder = rest.evaluate(f, at, outer);
        session.zero(
                Check.SOFTMAX_MAXIMUM, Cells.evaluate(f, mark, at, everywhere).minus(f, one));
        session.zero(
                Check.SOFTMAX_BOUND,
                gap.evaluate(f, at, outer).plus(f, one).plus(f, remainder).minus(f, sum));
        LinearForm product = rows.product()
                .run(
                        session,
                        at,
                        outer,
                        rows.operand(
                                (points, weights) -> factor.evaluate(f, points, weights),
                                witness == null ? null : () -> factors(witness)),
                        rows.operand(
                                (points, weights) -> Cells.evaluate(
                                        f,
                                        exponential,
                                        points,
                                        RowFactor.weights(weights, RowFactor.ones(layer.size()))),
                                witness == null
                                        ? null
                                        : () -> HiddenProduct.foldColumns(
                                                f, witness.cells(exponential), RowFactor.ones(layer.size()))),
                        witness != null)
                .sum();
        session.zero(Check.SOFTMAX_QUOTIENT, product.plus(f, remainder).minus(f, one.times(f, 1L << layer.fraction())));
    }

    private ExtensionVector factors(NetworkWitness witness) {
        return HiddenProduct.embedded(factor.read(witness));
    }

    @Override
    public LinearForm evaluate(Session session, Point at, Weights weights, @Nullable NetworkWitness witness) {
        Field f = session.field();
        return rows.evaluate(
                session,
                at,
                weights,
                (points, outer, inner) -> Cells.evaluate(f, exponential, points, RowFactor.weights(outer, inner)),
                (points, outer) -> factor.evaluate(f, points, outer),
                witness == null ? null : () -> witness.cells(exponential),
                witness == null ? null : () -> factors(witness));
    }

    @Override
    public void fill(NetworkWitness witness) {
        long[] x = witness.value(input.value());
        int n = layer.size();
        int count = x.length / n;
        long[] maxima = new long[count];
        long[] exponentials = new long[x.length];
        long[] marks = new long[x.length];
        int[] found = new int[x.length];
        long[] factors = new long[count];
        long[] rests = new long[count];
        long[] gaps = new long[count];
        for (int row = 0; row < count; row++) {
            int largest = row * n;
            for (int i = row * n; i < (row + 1) * n; i++) {
                largest = x[i] > x[largest] ? i : largest;
            }
            maxima[row] = x[largest];
            long sum = 0;
            for (int i = row * n; i < (row + 1) * n; i++) {
                found[i] = (int) (x[largest] - x[i]);
                exponentials[i] = layer.exponentials().at(found[i]);
                sum += exponentials[i];
            }
            marks[largest] = 1;
            found[largest] = layer.exponentials().size();
            factors[row] = layer.factor(sum);
            rests[row] = (1L << layer.fraction()) - factors[row] * sum;
            gaps[row] = sum - 1 - rests[row];
        }
        witness.put(maximum, maxima);
        witness.put(exponential, exponentials);
        witness.put(mark, marks);
        witness.put(lookup, found);
        factor.fill(witness, factors);
        rest.fill(witness, rests);
        gap.fill(witness, gaps);
    }
}
