package dev.candor.proving.lookup;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All look-ups of a proof: {@code sum of 1 / (chi - phi(f)) = sum of m_j / (chi - phi(t_j))} over all looked-up tuples f and all rows t_j of
 * all tables, with {@code phi(f) = f_0 + beta f_1 + beta^2 f_2 + beta^3 (1 + the table's number)} and committed multiplicities m.
 *
 * <p>Look-ups with one number of samples form a group and share a tree. Leaf (slot, sample) of a group's tree has index
 * {@code slot * 2^ceil(log2(samples)) + sample}; slots are those of the group's look-ups one after the other, in the order of
 * {@link Segment#aligned}. A leaf that is no true cell is
 * 0 / chi. Immutable.
 */
public class LookupArgument {

    /** Look-ups with one number of samples. */
    public record Group(int samples, List<Lookup> lookups) {
        public Group {
            lookups = List.copyOf(lookups);
        }

        /** The look-ups in the order of their slots: that of {@link Segment#aligned}. */
        List<Lookup> inOrder() {
            return Segment.aligned(lookups, Lookup::slots);
        }

        int slots() {
            return lookups.stream().mapToInt(Lookup::slots).sum();
        }
    }

    /** For whoever proves: the row of its table that each tuple is, at {@code sample * slots + slot}. */
    @FunctionalInterface
    public interface Rows {
        int[] of(Lookup lookup);
    }

    private final List<Group> groups;
    private final Map<Table, Integer> offsets = new LinkedHashMap<>();
    private final int rows;
    private final Segment multiplicities;

    /**
     * An argument.
     *
     * @param root the commitment that holds the multiplicities
     */
    public LookupArgument(List<Group> groups, int root) {
        this.groups = List.copyOf(groups);
        int next = 0;
        for (Group group : groups) {
            for (Lookup lookup : group.lookups()) {
                if (offsets.putIfAbsent(lookup.table(), next) == null) {
                    next += lookup.table().rows();
                }
            }
        }
        this.rows = next;
        this.multiplicities = new Segment("multiplicities", root, Segment.Kind.BASE, 1, next);
    }

    /** The segment of the multiplicities: one for each row of each table. */
    public Segment multiplicities() {
        return multiplicities;
    }

    /** How many tuples and table rows there are: the numerator of the argument's error. */
    public long size() {
        return rows + tuples();
    }

    /** How many tuples there are. */
    public long tuples() {
        return groups.stream()
                .mapToLong(group -> (long) group.slots() * group.samples())
                .sum();
    }

    /** The heights of the trees. */
    public List<Integer> heights() {
        return groups.stream().map(LookupArgument::height).toList();
    }

    private static int height(Group group) {
        return Segment.logarithm(group.slots()) + Segment.logarithm(group.samples());
    }

    /** Counts how often each row of each table is looked up. */
    public long[] count(Rows found) {
        long[] counts = new long[rows];
        for (Group group : groups) {
            for (Lookup lookup : group.lookups()) {
                int offset = offset(lookup.table());
                for (int row : found.of(lookup)) {
                    counts[offset + row]++;
                }
            }
        }
        return counts;
    }

    private int offset(Table table) {
        return java.util.Objects.requireNonNull(offsets.get(table));
    }

    /**
     * Runs the argument.
     *
     * @param found null unless proving
     */
    public void run(Session session, @Nullable Rows found) {
        Field f = session.field();
        Extension chi = session.challenge("chi");
        Extension beta = session.challenge("beta");
        Extension[] powers = {Extension.ONE, beta, f.square(beta), f.mul(beta, f.square(beta))};
        ExtensionVector denominators = tableDenominators(f, chi, powers);
        LinearForm sum = LinearForm.ZERO;
        for (Group group : groups) {
            FractionSum.Leaves leaves = found == null ? null : leaves(group, chi, denominators, found);
            FractionSum.Result tree = FractionSum.run(session, height(group), leaves);
            sum = sum.plus(f, root(session, tree).form());
            leafEquations(session, group, tree, chi, powers);
        }
        f.kernels().invert(denominators, 0, rows);
        LinearForm table = LinearForm.of(new Functional(multiplicities, Point.NONE, denominators, 0));
        session.zero(Check.LOOKUP_SUM, sum.minus(f, table));
    }

    private ExtensionVector tableDenominators(Field f, Extension chi, Extension[] powers) {
        ExtensionVector result = new ExtensionVector(rows);
        offsets.forEach((table, offset) -> {
            Extension constant = f.sub(chi, identity(f, table, powers));
            for (int row = 0; row < table.rows(); row++) {
                Extension value = constant;
                for (int c = 0; c < table.columns().size(); c++) {
                    long entry = f.fromSigned(table.columns().get(c).values().at(row));
                    value = f.sub(value, f.mul(powers[c], entry));
                }
                result.set(offset + row, value);
            }
        });
        return result;
    }

    private Extension identity(Field f, Table table, Extension[] powers) {
        int number = new ArrayList<>(offsets.keySet()).indexOf(table);
        return f.mul(powers[Table.MOST_COLUMNS], f.fromSigned(1L + number));
    }

    /** The leaves of a group's tree, from the rows that were found. */
    protected FractionSum.Leaves leaves(Group group, Extension chi, ExtensionVector denominators, Rows found) {
        int samples = group.samples();
        int width = 1 << Segment.logarithm(samples);
        ExtensionVector p = new ExtensionVector(1 << height(group));
        ExtensionVector q = new ExtensionVector(p.size());
        java.util.Arrays.fill(q.plane(0), chi.c0());
        java.util.Arrays.fill(q.plane(1), chi.c1());
        int first = 0;
        for (Lookup lookup : group.inOrder()) {
            int offset = offset(lookup.table());
            int[] rowOf = found.of(lookup);
            for (int slot = 0; slot < lookup.slots(); slot++) {
                int at = (first + slot) * width;
                for (int b = 0; b < samples; b++) {
                    int row = offset + rowOf[b * lookup.slots() + slot];
                    p.plane(0)[at + b] = 1;
                    q.plane(0)[at + b] = denominators.plane(0)[row];
                    q.plane(1)[at + b] = denominators.plane(1)[row];
                }
            }
            first += lookup.slots();
        }
        return new FractionSum.Leaves(p, q);
    }

    /** The fraction of a tree, whose denominator is shown not to be zero. */
    private static Hidden root(Session session, FractionSum.Result tree) {
        Field f = session.field();
        Hidden p = tree.rootNumerator();
        Hidden q = tree.rootDenominator();
        List<Hidden> sent = session.messages("fraction", 2, () -> {
            Extension inverse = f.inv(q.value());
            return List.of(inverse, f.mul(p.value(), inverse));
        });
        session.product(
                Check.LOOKUP_NONZERO, Quadratic.PRODUCT, List.of(sent.getFirst(), q), Hidden.constant(Extension.ONE));
        session.product(Check.LOOKUP_ROOT, Quadratic.PRODUCT, List.of(sent.getLast(), q), p);
        return sent.getLast();
    }

    private void leafEquations(
            Session session, Group group, FractionSum.Result tree, Extension chi, Extension[] powers) {
        Field f = session.field();
        int slotVariables = Segment.logarithm(group.slots());
        Point slots = tree.point().slice(0, slotVariables);
        Point rows = tree.point().slice(slotVariables, tree.point().size());
        ExtensionVector table = slots.table(f, group.slots());
        Extension samples = rows.indicator(f, group.samples());
        LinearForm expected = LinearForm.constant(chi);
        Extension cells = Extension.ZERO;
        int first = 0;
        for (Lookup lookup : group.inOrder()) {
            Extension below = slots.indicator(f, first + lookup.slots());
            Extension here = f.mul(f.sub(below, slots.indicator(f, first)), samples);
            cells = f.add(cells, here);
            expected = expected.plus(f, f.neg(f.mul(here, identity(f, lookup.table(), powers))));
            for (int c = 0; c < lookup.components().size(); c++) {
                LinearForm entry = lookup.components().get(c).evaluate(session, rows, table, first);
                expected = expected.minus(f, entry.times(f, powers[c]));
            }
            first += lookup.slots();
        }
        session.zero(Check.LOOKUP_NUMERATORS, tree.numerator().form().plus(f, f.neg(cells)));
        session.zero(Check.LOOKUP_DENOMINATORS, tree.denominator().form().minus(f, expected));
    }
}
