package dev.candor.proving.prover;

import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.commitment.Layout;
import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.commitment.OpenedColumns;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Product;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.proof.Equations;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.ProofTranscript;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.transcript.Grinding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes proofs of one plan. It proves whatever it is given: a witness that does not fulfil the circuit gives a proof that no verifier
 * accepts. Immutable, safe to share.
 *
 * @param <W> what whoever proves knows
 */
public final class Prover<W> {

    private final ProofPlan plan;
    private final Circuit<W> circuit;
    private final Field field;
    private final Workers workers;

    public Prover(ProofPlan plan, Circuit<W> circuit) {
        this(plan, circuit, Workers.ONE);
    }

    /** A prover that uses several threads. */
    public Prover(ProofPlan plan, Circuit<W> circuit, Workers workers) {
        this.plan = plan;
        this.circuit = circuit;
        this.field = plan.field();
        this.workers = workers;
    }

    /**
     * Commits to segments that are known before proofs: the model's.
     *
     * @param root which of the plan's layouts
     * @param cells the cells of each segment, as elements of the field, row-major
     * @param randomness used for this only
     */
    public static CommittedRows commit(
            ProofPlan plan, int root, Function<Segment, long[]> cells, Randomness randomness) {
        return CommittedRows.of(plan.code(), data(plan, root, cells), randomness);
    }

    private static long[] data(ProofPlan plan, int root, Function<Segment, long[]> cells) {
        Layout layout = plan.layouts().get(root);
        long[] data = new long[layout.rows() * plan.code().dataSize()];
        for (Segment segment : layout.segments()) {
            if (!segment.equals(plan.pads())) {
                layout.place(segment, cells.apply(segment), data);
            }
        }
        return data;
    }

    /**
     * Makes a proof.
     *
     * @param known the commitments of the statement's roots, in order
     * @param witness what the branches ask for
     * @param cells the cells of each segment of root 0
     * @param sources gives a source of randomness at each call, fresh for this attempt and used for nothing else, whether it succeeds or
     *     not; every task takes its own
     */
    public Proof prove(
            Statement statement,
            List<CommittedRows> known,
            W witness,
            Function<Segment, long[]> cells,
            Supplier<Randomness> sources) {
        List<BranchTask<W>> tasks = new ArrayList<>();
        ExtensionVector pads = new ExtensionVector(plan.pads().columns());
        for (int index = 0; index < circuit.branches().size(); index++) {
            BranchTask<W> task = new BranchTask<>(plan, circuit, index, sources.get());
            task.place(pads);
            tasks.add(task);
        }
        long[] data = data(plan, 0, cells);
        plan.layouts().getFirst().place(plan.pads(), pads, data);
        CommittedRows fresh = CommittedRows.withMasks(plan.code(), data, sources, workers);
        List<CommittedRows> roots = new ArrayList<>(List.of(fresh));
        roots.addAll(known);

        ProofTranscript transcript = new ProofTranscript(plan, statement);
        Digest sigma = transcript.commit(fresh.root(), statement.work());
        List<BranchSession.Proving> branches = run(tasks, statement, sigma, witness);
        Extension gamma =
                transcript.gamma(branches.stream().map(BranchSession::finish).toList());
        ExtensionVector openings = open(branches, gamma);
        Extension alpha = transcript.alpha(openings);
        ExtensionVector rho = transcript.rho();

        RowTests tests = new RowTests(plan.code(), workers);
        LinearConstraints constraints = Equations.of(field, branches, gamma, openings);
        LinearConstraints.Combined combined =
                constraints.combine(field, alpha, ALL_CHECKS, plan.pads(), plan.layouts());
        ExtensionVector proximity = tests.proximity(roots, rho);
        ExtensionVector linear = tests.linear(roots, combined.terms());
        long nonce = Grinding.search(
                transcript.work(proximity, linear), plan.parameters().grindingBits());
        int[] positions = transcript.columns(nonce);
        List<OpenedColumns> columns =
                roots.stream().map(rows -> rows.open(positions)).toList();
        return new Proof(
                fresh.root(),
                branches.stream().map(BranchSession.Proving::sent).toList(),
                openings,
                proximity,
                linear,
                nonce,
                columns);
    }

    private static final Set<Check> ALL_CHECKS = EnumSet.allOf(Check.class);

    private List<BranchSession.Proving> run(List<BranchTask<W>> tasks, Statement statement, Digest sigma, W witness) {
        List<long[]> tensors = statement.tensors().stream().map(Tensor::toArray).toList();
        BranchSession.Proving[] sessions = new BranchSession.Proving[tasks.size()];
        workers.each(tasks.size(), index -> sessions[index] = tasks.get(index).run(sigma, tensors, witness, workers));
        return List.of(sessions);
    }

    private ExtensionVector open(List<BranchSession.Proving> branches, Extension gamma) {
        List<Extension> opened = new ArrayList<>(plan.openings());
        for (BranchSession.Proving branch : branches) {
            for (Product product : branch.products()) {
                opened.addAll(product.open(field, gamma));
            }
        }
        return ExtensionVector.of(opened.toArray(Extension[]::new));
    }
}
