package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * Hidden integers of exactly so many bits: each is committed as limbs of at most 12 bits, the lowest first, and each limb is looked up in a
 * table of its own width, the top one too. So the integers lie in [0, 2^bits), and each has one sequence of limbs.
 */
final class Limbs {

    private static final int LIMB_BITS = 12;

    private final List<Segment> segments = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private final List<Lookup> lookups = new ArrayList<>();

    /**
     * The limbs of {@code count} integers a sample.
     *
     * @param bits 1 to 61
     */
    Limbs(String name, int bits, int samples, int count, NetworkCircuit.Tables tables) {
        int limbs = (bits + LIMB_BITS - 1) / LIMB_BITS;
        for (int i = 0; i < limbs; i++) {
            int width = bits * (i + 1) / limbs - bits * i / limbs;
            String limb = name + "-" + i;
            Segment segment = new Segment(limb, NetworkCircuit.WITNESS_ROOT, Segment.Kind.BASE, samples, count);
            Table range = tables.get("range " + width, table -> Table.range(table, 0, 1 << width));
            segments.add(segment);
            widths.add(width);
            lookups.add(new Lookup(limb, range, count, List.of(Cells.component(segment))));
        }
    }

    List<Segment> segments() {
        return segments;
    }

    List<Lookup> lookups() {
        return lookups;
    }

    /** {@code sum over b, i of eq(rows, b) weights[i] integer(b, i)}. */
    LinearForm evaluate(Field f, Point rows, ExtensionVector weights) {
        LinearForm sum = LinearForm.ZERO;
        Weights flat = Weights.of(weights);
        int position = 0;
        for (int i = 0; i < segments.size(); i++) {
            sum = sum.plus(f, Cells.evaluate(f, segments.get(i), rows, flat).times(f, 1L << position));
            position += widths.get(i);
        }
        return sum;
    }

    /** The integers of a witness, which elements of a field of more than 2^60 are as they stand. */
    long[] read(NetworkWitness witness) {
        long[] integers = new long[witness.cells(segments.getFirst()).length];
        int position = 0;
        for (int l = 0; l < segments.size(); l++) {
            long[] limb = witness.cells(segments.get(l));
            for (int i = 0; i < integers.length; i++) {
                integers[i] += limb[i] << position;
            }
            position += widths.get(l);
        }
        return integers;
    }

    /** Commits integers within their bits, and the rows of their look-ups. */
    void fill(NetworkWitness witness, long[] integers) {
        int position = 0;
        for (int l = 0; l < segments.size(); l++) {
            long[] limb = new long[integers.length];
            int[] rows = new int[integers.length];
            for (int i = 0; i < integers.length; i++) {
                rows[i] = (int) (integers[i] >> position & (1L << widths.get(l)) - 1);
                limb[i] = rows[i];
            }
            witness.put(segments.get(l), limb);
            witness.put(lookups.get(l), rows);
            position += widths.get(l);
        }
    }
}
