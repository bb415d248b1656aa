package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.lookup.FractionSum;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.LookupArgument;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The smallest circuit with a look-up: six cells, three slots of two samples, each from 0 to 3. It is attacked with a first cell of 9, and
 * for one attack a second one.
 */
final class RangeProof {

    static final int FORGED = 9;
    static final int ROWS = 4;
    static final int SAMPLES = 2;
    static final int SLOTS = 3;

    /** Which leaves the attacker's tree has for cells that are in no table. */
    enum Leaves {
        /** Those of row 0, as if the cell were 0. */
        OF_ROW_ZERO,
        /** The cell's own. */
        OWN,
        /** The cell's own denominator, with the numerator 0. */
        OWN_WITHOUT_NUMERATOR
    }

    final Field field;
    final int forged;
    final Segment cells = new Segment("cells", 0, Segment.Kind.BASE, SAMPLES, SLOTS);
    final LookupArgument argument;
    final Circuit<LookupArgument.Rows> circuit;
    final ProofPlan plan;
    final Statement statement;

    RangeProof(Field field, CodeParameters parameters, int forged, Leaves leaves) {
        this.field = field;
        this.forged = forged;
        Table table = Table.range("four", 0, ROWS);
        Lookup lookup = new Lookup(
                "range",
                table,
                SLOTS,
                List.of((_, rows, weights, offset) -> LinearForm.of(new Functional(cells, rows, weights, offset))));
        this.argument = new LookupArgument(List.of(new LookupArgument.Group(SAMPLES, List.of(lookup))), 0) {
            @Override
            protected FractionSum.Leaves leaves(
                    Group group, Extension chi, ExtensionVector denominators, LookupArgument.Rows found) {
                FractionSum.Leaves honest = super.leaves(group, chi, denominators, found);
                for (int b = 0; b < RangeProof.this.forged && leaves != Leaves.OF_ROW_ZERO; b++) {
                    Extension own = field.sub(denominators.get(0), Extension.of(FORGED));
                    honest.denominators().set(b, own);
                    if (leaves == Leaves.OWN_WITHOUT_NUMERATOR) {
                        honest.numerators().set(b, Extension.ZERO);
                    }
                }
                return honest;
            }
        };
        Circuit.Branch<LookupArgument.Rows> branch = new Circuit.Branch<>() {
            @Override
            public String name() {
                return "look-ups";
            }

            @Override
            public void run(Session session, LookupArgument.@Nullable Rows found) {
                argument.run(session, found);
            }
        };
        this.circuit =
                new Circuit<>(List.of(List.of(cells, argument.multiplicities())), List.of(branch), argument.size());
        this.plan = new ProofPlan(field, parameters, circuit);
        Digest name = Digest.sha256(new byte[0]);
        this.statement =
                new Statement(Statement.Kind.REGISTRATION, name, name, List.of(), 0, 0, 0, List.of(), List.of(), 0);
    }

    /** Slot 0 of the first samples is forged; all else is 1. Cells are sample after sample. */
    long[] cells(Segment segment) {
        if (!segment.equals(cells)) {
            return counts();
        }
        long[] values = new long[SAMPLES * SLOTS];
        java.util.Arrays.fill(values, 1);
        for (int b = 0; b < forged; b++) {
            values[b * SLOTS] = FORGED;
        }
        return values;
    }

    LookupArgument.Rows rows() {
        return _ -> {
            int[] rows = new int[SAMPLES * SLOTS];
            java.util.Arrays.fill(rows, 1);
            for (int b = 0; b < forged; b++) {
                rows[b * SLOTS] = 0;
            }
            return rows;
        };
    }

    /** The multiplicities: forged cells count as row 0 where their leaves do. */
    long[] counts() {
        long[] counts = new long[ROWS];
        counts[1] = (long) SAMPLES * SLOTS - forged;
        counts[0] = countForged ? forged : 0;
        return counts;
    }

    boolean countForged = true;

    /** The sum of the tables' fractions. */
    Extension tableSum(Extension chi, Extension beta) {
        Extension cube = field.mul(beta, field.square(beta));
        Extension sum = Extension.ZERO;
        for (int row = 0; row < ROWS; row++) {
            Extension denominator = field.sub(field.sub(chi, cube), Extension.of(row));
            sum = field.add(sum, field.mul(field.inv(denominator), counts()[row]));
        }
        return sum;
    }

    boolean accepts(AttackProver<LookupArgument.Rows> prover, Set<Check> checks) {
        Proof proof = prover.prove(statement, List.of(), rows(), this::cells);
        AttackCases.single(new byte[0], "range", plan.parameters(), statement, proof);
        return new Verifier(plan, circuit, checks).verify(statement, proof) == null;
    }
}
