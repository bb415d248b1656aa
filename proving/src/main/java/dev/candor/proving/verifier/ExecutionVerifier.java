package dev.candor.proving.verifier;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.Statements;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies executions of one model on batches of one size, from bytes. The model's roots come from its verified lineage, never from the
 * proof. Safe to share where its openings are.
 */
public final class ExecutionVerifier {

    private final VerifiedLineage lineage;
    private final NetworkCircuit circuit;
    private final ProofPlan plan;
    private final UsedOpenings used;
    private final Set<Check> checks;
    private final Workers workers;

    /** Remembers which openings were seen. */
    @FunctionalInterface
    public interface UsedOpenings {

        /** For whoever verifies single proofs without a ledger: every opening counts as new. */
        UsedOpenings NOT_KEPT = (_, _) -> true;

        /** Notes the opening and returns whether it was not noted before. */
        boolean add(long epoch, long opening);
    }

    /**
     * A verifier.
     *
     * @param samples the size of the batches
     * @param hidden whether the inputs are hidden
     */
    public ExecutionVerifier(VerifiedLineage lineage, int samples, boolean hidden, UsedOpenings used) {
        this(lineage, samples, hidden, used, Workers.ONE);
    }

    /** A verifier that uses several threads. */
    public ExecutionVerifier(VerifiedLineage lineage, int samples, boolean hidden, UsedOpenings used, Workers workers) {
        this(lineage, samples, hidden, used, EnumSet.allOf(Check.class), workers);
    }

    /** For tests: a verifier that leaves checks out. */
    ExecutionVerifier(VerifiedLineage lineage, int samples, boolean hidden, UsedOpenings used, Set<Check> checks) {
        this(lineage, samples, hidden, used, checks, Workers.ONE);
    }

    private ExecutionVerifier(
            VerifiedLineage lineage,
            int samples,
            boolean hidden,
            UsedOpenings used,
            Set<Check> checks,
            Workers workers) {
        ModelCommitment model = lineage.model();
        this.lineage = lineage;
        this.circuit = new NetworkCircuit(model.architecture(), samples, hidden);
        this.plan = new ProofPlan(model.field(), model.parameters(), circuit.circuit());
        this.used = used;
        this.checks = EnumSet.copyOf(checks);
        this.workers = workers;
    }

    /** The plan of the proofs. */
    public ProofPlan plan() {
        return plan;
    }

    /** Null for a valid proof; else why it is refused. */
    public Verifier.@Nullable Refusal verify(int epoch, long opening, Statements.Execution execution, byte[] bytes) {
        if (!lineage.links(epoch)) {
            return new Verifier.Refusal(
                    Check.LINEAGE, "Epoch " + epoch + " is not linked to the model: the lineage ends before it.");
        }
        if (checks.contains(Check.PUBLIC_RANGES)
                && !(circuit.inputsInRange(execution.inputs().toArray())
                        && circuit.outputsInRange(execution.outputs().toArray()))) {
            return new Verifier.Refusal(Check.PUBLIC_RANGES, "An input or output is out of its range.");
        }
        if (execution.inputs().size() != circuit.inputSize()
                || execution.outputs().size() != circuit.outputSize()
                || !(execution.requests().isEmpty() || execution.requests().size() == circuit.samples())) {
            return new Verifier.Refusal(null, "The inputs, outputs or requests are not as many as the batch has.");
        }
        Proof proof;
        try {
            proof = ProofFile.decode(plan, bytes);
        } catch (MalformedFileException e) {
            return new Verifier.Refusal(null, "The proof is malformed: " + e.getMessage());
        }
        Verifier.Refusal refusal = new Verifier(plan, circuit.circuit(), checks, workers)
                .verify(
                        Statements.execution(lineage.model(), epoch, opening, lineage.root(epoch), circuit, execution),
                        proof);
        if (refusal == null && checks.contains(Check.OPENING_UNUSED) && !used.add(epoch, opening)) {
            return new Verifier.Refusal(Check.OPENING_UNUSED, "Opening " + opening + " was used before.");
        }
        return refusal;
    }
}
