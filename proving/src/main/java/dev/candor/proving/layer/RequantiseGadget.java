package dev.candor.proving.layer;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x multiplier + 2^(shift-1) = 2^shift z + r} with {@code z = 256 h + l}, then {@code y = clamp(z)}. Committed are h, l, the class
 * {@code c = clamp(h, floor(low / 256) - 1, floor(high / 256) + 1)}, y and the limbs of r. Looked up are (h, c), (c, l, y) and each limb. x is
 * committed nowhere: the equation, at a random point, is the claim about x.
 *
 * <p>Unique: the first table leaves h in [-128, 128) with one c for each; the second l in [0, 256) with one y for each (c, l); the limbs of
 * r have exactly shift bits together, the top one in a table of its own width, so r lies in [0, 2^shift). So 2^shift z + r lies within
 * 2^(shift+16), |x multiplier| is below 2^59, and two pairs (z, r) for one x would differ by a multiple of p that is smaller than p. Where c is
 * the class below or above all of the clamp, the second table gives low or high for every l, as the clamp does; else c = h and y is the
 * clamp of 256 c + l.
 */
final class RequantiseGadget implements Gadget {

    private static final int LIMB_BITS = 12;
    private static final int HIGH_ROWS = 256;
    private static final int LOW_ROWS = 256;

    private final Requantise layer;
    private final int samples;
    private final int value;
    private final NetworkCircuit.Input input;
    private final List<Integer> dimensions;
    private final int size;
    private final Segment high;
    private final Segment low;
    private final Segment group;
    private final Segment result;
    private final List<Segment> limbs = new ArrayList<>();
    private final List<Integer> limbBits = new ArrayList<>();
    private final List<Lookup> lookups = new ArrayList<>();
    private final String name;
    private final int firstGroup;
    private final int lastGroup;

    /**
     * A gadget.
     *
     * @param source the shape in which whatever computes x has its structure
     */
    RequantiseGadget(
            int node,
            Requantise layer,
            int samples,
            NetworkCircuit.Input input,
            Shape source,
            NetworkCircuit.Tables tables) {
        this.layer = layer;
        this.samples = samples;
        this.value = node + 1;
        this.input = input;
        this.dimensions = source.sizes();
        this.size = source.elements();
        this.name = "requantise-" + node;
        this.firstGroup = (layer.low() >> 8) - 1;
        this.lastGroup = (layer.high() >> 8) + 1;
        this.high = segment("high");
        this.low = segment("low");
        this.group = segment("class");
        this.result = segment("result");
        String clamp = layer.low() + "," + layer.high();
        Table groups = tables.get(
                "class " + clamp,
                name -> Table.of(
                        name, HIGH_ROWS, row -> row - 128, row -> Math.clamp(row - 128L, firstGroup, lastGroup)));
        Table clamped = tables.get(
                "clamp " + clamp,
                name -> Table.of(
                        name,
                        (lastGroup - firstGroup + 1) * LOW_ROWS,
                        row -> firstGroup + (row >> 8),
                        row -> row & 255,
                        row -> Math.clamp(256L * firstGroup + row, layer.low(), layer.high())));
        lookups.add(new Lookup(name + "-class", groups, size, List.of(Cells.component(high), Cells.component(group))));
        lookups.add(new Lookup(
                name + "-clamp",
                clamped,
                size,
                List.of(Cells.component(group), Cells.component(low), Cells.component(result))));
        int count = (layer.shift() + LIMB_BITS - 1) / LIMB_BITS;
        for (int i = 0; i < count; i++) {
            int bits = layer.shift() * (i + 1) / count - layer.shift() * i / count;
            Segment limb = segment("remainder-" + i);
            Table range = tables.get("range " + bits, name -> Table.range(name, 0, 1 << bits));
            limbs.add(limb);
            limbBits.add(bits);
            lookups.add(new Lookup(name + "-remainder-" + i, range, size, List.of(Cells.component(limb))));
        }
    }

    private Segment segment(String part) {
        return new Segment(name + "-" + part, NetworkCircuit.WITNESS_ROOT, Segment.Kind.BASE, samples, size);
    }

    @Override
    public List<Segment> cells() {
        List<Segment> cells = new ArrayList<>(List.of(high, low, group, result));
        cells.addAll(limbs);
        return cells;
    }

    @Override
    public List<Lookup> lookups() {
        return lookups;
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights weights, @Nullable NetworkWitness witness) {
        return Cells.evaluate(session.field(), result, rows, weights);
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
        Point rows = session.point("samples", Segment.logarithm(samples));
        List<ExtensionVector> factors = new ArrayList<>();
        for (int dimension : dimensions) {
            factors.add(session.point("cells", Segment.logarithm(dimension)).table(f, dimension));
        }
        Weights weights = new Weights(factors);
        Weights flat = Weights.of(weights.flat(f));
        LinearForm shifted = Cells.evaluate(f, high, rows, flat)
                .times(f, 256)
                .plus(f, Cells.evaluate(f, low, rows, flat))
                .times(f, 1L << layer.shift());
        int position = 0;
        for (int i = 0; i < limbs.size(); i++) {
            shifted =
                    shifted.plus(f, Cells.evaluate(f, limbs.get(i), rows, flat).times(f, 1L << position));
            position += limbBits.get(i);
        }
        Extension cells = f.mul(rows.indicator(f, samples), Weights.sum(f, flat.last()));
        shifted = shifted.plus(f, f.neg(f.mul(cells, 1L << (layer.shift() - 1))));
        LinearForm x = input.evaluate(session, rows, weights, witness);
        session.zero(Check.REQUANTISE, shifted.minus(f, x.times(f, layer.multiplier())));
    }

    @Override
    public void fill(NetworkWitness witness) {
        long[] x = witness.value(input.value());
        long[] y = witness.value(value);
        int count = x.length;
        long[] highs = new long[count];
        long[] lows = new long[count];
        long[] groups = new long[count];
        int[] groupRows = new int[count];
        int[] clampRows = new int[count];
        for (int i = 0; i < count; i++) {
            long z = layer.shifted(x[i]);
            highs[i] = z >> 8;
            lows[i] = z & 255;
            groups[i] = Math.clamp(highs[i], firstGroup, lastGroup);
            groupRows[i] = (int) highs[i] + 128;
            clampRows[i] = (int) ((groups[i] - firstGroup) * LOW_ROWS + lows[i]);
        }
        witness.put(high, highs);
        witness.put(low, lows);
        witness.put(group, groups);
        witness.put(result, y);
        witness.put(lookups.get(0), groupRows);
        witness.put(lookups.get(1), clampRows);
        int position = 0;
        for (int l = 0; l < limbs.size(); l++) {
            long[] limb = new long[count];
            int[] limbRows = new int[count];
            for (int i = 0; i < count; i++) {
                limbRows[i] = (int) (layer.remainder(x[i]) >> position & (1 << limbBits.get(l)) - 1);
                limb[i] = limbRows[i];
            }
            witness.put(limbs.get(l), limb);
            witness.put(lookups.get(2 + l), limbRows);
            position += limbBits.get(l);
        }
    }
}
