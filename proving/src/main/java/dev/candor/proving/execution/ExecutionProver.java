package dev.candor.proving.execution;

import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.budget.OpeningBudget;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.field.Field;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Trace;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.prover.Prover;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.ModelOwner;
import dev.candor.proving.registration.Statements;
import dev.candor.proving.verifier.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a committed model on batches of one size and proves each execution. Every attempt takes an opening from the budget and a fresh source
 * of randomness before anything else; neither is ever used again, whatever becomes of the attempt. Safe to share.
 */
public final class ExecutionProver {

    /** The root of hidden inputs among those of a plan. */
    private static final int INPUT_ROOT = 2;

    private final ModelOwner owner;
    private final NetworkCircuit circuit;
    private final ProofPlan plan;
    private final Prover<NetworkWitness> prover;
    private final Workers workers;
    private final boolean hidden;
    private final OpeningBudget budget;
    private final Supplier<Randomness> randomness;

    /** An execution with its proof: what is claimed, and why it is so. */
    public record Proven(StatementFile claim, Proof proof) {}

    /**
     * A prover for one epoch of a model.
     *
     * @param samples the size of the batches
     * @param hidden whether inputs are hidden, each batch under a root of its own
     * @param budget that of the owner's epoch
     * @param randomness gives a fresh source for each attempt
     */
    public ExecutionProver(
            ModelOwner owner, int samples, boolean hidden, OpeningBudget budget, Supplier<Randomness> randomness) {
        this(owner, samples, hidden, budget, randomness, Workers.ONE);
    }

    /**
     * A prover that uses several threads.
     *
     * @param randomness gives a fresh source at each call; every task of an attempt takes its own
     */
    public ExecutionProver(
            ModelOwner owner,
            int samples,
            boolean hidden,
            OpeningBudget budget,
            Supplier<Randomness> randomness,
            Workers workers) {
        ModelCommitment model = owner.commitment();
        this.owner = owner;
        this.circuit = new NetworkCircuit(model.architecture(), samples, hidden);
        this.plan = new ProofPlan(model.field(), model.parameters(), circuit.circuit());
        this.prover = new Prover<>(plan, circuit.circuit(), workers);
        this.workers = workers;
        this.hidden = hidden;
        this.budget = budget;
        this.randomness = randomness;
    }

    /** The plan of the proofs. */
    public ProofPlan plan() {
        return plan;
    }

    /**
     * Runs a batch and proves it.
     *
     * @param input sample after sample
     * @param requests an id for each sample, or none
     * @throws BudgetException where the model has to be rolled over first
     * @throws dev.candor.proving.network.InvalidNetworkException for inputs that the network does not take
     */
    public Proven prove(long[] input, List<Digest> requests) throws BudgetException {
        if (!requests.isEmpty() && requests.size() != circuit.samples()) {
            throw new IllegalArgumentException(
                    "A batch of " + circuit.samples() + " samples is given " + requests.size() + " requests.");
        }
        Trace trace = ReferenceExecution.run(owner.network(), circuit.samples(), input);
        long opening = budget.next();
        Field field = plan.field();
        NetworkWitness witness = circuit.witness(field, owner.network(), trace);
        List<CommittedRows> known = new ArrayList<>(List.of(owner.rows()));
        @Nullable Digest inputRoot = null;
        if (hidden) {
            CommittedRows inputs = Prover.commit(plan, INPUT_ROOT, witness::cells, randomness.get());
            known.add(inputs);
            inputRoot = inputs.root();
        }
        Statements.Execution execution = new Statements.Execution(
                hidden ? Tensor.copyOf() : Tensor.copyOf(input), inputRoot, Tensor.copyOf(trace.output()), requests);
        Statement statement =
                Statements.execution(owner.commitment(), owner.epoch(), opening, owner.root(), circuit, execution);
        Proof proof = prover.prove(statement, known, witness, witness::cells, randomness);
        StatementFile claim =
                new StatementFile(owner.commitment().id(), owner.epoch(), opening, circuit.samples(), execution);
        return new Proven(claim, proof);
    }

    /** Whether a verifier accepts what was proven: to be asked before it is sent to anybody. */
    public boolean accepts(Proven proven) {
        StatementFile claim = proven.claim();
        Statement statement = Statements.execution(
                owner.commitment(), claim.epoch(), claim.opening(), owner.root(), circuit, claim.execution());
        return new Verifier(plan, circuit.circuit(), workers).verify(statement, proven.proof()) == null;
    }
}
