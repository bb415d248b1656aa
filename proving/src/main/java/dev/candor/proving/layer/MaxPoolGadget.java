package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest of each window, one cell after the other: {@code m_0 = x_0}, {@code m_j = max(m_(j-1), x_j)}, each m_j from m_1 on committed, and
 * {@code (m_(j-1) - x_j, m_j - x_j)} looked up in a table of all (d, max(d, 0)) with |d| at most the width of the range of x.
 *
 * <p>Unique: by induction m_(j-1) is in the range of x, so the difference is in the table, which has one maximum for it. The last m is the
 * output.
 */
final class MaxPoolGadget implements Gadget {

    private final NetworkCircuit.Input input;
    private final Window window;
    private final Shape from;
    private final Shape to;
    private final int samples;
    private final int span;
    private final List<Segment> maxima = new ArrayList<>();
    private final List<Lookup> lookups = new ArrayList<>();

    MaxPoolGadget(
            int node,
            Window window,
            int samples,
            Shape from,
            Shape to,
            Range range,
            NetworkCircuit.Input input,
            NetworkCircuit.Tables tables) {
        this.input = input;
        this.window = window;
        this.from = from;
        this.to = to;
        this.samples = samples;
        this.span = Math.toIntExact(range.high() - range.low());
        String name = "max-pool-" + node;
        Table table = tables.get(
                "positive part " + span,
                tableName -> Table.of(tableName, 2 * span + 1, row -> row - span, row -> Math.max(row - span, 0)));
        for (int cell = 1; cell < window.area(); cell++) {
            Segment maximum = new Segment(
                    name + "-maximum-" + cell, NetworkCircuit.WITNESS_ROOT, Segment.Kind.BASE, samples, to.elements());
            maxima.add(maximum);
            int current = cell;
            Lookup.Component difference =
                    (session, rows, weights, offset) -> before(session, current, rows, weights, offset)
                            .minus(session.field(), x(session, current, rows, weights, offset));
            Lookup.Component excess = (session, rows, weights, offset) -> Cells.component(maximum)
                    .evaluate(session, rows, weights, offset)
                    .minus(session.field(), x(session, current, rows, weights, offset));
            lookups.add(new Lookup(name + "-" + cell, table, to.elements(), List.of(difference, excess)));
        }
    }

    private LinearForm before(Session session, int cell, Point rows, ExtensionVector weights, int offset) {
        return cell == 1
                ? x(session, 0, rows, weights, offset)
                : Cells.component(maxima.get(cell - 2)).evaluate(session, rows, weights, offset);
    }

    private LinearForm x(Session session, int cell, Point rows, ExtensionVector weights, int offset) {
        ExtensionVector spread = new ExtensionVector(from.elements());
        for (int i = 0; i < to.elements(); i++) {
            int source = source(i, cell);
            spread.set(source, session.field().add(spread.get(source), weights.get(offset + i)));
        }
        return input.evaluate(session, rows, Weights.of(spread), null);
    }

    /** The input cell under a cell of the window at an output position. */
    private int source(int position, int cell) {
        int across = to.size(2);
        int j = position % across;
        int i = position / across % to.size(1);
        int channel = position / (across * to.size(1));
        int row = i * window.strideHeight() + cell / window.kernelWidth();
        int column = j * window.strideWidth() + cell % window.kernelWidth();
        return (channel * from.size(1) + row) * from.size(2) + column;
    }

    @Override
    public List<Segment> cells() {
        return maxima;
    }

    @Override
    public List<Lookup> lookups() {
        return lookups;
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights weights, @Nullable NetworkWitness witness) {
        return maxima.isEmpty()
                ? x(session, 0, rows, weights.flat(session.field()), 0)
                : Cells.evaluate(session.field(), maxima.getLast(), rows, weights);
    }

    @Override
    public void fill(NetworkWitness witness) {
        long[] x = witness.value(input.value());
        int size = to.elements();
        long[] maximum = new long[samples * size];
        for (int b = 0; b < samples; b++) {
            for (int i = 0; i < size; i++) {
                maximum[b * size + i] = x[b * from.elements() + source(i, 0)];
            }
        }
        for (int cell = 1; cell < window.area(); cell++) {
            int[] rows = new int[maximum.length];
            for (int b = 0; b < samples; b++) {
                for (int i = 0; i < size; i++) {
                    int at = b * size + i;
                    long other = x[b * from.elements() + source(i, cell)];
                    rows[at] = (int) (maximum[at] - other + span);
                    maximum[at] = Math.max(maximum[at], other);
                }
            }
            witness.put(maxima.get(cell - 1), maximum);
            witness.put(lookups.get(cell - 1), rows);
        }
    }
}
