package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = max(x, 0)} by a table of all pairs (x, y) with x in its public range. Unique: the table has one y for each x, and x is in
 * its range by what produces it.
 */
final class ReluGadget implements Gadget {

    private final NetworkCircuit.Input input;
    private final int value;
    private final Range range;
    private final Segment result;
    private final Lookup lookup;

    ReluGadget(int node, int samples, int size, Range range, NetworkCircuit.Input input, NetworkCircuit.Tables tables) {
        this.input = input;
        this.value = node + 1;
        this.range = range;
        String name = "relu-" + node;
        this.result = new Segment(name + "-result", NetworkCircuit.WITNESS_ROOT, Segment.Kind.BASE, samples, size);
        int rows = Math.toIntExact(range.high() - range.low() + 1);
        Table table = tables.get(
                "relu " + range.low() + "," + range.high(),
                tableName ->
                        Table.of(tableName, rows, row -> range.low() + row, row -> Math.max(range.low() + row, 0)));
        Lookup.Component x = (session, points, weights, offset) ->
                input.evaluate(session, points, Weights.of(Cells.slice(weights, offset, size)), null);
        this.lookup = new Lookup(name, table, size, List.of(x, Cells.component(result)));
    }

    @Override
    public List<Segment> cells() {
        return List.of(result);
    }

    @Override
    public List<Lookup> lookups() {
        return List.of(lookup);
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights weights, @Nullable NetworkWitness witness) {
        return Cells.evaluate(session.field(), result, rows, weights);
    }

    @Override
    public void fill(NetworkWitness witness) {
        witness.put(result, witness.value(value));
        long[] x = witness.value(input.value());
        int[] rows = new int[x.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (int) (x[i] - range.low());
        }
        witness.put(lookup, rows);
    }
}
