package dev.candor.proving.verifier;

import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.commitment.OpenedColumns;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Product;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.proof.Equations;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.ProofTranscript;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.transcript.Grinding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The prover with a place to cheat at every step; Fiat-Shamir goes on from what was really sent. */
class AttackProver<W> {

    final ProofPlan plan;
    final Circuit<W> circuit;
    final Field field;
    final Randomness randomness;
    /** The checks that the attacked verifier makes: the prover adapts its combination to them. */
    final Set<Check> checks;
    /** The rules that the attacked verifier keeps. */
    final Set<Rule> rules;
    /** The pads of the proof. */
    ExtensionVector pads = new ExtensionVector(1);

    AttackProver(ProofPlan plan, Circuit<W> circuit, Set<Check> checks) {
        this(plan, circuit, checks, EnumSet.allOf(Rule.class), SecureRandomness.create());
    }

    AttackProver(ProofPlan plan, Circuit<W> circuit, Set<Check> checks, Set<Rule> rules, Randomness randomness) {
        this.checks = checks;
        this.rules = rules;
        this.randomness = randomness;
        this.plan = plan;
        this.circuit = circuit;
        this.field = plan.field();
    }

    /** Commits root 0. */
    protected CommittedRows commit(long[] data) {
        return CommittedRows.withMasks(plan.code(), data, randomness);
    }

    protected RowTests tests() {
        return new RowTests(plan.code());
    }

    protected Session session(String branch, BranchSession.Proving honest) {
        return honest;
    }

    /** A place to run the branches again, with gamma known. */
    protected List<BranchSession.Proving> again(List<BranchSession.Proving> first, Rerun run, Extension gamma) {
        return first;
    }

    /** Runs all branches once more, from the same pads. */
    @FunctionalInterface
    interface Rerun {
        List<BranchSession.Proving> run();
    }

    /** Changes the openings, after alpha. */
    protected ExtensionVector openings(ExtensionVector honest, Demanded demanded) {
        return honest;
    }

    /** What is missing to the sum that the equations demand, for openings. */
    @FunctionalInterface
    interface Demanded {
        Extension gap(ExtensionVector openings);
    }

    /** Told the coefficients of the proximity test. */
    protected void drawn(ExtensionVector rho) {}

    /** Changes v and q, before the columns are drawn. */
    protected void answer(
            ExtensionVector v, ExtensionVector q, LinearConstraints.Combined combined, ExtensionVector rho) {}

    protected long nonce(Digest seed) {
        return Grinding.search(seed, plan.parameters().grindingBits());
    }

    /** Changes what is opened. */
    protected List<OpenedColumns> opened(List<OpenedColumns> honest, int[] positions, ExtensionVector rho) {
        return honest;
    }

    Proof prove(Statement statement, List<CommittedRows> known, W witness, Function<Segment, long[]> cells) {
        pads = randomness.extensions(Purpose.PAD, field, plan.pads().columns());
        long[] data = new long[plan.layouts().getFirst().rows() * plan.code().dataSize()];
        for (Segment segment : plan.layouts().getFirst().segments()) {
            if (!segment.equals(plan.pads())) {
                plan.layouts().getFirst().place(segment, cells.apply(segment), data);
            }
        }
        plan.layouts().getFirst().place(plan.pads(), pads, data);
        CommittedRows fresh = commit(data);
        List<CommittedRows> roots = new ArrayList<>(List.of(fresh));
        roots.addAll(known);
        ProofTranscript transcript = new ProofTranscript(plan, statement);
        Digest sigma = transcript.commit(fresh.root(), statement.work());
        List<long[]> tensors = statement.tensors().stream().map(Tensor::toArray).toList();
        Rerun run = () -> run(sigma, tensors, witness);
        List<BranchSession.Proving> first = run.run();
        Extension gamma =
                transcript.gamma(first.stream().map(BranchSession::finish).toList());
        ExtensionVector factors = factors(first, gamma);
        List<BranchSession.Proving> sessions = again(first, run, gamma);
        Extension alpha = transcript.alpha(Rule.boundBeforeAlpha(factors, rules));
        ExtensionVector openings = openings(factors, tried -> {
            LinearConstraints.Combined combined = combined(sessions, gamma, alpha, tried);
            return field.sub(combined.sum(), tests().sumOverData(tests().linear(roots, combined.terms())));
        });
        ExtensionVector rho = Rule.rho(transcript.rho(), plan.rows(), rules);
        drawn(rho);
        LinearConstraints.Combined combined = combined(sessions, gamma, alpha, openings);
        ExtensionVector v =
                tests().proximity(roots, rho).copyOfRange(0, plan.parameters().dimension());
        ExtensionVector q = tests().linear(roots, combined.terms())
                .copyOfRange(0, plan.parameters().linearDimension());
        answer(v, q, combined, rho);
        long nonce = nonce(transcript.work(v, q));
        int[] positions = transcript.columns(nonce);
        List<OpenedColumns> columns =
                opened(roots.stream().map(rows -> rows.open(positions)).toList(), positions, rho);
        return new Proof(
                fresh.root(),
                sessions.stream().map(BranchSession.Proving::sent).toList(),
                openings,
                v,
                q,
                nonce,
                columns);
    }

    private List<BranchSession.Proving> run(Digest sigma, List<long[]> tensors, W witness) {
        List<BranchSession.Proving> sessions = new ArrayList<>();
        for (int i = 0; i < circuit.branches().size(); i++) {
            BranchPlan branch = plan.branches().get(i);
            BranchSession.Start start = Rule.start(BranchSession.Start.of(field, branch, sigma, i, tensors), rules);
            BranchSession.Proving session = new BranchSession.Proving(start, pads);
            circuit.branches().get(i).run(session(circuit.branches().get(i).name(), session), witness);
            sessions.add(session);
        }
        return sessions;
    }

    private ExtensionVector factors(List<BranchSession.Proving> sessions, Extension gamma) {
        List<Extension> factors = new ArrayList<>();
        for (BranchSession session : sessions) {
            for (Product product : session.products()) {
                factors.addAll(product.open(field, gamma));
            }
        }
        return ExtensionVector.of(factors.toArray(Extension[]::new));
    }

    private LinearConstraints.Combined combined(
            List<BranchSession.Proving> sessions, Extension gamma, Extension alpha, ExtensionVector openings) {
        LinearConstraints.Combined combined = Equations.of(field, sessions, gamma, openings)
                .combine(field, alpha, checks, plan.pads(), plan.layouts());
        return Rule.combined(field, combined, alpha, rules);
    }
}
