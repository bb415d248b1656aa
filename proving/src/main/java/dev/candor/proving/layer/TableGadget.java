package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.TokenLayer;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = values[x - low]} by the table of all pairs (x, y). Unique: the table has one y for each x.
 */
final class TableGadget implements Gadget {

    private final NetworkCircuit.Input input;
    private final int value;
    private final int low;
    private final Segment result;
    private final Lookup lookup;

    TableGadget(
            int node,
            TokenLayer.Table layer,
            int samples,
            int size,
            NetworkCircuit.Input input,
            NetworkCircuit.Tables tables) {
        this.input = input;
        this.value = node + 1;
        this.low = layer.low();
        String name = "table-" + node;
        this.result = new Segment(name + "-result", NetworkCircuit.WITNESS_ROOT, Segment.Kind.BASE, samples, size);
        IntTensor values = layer.values();
        Table table = tables.get(
                "table " + low + "," + hash(values),
                tableName -> Table.of(tableName, values.size(), row -> low + row, row -> values.at(row)));
        Lookup.Component x = (session, points, weights, offset) ->
                input.evaluate(session, points, Weights.of(Cells.slice(weights, offset, size)), null);
        this.lookup = new Lookup(name, table, size, List.of(x, Cells.component(result)));
    }

    /** Names a table by what it holds: equal tables are one. */
    static Digest hash(IntTensor values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Integer.BYTES);
        bytes.asIntBuffer().put(values.toArray());
        return Digest.sha256(bytes.array());
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
            rows[i] = (int) (x[i] - low);
        }
        witness.put(lookup, rows);
    }
}
