package dev.candor.proving.verifier;

import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
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
import dev.candor.proving.transcript.Grinding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The verifier with rules of the protocol left out, all of whose checks are made; where none is left out, the verifier itself. */
final class RuleVerifier {

    private final ProofPlan plan;
    private final Circuit<?> circuit;
    private final Set<Rule> rules;

    RuleVerifier(ProofPlan plan, Circuit<?> circuit, Set<Rule> rules) {
        this.plan = plan;
        this.circuit = circuit;
        this.rules = rules;
    }

    boolean accepts(Statement statement, Proof proof) {
        if (rules.equals(EnumSet.allOf(Rule.class))) {
            // Toy fields reach no 100 bits.
            Set<Check> checks = EnumSet.complementOf(EnumSet.of(Check.SECURITY));
            return new Verifier(plan, circuit, checks).verify(statement, proof) == null;
        }
        Field field = plan.field();
        ProofTranscript transcript = new ProofTranscript(plan, statement);
        Digest sigma = transcript.commit(proof.root(), statement.work());
        List<long[]> tensors = statement.tensors().stream().map(Tensor::toArray).toList();
        List<BranchSession> branches = new ArrayList<>();
        for (int i = 0; i < circuit.branches().size(); i++) {
            BranchSession.Start start =
                    BranchSession.Start.of(field, plan.branches().get(i), sigma, i, tensors);
            BranchSession session = new BranchSession.Verifying(
                    Rule.start(start, rules), proof.messages().get(i));
            circuit.branches().get(i).run(session, null);
            branches.add(session);
        }
        Extension gamma =
                transcript.gamma(branches.stream().map(BranchSession::finish).toList());
        Extension alpha = transcript.alpha(Rule.boundBeforeAlpha(proof.openings(), rules));
        ExtensionVector rho = Rule.rho(transcript.rho(), plan.rows(), rules);
        Digest seed = transcript.work(proof.proximity(), proof.linear());
        int[] positions = transcript.columns(proof.nonce());
        List<Digest> roots = new ArrayList<>(List.of(proof.root()));
        roots.addAll(statement.roots());
        boolean opened = true;
        for (int i = 0; i < roots.size(); i++) {
            opened &= proof.columns().get(i).leadsTo(roots.get(i), plan.code().length(), positions);
        }
        RowTests tests = new RowTests(plan.code());
        LinearConstraints.Combined combined = Rule.combined(
                field,
                Equations.of(field, branches, gamma, proof.openings())
                        .combine(field, alpha, EnumSet.allOf(Check.class), plan.pads(), plan.layouts()),
                alpha,
                rules);
        return opened
                && Grinding.accepts(seed, proof.nonce(), plan.parameters().grindingBits())
                && tests.proximityAgrees(proof.columns(), positions, rho, proof.proximity())
                && tests.linearAgrees(proof.columns(), positions, combined.terms(), proof.linear())
                && tests.sumOverData(proof.linear()).equals(combined.sum());
    }
}
