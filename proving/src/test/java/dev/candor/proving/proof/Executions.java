package dev.candor.proving.proof;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Trace;
import dev.candor.proving.prover.Prover;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.verifier.Verifier;
import java.util.List;
import java.util.function.Function;

/** One execution of a network, from its commitment to a proof, for tests. */
public final class Executions {

    private static final Digest NAME = Digest.sha256(new byte[] {7});

    public final Field field;
    public final NetworkCircuit circuit;
    public final ProofPlan plan;
    public final CommittedRows model;
    public final NetworkWitness witness;
    public final Statement statement;

    public Executions(IntegerNetwork network, int samples, long[] input, CodeParameters parameters) {
        this(Goldilocks.INSTANCE, network, samples, input, parameters);
    }

    public Executions(Field field, IntegerNetwork network, int samples, long[] input, CodeParameters parameters) {
        this.field = field;
        this.circuit = new NetworkCircuit(network.architecture(), samples);
        this.plan = new ProofPlan(field, parameters, circuit.circuit());
        Function<Segment, long[]> cells = new ModelCells(field, network)::cells;
        this.model = Prover.commit(plan, 1, cells, SecureRandomness.create());
        Trace trace = ReferenceExecution.run(network, samples, input);
        this.witness = circuit.witness(field, network, trace);
        this.statement = new Statement(
                Statement.Kind.EXECUTION,
                NAME,
                NAME,
                List.of(model.root()),
                0,
                1,
                samples,
                List.of(Tensor.copyOf(input), Tensor.copyOf(trace.output())),
                List.of(),
                100);
    }

    public Proof prove() {
        return new Prover<>(plan, circuit.circuit())
                .prove(statement, List.of(model), witness, witness::cells, SecureRandomness.create());
    }

    public Verifier verifier() {
        return new Verifier(plan, circuit.circuit());
    }
}
