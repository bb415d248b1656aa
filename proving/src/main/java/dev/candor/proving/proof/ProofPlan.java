package dev.candor.proving.proof;

import dev.candor.proving.accounting.Accounting;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.Layout;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.PlanSession;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.fft.RowCode;
import dev.candor.proving.fft.RowCodes;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything about a proof that follows from public parameters: the layouts of its roots, the messages of its branches, its sizes. Both
 * sides compute it and may keep it for the next proof of the same shape. Immutable.
 */
public final class ProofPlan {

    /** The degree of {@code chi - phi(f)} in chi and beta. */
    private static final int LOOKUP_DEGREE = 3;

    private static final int ROUND_DEGREE = 2;
    private static final int PRODUCT_DEGREE = 2;

    private final Field field;
    private final CodeParameters parameters;
    private final RowCode code;
    private final List<BranchPlan> branches = new ArrayList<>();
    private final List<Layout> layouts = new ArrayList<>();
    private final Segment pads;
    private final Accounting accounting;
    private final int openings;
    private final int equations;

    /** Plans a circuit: runs its branches once, without a witness, to see what they send. */
    public ProofPlan(Field field, CodeParameters parameters, Circuit<?> circuit) {
        this.field = field;
        this.parameters = parameters;
        this.code = RowCodes.of(field, parameters.dataSize(), parameters.randomSize(), parameters.length());
        int next = 0;
        int opened = 0;
        int demanded = 0;
        for (Circuit.Branch<?> branch : circuit.branches()) {
            PlanSession session = new PlanSession(field, branch.name(), next);
            branch.run(session, null);
            BranchPlan plan = session.plan();
            branches.add(plan);
            next += plan.padCells();
            opened += plan.openings();
            demanded += plan.equations();
        }
        this.openings = opened;
        this.equations = demanded;
        // Each round's bad challenges: see docs/proof-security.md.
        this.accounting = new Accounting.Builder(field.modulus())
                .extensionRound("look-ups", LOOKUP_DEGREE * circuit.lookupSize())
                .extensionRound("rounds of sum-checks", ROUND_DEGREE)
                .extensionRound("product openings", PRODUCT_DEGREE)
                .extensionRound("combination of equations", demanded + 1L)
                .extensionRound("combination of rows", parameters.length())
                .queries("columns", parameters)
                .build();
        this.pads = new Segment("pads", 0, Segment.Kind.EXTENSION, 1, Math.max(1, next));
        for (int root = 0; root < circuit.segments().size(); root++) {
            List<Segment> segments = new ArrayList<>(circuit.segments().get(root));
            if (root == 0) {
                segments.add(pads);
            }
            layouts.add(new Layout(parameters.dataSize(), segments));
        }
    }

    public Field field() {
        return field;
    }

    public CodeParameters parameters() {
        return parameters;
    }

    public RowCode code() {
        return code;
    }

    /** The plans of the branches, in order. */
    public List<BranchPlan> branches() {
        return List.copyOf(branches);
    }

    /** The layout of each root; the masks of root 0 lie behind its layout. */
    public List<Layout> layouts() {
        return List.copyOf(layouts);
    }

    /** The segment of the pads, the last of root 0. */
    public Segment pads() {
        return pads;
    }

    /** The rows of each root, masks included. */
    public List<Integer> rows() {
        List<Integer> rows = new ArrayList<>();
        for (Layout layout : layouts) {
            rows.add(layout.rows() + (rows.isEmpty() ? RowTests.maskRows() : 0));
        }
        return rows;
    }

    /** The bound of each round. */
    public Accounting accounting() {
        return accounting;
    }

    /** The product openings of all branches. */
    public int openings() {
        return openings;
    }

    /** The equations of all branches. */
    public int equations() {
        return equations;
    }
}
