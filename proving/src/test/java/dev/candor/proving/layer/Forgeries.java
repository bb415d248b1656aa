package dev.candor.proving.layer;

import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Field;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.Architecture;
import java.util.function.Function;

/** Changes what a witness holds, for tests of what refuses it. */
public final class Forgeries {

    private Forgeries() {}

    /** Adds to one cell of a segment. */
    public static void add(Field field, NetworkWitness witness, Segment segment, int cell, long difference) {
        long[] cells = witness.cells(segment).clone();
        cells[cell] = field.toSigned(cells[cell]) + difference;
        for (int i = 0; i < cells.length; i++) {
            cells[i] = i == cell ? cells[i] : field.toSigned(cells[i]);
        }
        witness.put(segment, cells);
    }

    /** Sets all cells of a segment of root 0. */
    public static void set(NetworkCircuit circuit, NetworkWitness witness, String name, long... integers) {
        witness.put(
                circuit.circuit().segments().getFirst().stream()
                        .filter(segment -> segment.name().equals(name))
                        .findFirst()
                        .orElseThrow(),
                integers);
    }

    /** Sets the rows of a look-up. */
    public static void setRows(NetworkCircuit circuit, NetworkWitness witness, String name, int... rows) {
        witness.put(circuit.lookup(name), rows);
    }

    /** Sets integers of so many bits that are committed in limbs. */
    public static void setLimbs(
            NetworkCircuit circuit, NetworkWitness witness, String name, int bits, long... integers) {
        int count = (bits + 11) / 12;
        for (int limb = 0; limb < count; limb++) {
            int from = bits * limb / count;
            int width = bits * (limb + 1) / count - from;
            long[] cells = new long[integers.length];
            int[] rows = new int[integers.length];
            for (int i = 0; i < integers.length; i++) {
                rows[i] = (int) (integers[i] >> from & (1L << width) - 1);
                cells[i] = rows[i];
            }
            set(circuit, witness, name + "-" + limb, cells);
            setRows(circuit, witness, name + "-" + limb, rows);
        }
    }

    /** A circuit in which every limb, of however many bits, is looked up in the table of those of 12. */
    public static NetworkCircuit wideLimbs(Architecture architecture, int samples) {
        return new NetworkCircuit(architecture, samples, false, new NetworkCircuit.Tables() {
            @Override
            Table get(String name, Function<String, Table> make) {
                return super.get(name, name.startsWith("range ") ? _ -> Table.range(name, 0, 1 << 12) : make);
            }
        });
    }

    /** The integer in one cell of a segment. */
    public static long cell(Field field, NetworkWitness witness, Segment segment, int cell) {
        return field.toSigned(witness.cells(segment)[cell]);
    }

    /** Adds to the row that one tuple of a look-up is said to be. */
    public static void addRow(NetworkCircuit circuit, NetworkWitness witness, String name, int tuple, int difference) {
        Lookup lookup = circuit.lookup(name);
        int[] rows = witness.rows().of(lookup).clone();
        rows[tuple] += difference;
        witness.put(lookup, rows);
    }

    /** Counts the multiplicities again, from the rows as they are said to be. */
    public static void recount(NetworkCircuit circuit, NetworkWitness witness) {
        circuit.recount(witness);
    }
}
