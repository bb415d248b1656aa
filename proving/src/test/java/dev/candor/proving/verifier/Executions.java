package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Trace;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.prover.Prover;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.ModelOwner;
import dev.candor.proving.registration.Statements;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One execution of a network, from its commitment to a proof, for tests. */
public final class Executions {

    public final Field field;
    public final ModelOwner owner;
    public final NetworkCircuit circuit;
    public final ProofPlan plan;
    public final NetworkWitness witness;
    public final Statements.Execution execution;
    public final Statement statement;
    public final List<CommittedRows> known = new ArrayList<>();

    public Executions(IntegerNetwork network, int samples, long[] input, CodeParameters parameters) {
        this(Goldilocks.INSTANCE, network, samples, input, parameters);
    }

    public Executions(Field field, IntegerNetwork network, int samples, long[] input, CodeParameters parameters) {
        this(ModelOwner.commit(field, network, parameters, SecureRandomness::create), samples, input, false);
    }

    public Executions(ModelOwner owner, int samples, long[] input, boolean hidden) {
        this.field = owner.commitment().field();
        this.owner = owner;
        this.circuit = new NetworkCircuit(owner.network().architecture(), samples, hidden);
        this.plan = new ProofPlan(field, owner.commitment().parameters(), circuit.circuit());
        Trace trace = ReferenceExecution.run(owner.network(), samples, input);
        this.witness = circuit.witness(field, owner.network(), trace);
        known.add(owner.rows());
        @Nullable Digest inputRoot = null;
        if (hidden) {
            CommittedRows rows = Prover.commit(plan, 2, witness::cells, SecureRandomness.create());
            known.add(rows);
            inputRoot = rows.root();
        }
        this.execution = new Statements.Execution(
                hidden ? Tensor.copyOf() : Tensor.copyOf(input), inputRoot, Tensor.copyOf(trace.output()), List.of());
        this.statement = Statements.execution(owner.commitment(), owner.epoch(), 1, owner.root(), circuit, execution);
    }

    public Proof prove() {
        return prove(statement);
    }

    public Proof prove(Statement claimed) {
        return new Prover<>(plan, circuit.circuit())
                .prove(claimed, known, witness, witness::cells, SecureRandomness::create);
    }

    public Verifier verifier() {
        return new Verifier(plan, circuit.circuit());
    }

    public Verifier verifier(Set<Check> checks) {
        return new Verifier(plan, circuit.circuit(), checks);
    }
}
