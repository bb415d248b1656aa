package dev.candor.proving.registration;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.LookupArgument;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Every weight of a model lies in [-127, 127] and every bias in [-2^31, 2^31): without this nothing that is proven of an execution holds,
 * since sums could wrap modulo p. Weights are looked up in the table of their range; a bias plus 2^31 is the sum of four committed bytes.
 * Root 0 is committed for this proof, root 1 is the model. Cells that are no parameters occur in no claim of any proof, so nothing needs to
 * be said of them. Immutable.
 */
public final class RegistrationCircuit {

    private static final int LIMBS = 4;
    private static final int LIMB_VALUES = 256;
    private static final long OFFSET = 1L << 31;

    private final Field field;
    private final Map<Segment, Lookup> weights = new LinkedHashMap<>();
    private final Map<Segment, List<Segment>> limbs = new LinkedHashMap<>();
    private final Map<Segment, Lookup> limbLookups = new LinkedHashMap<>();
    private final LookupArgument lookups;
    private final Circuit<Witness> circuit;

    /** What whoever proves knows: the cells of root 0 and the rows of the look-ups. Secret. */
    public static final class Witness {

        private final Map<Segment, long[]> cells = new LinkedHashMap<>();
        private final Map<Lookup, int[]> rows = new LinkedHashMap<>();

        private Witness() {}

        /** The cells of a segment of root 0. */
        public long[] cells(Segment segment) {
            return Objects.requireNonNull(cells.get(segment), "That segment was not filled.");
        }

        @Override
        public String toString() {
            return "the witness of a registration";
        }
    }

    public RegistrationCircuit(Field field, Architecture architecture) {
        this.field = field;
        List<Segment> model = ModelCells.segments(architecture.nodes());
        Table weight = Table.range("weight", -Layer.MOST_WEIGHT, 2 * Layer.MOST_WEIGHT + 1);
        Table limb = Table.range("byte", 0, LIMB_VALUES);
        List<LookupArgument.Group> groups = new ArrayList<>();
        List<Lookup> ofBiases = new ArrayList<>();
        List<Segment> cells = new ArrayList<>();
        List<Segment> allBiases = ModelCells.biases(architecture.nodes());
        for (Segment segment : model) {
            if (allBiases.contains(segment)) {
                List<Segment> parts = new ArrayList<>();
                for (int j = 0; j < LIMBS; j++) {
                    String name = segment.name() + "-byte-" + j;
                    Segment part = new Segment(name, 0, Segment.Kind.BASE, 1, segment.columns());
                    Lookup ofPart = new Lookup(part.name(), limb, part.columns(), List.of(component(part)));
                    parts.add(part);
                    limbLookups.put(part, ofPart);
                    ofBiases.add(ofPart);
                }
                limbs.put(segment, parts);
                cells.addAll(parts);
            } else {
                Lookup lookup = new Lookup(segment.name(), weight, segment.columns(), List.of(component(segment)));
                weights.put(segment, lookup);
                groups.add(new LookupArgument.Group(segment.rows(), List.of(lookup)));
            }
        }
        if (!ofBiases.isEmpty()) {
            groups.add(new LookupArgument.Group(1, ofBiases));
        }
        this.lookups = new LookupArgument(groups, 0);
        cells.add(lookups.multiplicities());
        this.circuit = new Circuit<>(List.of(cells, model), List.of(biasBranch(), lookupBranch()), lookups.size());
    }

    private static Lookup.Component component(Segment segment) {
        return (_, rows, weights, offset) -> LinearForm.of(new Functional(segment, rows, weights, offset));
    }

    public Circuit<Witness> circuit() {
        return circuit;
    }

    /** What whoever proves knows, from the model's cells. A parameter out of its range gives a proof that nobody accepts. */
    public Witness witness(ModelCells model) {
        Witness witness = new Witness();
        weights.forEach((segment, lookup) -> {
            long[] cells = model.cells(segment);
            int[] rows = new int[cells.length];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Math.clamp(field.toSigned(cells[i]) + Layer.MOST_WEIGHT, 0, 2 * Layer.MOST_WEIGHT);
            }
            witness.rows.put(lookup, rows);
        });
        limbs.forEach((biases, parts) -> {
            long[] cells = model.cells(biases);
            for (int j = 0; j < LIMBS; j++) {
                int[] rows = new int[cells.length];
                long[] bytes = new long[cells.length];
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = (int) ((field.toSigned(cells[i]) + OFFSET) >> (8 * j)) & (LIMB_VALUES - 1);
                    bytes[i] = rows[i];
                }
                witness.cells.put(parts.get(j), bytes);
                witness.rows.put(Objects.requireNonNull(limbLookups.get(parts.get(j))), rows);
            }
        });
        witness.cells.put(lookups.multiplicities(), lookups.count(rowsOf(witness)));
        return witness;
    }

    private static LookupArgument.Rows rowsOf(Witness witness) {
        return lookup -> Objects.requireNonNull(witness.rows.get(lookup));
    }

    private Circuit.Branch<Witness> biasBranch() {
        return new Circuit.Branch<>() {
            @Override
            public String name() {
                return "biases";
            }

            @Override
            public void run(Session session, @Nullable Witness witness) {
                limbs.forEach((biases, parts) -> demandLimbs(session, biases, parts));
            }
        };
    }

    private static void demandLimbs(Session session, Segment biases, List<Segment> parts) {
        Field f = session.field();
        Point point = session.point("cells", Segment.logarithm(biases.columns()));
        ExtensionVector table = point.table(f, biases.columns());
        LinearForm sum = LinearForm.of(new Functional(biases, Point.NONE, table, 0));
        Extension cells = point.indicator(f, biases.columns());
        sum = sum.plus(f, f.mul(cells, f.fromSigned(OFFSET)));
        for (int j = 0; j < LIMBS; j++) {
            LinearForm part = LinearForm.of(new Functional(parts.get(j), Point.NONE, table, 0));
            sum = sum.minus(f, part.times(f, 1L << (8 * j)));
        }
        session.zero(Check.BIAS_LIMBS, sum);
    }

    private Circuit.Branch<Witness> lookupBranch() {
        return new Circuit.Branch<>() {
            @Override
            public String name() {
                return "look-ups";
            }

            @Override
            public void run(Session session, @Nullable Witness witness) {
                lookups.run(session, witness == null ? null : rowsOf(witness));
            }
        };
    }
}
