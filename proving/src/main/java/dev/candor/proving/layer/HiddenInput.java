package dev.candor.proving.layer;

import dev.candor.proving.constraint.Segment;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Range;
import java.util.List;

/** Inputs under a root of their own, each shown to be in the input's range by a table of that range. */
final class HiddenInput {

    private final Range range;
    private final Segment segment;
    private final Lookup lookup;

    HiddenInput(int root, int samples, Architecture.Input input, NetworkCircuit.Tables tables) {
        this.range = input.range();
        int size = input.shape().elements();
        this.segment = new Segment("input", root, Segment.Kind.BASE, samples, size);
        int rows = Math.toIntExact(range.high() - range.low() + 1);
        Table table =
                tables.get("input " + range.low() + "," + range.high(), name -> Table.range(name, range.low(), rows));
        this.lookup = new Lookup("input", table, size, List.of(Cells.component(segment)));
    }

    Segment segment() {
        return segment;
    }

    Lookup lookup() {
        return lookup;
    }

    void fill(NetworkWitness witness) {
        long[] x = witness.value(0);
        int[] rows = new int[x.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Math.toIntExact(x[i] - range.low());
        }
        witness.put(segment, x);
        witness.put(lookup, rows);
    }
}
