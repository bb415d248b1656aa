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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x multiplier + 2^(shift-1) = 2^shift z + r} with {@code z = 256 h + l}, then {@code y = clamp(z)}. Committed are h, l, y, the limbs
 * of r, and for h what the clamp makes of it: the block g in which y lies and the class c, which says how l becomes y - 256 g. Looked up are
 * (h, g, c), (c, l, y - 256 g) and each limb. x is committed nowhere: the equation, at a random point, is the claim about x.
 *
 * <p>Unique: the first table leaves h in [-128, 128) with one (g, c) for each; the second l in [0, 256) with one y - 256 g for each (c, l);
 * the limbs of r have exactly shift bits together, the top one in a table of its own width, so r lies in [0, 2^shift). So 2^shift z + r
 * lies within 2^(shift+16), |x multiplier| is below 2^59, and two pairs (z, r) for one x would differ by a multiple of p that is smaller
 * than p. That y is the clamp of z is {@link Clamp}'s.
 */
final class RequantiseGadget implements Gadget {

    private static final int LIMB_BITS = 12;
    private final Requantise layer;
    private final int samples;
    private final int value;
    private final NetworkCircuit.Input input;
    private final List<Integer> dimensions;
    private final int size;
    private final Segment high;
    private final Segment low;
    private final Segment block;
    private final Segment group;
    private final Segment result;
    private final List<Segment> limbs = new ArrayList<>();
    private final List<Integer> limbBits = new ArrayList<>();
    private final List<Lookup> lookups = new ArrayList<>();
    private final String name;
    private final Clamp clamp;

    /**
     * A gadget.
     *
     * @param dimensions those in which whatever computes x has its structure
     */
    RequantiseGadget(
            int node,
            Requantise layer,
            int samples,
            NetworkCircuit.Input input,
            List<Integer> dimensions,
            NetworkCircuit.Tables tables) {
        this.layer = layer;
        this.samples = samples;
        this.value = node + 1;
        this.input = input;
        this.dimensions = dimensions;
        this.size = dimensions.stream().reduce(1, Math::multiplyExact);
        this.name = "requantise-" + node;
        this.clamp = new Clamp(layer.low(), layer.high());
        this.high = segment("high");
        this.low = segment("low");
        this.block = segment("block");
        this.group = segment("class");
        this.result = segment("result");
        Lookup.Component excess = (session, rows, weights, offset) -> Cells.component(result)
                .evaluate(session, rows, weights, offset)
                .minus(
                        session.field(),
                        Cells.component(block)
                                .evaluate(session, rows, weights, offset)
                                .times(session.field(), Clamp.BLOCK));
        lookups.add(new Lookup(
                name + "-class",
                tables.get("class " + layer.low() + "," + layer.high(), clamp::classes),
                size,
                List.of(Cells.component(high), Cells.component(block), Cells.component(group))));
        lookups.add(new Lookup(
                name + "-clamp",
                tables.get("clamp " + (layer.low() & 255) + "," + (layer.high() & 255), clamp::values),
                size,
                List.of(Cells.component(group), Cells.component(low), excess)));
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
        List<Segment> cells = new ArrayList<>(List.of(high, low, block, group, result));
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
                .times(f, Clamp.BLOCK)
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
        long[] blocks = new long[count];
        long[] groups = new long[count];
        int[] classRows = new int[count];
        int[] clampRows = new int[count];
        for (int i = 0; i < count; i++) {
            long z = layer.shifted(x[i]);
            int h = Math.toIntExact(z >> 8);
            highs[i] = h;
            lows[i] = z & (Clamp.BLOCK - 1);
            blocks[i] = clamp.block(h);
            groups[i] = clamp.group(h);
            classRows[i] = h + Clamp.BLOCKS / 2;
            clampRows[i] = (int) (groups[i] * Clamp.BLOCK + lows[i]);
        }
        witness.put(high, highs);
        witness.put(low, lows);
        witness.put(block, blocks);
        witness.put(group, groups);
        witness.put(result, y);
        witness.put(lookups.get(0), classRows);
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
