package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.commitment.OpenedColumns;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
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
import dev.candor.proving.transcript.Grinding;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies proofs of one plan against statements. The statement, its roots included, comes from whoever verifies, never from the proof.
 * What is checked is named by {@link Check}. Immutable, safe to share.
 */
public final class Verifier {

    private final ProofPlan plan;
    private final Circuit<?> circuit;
    private final Set<Check> checks;
    private final Workers workers;

    /** A verifier that checks everything. */
    public Verifier(ProofPlan plan, Circuit<?> circuit) {
        this(plan, circuit, Workers.ONE);
    }

    /** A verifier that checks everything and uses several threads. */
    public Verifier(ProofPlan plan, Circuit<?> circuit, Workers workers) {
        this(plan, circuit, EnumSet.allOf(Check.class), workers);
    }

    /** For tests: a verifier that leaves checks out. */
    Verifier(ProofPlan plan, Circuit<?> circuit, Set<Check> checks) {
        this(plan, circuit, checks, Workers.ONE);
    }

    /** The same with several threads. */
    Verifier(ProofPlan plan, Circuit<?> circuit, Set<Check> checks, Workers workers) {
        this.plan = plan;
        this.circuit = circuit;
        this.checks = EnumSet.copyOf(checks);
        this.workers = workers;
    }

    /**
     * Why a proof is refused.
     *
     * @param check the one that fails, or null where the proof does not have the plan's sizes
     * @param sentence for a person
     */
    public record Refusal(@Nullable Check check, String sentence) {}

    /** Null for a valid proof of the statement; else the first check that fails. */
    public @Nullable Refusal verify(Statement statement, Proof proof) {
        if (!fits(statement, proof)) {
            return new Refusal(null, "The proof does not have the sizes that its statement gives.");
        }
        try {
            return check(statement, proof);
        } catch (ArithmeticException _) {
            // A challenge that has no inverse: one in |K|, whatever the prover does.
            return new Refusal(null, "The proof draws a challenge for which the protocol is not defined.");
        }
    }

    private boolean fits(Statement statement, Proof proof) {
        CodeParameters p = plan.parameters();
        List<Integer> rows = plan.rows();
        boolean fits = statement.roots().size() == rows.size() - 1
                && proof.messages().size() == plan.branches().size()
                && proof.openings().size() == plan.openings()
                && proof.proximity().size() == p.dimension()
                && proof.linear().size() == p.linearDimension()
                && proof.columns().size() == rows.size();
        for (int i = 0; fits && i < rows.size(); i++) {
            OpenedColumns columns = proof.columns().get(i);
            fits = columns.rows() == rows.get(i) && columns.count() == p.queries();
        }
        List<BranchPlan> branches = plan.branches();
        for (int i = 0; fits && i < branches.size(); i++) {
            fits = proof.messages().get(i).size() == branches.get(i).messages();
        }
        return fits;
    }

    private @Nullable Refusal check(Statement statement, Proof proof) {
        Field field = plan.field();
        CodeParameters p = plan.parameters();
        if (fails(Check.SECURITY, plan.accounting().isEnough())) {
            return refusal(Check.SECURITY, "Its parameters do not reach " + CodeParameters.SECURITY_BITS + " bits.");
        }
        // Each opening shows Q columns, of which t may be shown; the first is that of the registration or of the
        // roll-over into the epoch.
        long first = statement.kind() == Statement.Kind.REGISTRATION ? 0 : 1;
        long end = p.randomSize() / p.queries();
        if (fails(Check.BUDGET, statement.opening() >= first && statement.opening() < end)) {
            return refusal(Check.BUDGET, "Its opening is past the budget of the epoch.");
        }
        ProofTranscript transcript = new ProofTranscript(plan, statement);
        Digest sigma = transcript.commit(proof.root(), statement.work());
        List<BranchSession> branches = runBranches(statement, proof, sigma);
        Extension gamma =
                transcript.gamma(branches.stream().map(BranchSession::finish).toList());
        Extension alpha = transcript.alpha(proof.openings());
        ExtensionVector rho = transcript.rho();
        Digest seed = transcript.work(proof.proximity(), proof.linear());
        if (fails(Check.GRINDING, Grinding.accepts(seed, proof.nonce(), p.grindingBits()))) {
            return refusal(Check.GRINDING, "The work before its columns is missing.");
        }
        int[] positions = transcript.columns(proof.nonce());
        if (fails(Check.COLUMN_HASHES, columnsLeadToRoots(statement, proof, positions))) {
            return refusal(Check.COLUMN_HASHES, "Opened columns do not belong to their root.");
        }
        RowTests tests = new RowTests(plan.code(), workers);
        if (fails(Check.PROXIMITY_COLUMNS, tests.proximityAgrees(proof.columns(), positions, rho, proof.proximity()))) {
            return refusal(Check.PROXIMITY_COLUMNS, "The rows are not words of the code.");
        }
        LinearConstraints.Combined combined = Equations.of(field, branches, gamma, proof.openings())
                .combine(field, alpha, checks, plan.pads(), plan.layouts());
        if (fails(
                Check.LINEAR_COLUMNS,
                tests.linearAgrees(proof.columns(), positions, combined.terms(), proof.linear()))) {
            return refusal(Check.LINEAR_COLUMNS, "The answer to the equations is not one of the committed rows.");
        }
        if (fails(Check.LINEAR_SUM, tests.sumOverData(proof.linear()).equals(combined.sum()))) {
            return refusal(Check.LINEAR_SUM, "The equations do not hold: the statement is not proven.");
        }
        return null;
    }

    private List<BranchSession> runBranches(Statement statement, Proof proof, Digest sigma) {
        List<long[]> tensors = statement.tensors().stream().map(Tensor::toArray).toList();
        BranchSession[] sessions = new BranchSession[circuit.branches().size()];
        workers.each(sessions.length, index -> {
            BranchSession.Start start =
                    BranchSession.Start.of(plan.field(), plan.branches().get(index), sigma, index, tensors);
            BranchSession session =
                    new BranchSession.Verifying(start, proof.messages().get(index));
            circuit.branches().get(index).run(session, null);
            sessions[index] = session;
        });
        return List.of(sessions);
    }

    private boolean columnsLeadToRoots(Statement statement, Proof proof, int[] positions) {
        for (int i = 0; i < proof.columns().size(); i++) {
            Digest root = i == 0 ? proof.root() : statement.roots().get(i - 1);
            if (!proof.columns().get(i).leadsTo(root, plan.parameters().length(), positions)) {
                return false;
            }
        }
        return true;
    }

    private boolean fails(Check check, boolean holds) {
        return checks.contains(check) && !holds;
    }

    private static Refusal refusal(Check check, String sentence) {
        return new Refusal(check, sentence);
    }
}
