package dev.candor.proving.verifier;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.layer.Forgeries;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Table;
import dev.candor.proving.network.Trace;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Statements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Attacks on which layers run, in which order, on which sample; each says whether a verifier with these rules or checks accepts its lie. */
final class LayerAttacks {

    private static final int SAMPLES = 2;
    private static final Input INPUT = new Input(Shape.of(6), new Range(-128, 127), 1);
    private static final Set<Check> ALL = EnumSet.allOf(Check.class);

    private LayerAttacks() {}

    private static Executions execution(IntegerNetwork network) {
        long[] input = Networks.input(network, SAMPLES, new Random(2));
        return new Executions(network, SAMPLES, input, ExecutionAttacks.PARAMETERS);
    }

    /** Two dense layers of the same shape. */
    private static Executions twins() {
        Requantise clamp = new Requantise(1, 1, -127, 127);
        List<Node> nodes = Networks.chain(new Dense(6, 6), clamp, new Dense(6, 6));
        return execution(Networks.random(INPUT, nodes, new Random(1)));
    }

    /** Two layers without weights between two that have some; the table is that of -x. */
    private static Executions between() {
        int[] negated = new int[255];
        Arrays.setAll(negated, i -> 127 - i);
        List<Node> nodes = Networks.chain(
                new Dense(6, 5),
                new Requantise(1, 1, -127, 127),
                new Relu(),
                new Table(-127, IntTensor.copyOf(negated)),
                new Dense(5, 3));
        return execution(Networks.random(INPUT, nodes, new Random(1)));
    }

    /** The weights of two layers exchanged: a model with the same descriptor and the same weights, at each other's places. */
    static boolean layersSwapped(Set<Check> checks) {
        Executions e = twins();
        List<Parameters.Entry> entries =
                new ArrayList<>(e.owner.network().parameters().nodes());
        ByteTensor first = entries.get(0).weights();
        entries.set(
                0, new Parameters.Entry(entries.get(2).weights(), entries.get(0).biases()));
        entries.set(2, new Parameters.Entry(first, entries.get(2).biases()));
        IntegerNetwork other = new IntegerNetwork(e.owner.network().architecture(), new Parameters(entries));
        Trace trace =
                ReferenceExecution.run(other, SAMPLES, e.execution.inputs().toArray());
        NetworkWitness witness = e.circuit.witness(e.field, other, trace);
        Statement lie = ExecutionAttacks.withOutputs(e, Tensor.copyOf(trace.output()));
        return ExecutionAttacks.accepts(
                e, checks, lie, new AttackProver<>(e.plan, e.circuit.circuit(), checks), witness);
    }

    /** Another input, with the outputs of the one that was run. */
    static boolean anotherInput(Set<Check> checks) {
        Executions e = twins();
        long[] inputs = e.execution.inputs().toArray();
        inputs[0] += inputs[0] > 0 ? -1 : 1;
        Statements.Execution claimed =
                new Statements.Execution(Tensor.copyOf(inputs), null, e.execution.outputs(), List.of());
        Statement lie = Statements.execution(e.owner.commitment(), 0, 1, e.owner.root(), e.circuit, claimed);
        return ExecutionAttacks.accepts(e, checks, lie, new AttackProver<>(e.plan, e.circuit.circuit(), checks));
    }

    /** The outputs of two samples exchanged. */
    static boolean positionsSwapped(Set<Rule> rules) {
        Executions e = twins();
        long[] outputs = e.execution.outputs().toArray();
        int size = outputs.length / SAMPLES;
        long[] swapped = new long[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            swapped[i] = outputs[(i + size) % outputs.length];
        }
        Statement lie = ExecutionAttacks.withOutputs(e, Tensor.copyOf(swapped));
        return accepts(e, e.circuit, rules, lie, e.witness);
    }

    /** ReLU is left out. */
    static boolean layerDropped(Set<Rule> rules) {
        return anotherNetwork(rules, rules.contains(Rule.EVERY_LAYER), List.of(0, 1, 3, 4));
    }

    /** The table before ReLU; all sizes stay. */
    static boolean layersReordered(Set<Rule> rules) {
        return anotherNetwork(rules, rules.contains(Rule.ORDER_OF_LAYERS), List.of(0, 1, 3, 2, 4));
    }

    /**
     * An honest proof about a network of other nodes with the same weights, under this model's root and descriptor.
     *
     * @param strict whether the verifier takes the network from the descriptor
     */
    private static boolean anotherNetwork(Set<Rule> rules, boolean strict, List<Integer> order) {
        Executions e = between();
        IntegerNetwork network = e.owner.network();
        Layer[] layers = order.stream()
                .map(i -> network.architecture().nodes().get(i).layer())
                .toArray(Layer[]::new);
        Architecture shown = new Architecture(INPUT, 1, Networks.chain(layers));
        List<Parameters.Entry> entries = order.stream().map(network::parameters).toList();
        IntegerNetwork other = new IntegerNetwork(shown, new Parameters(entries));
        Trace trace =
                ReferenceExecution.run(other, SAMPLES, e.execution.inputs().toArray());
        Tensor outputs = Tensor.copyOf(trace.output());
        if (outputs.equals(e.execution.outputs())) {
            throw new IllegalStateException("The other network has the same outputs.");
        }
        NetworkCircuit circuit = new NetworkCircuit(shown, SAMPLES);
        Statements.Execution claimed = new Statements.Execution(e.execution.inputs(), null, outputs, List.of());
        NetworkCircuit assumed = strict ? e.circuit : circuit;
        Statement lie = Statements.execution(e.owner.commitment(), 0, 1, e.owner.root(), assumed, claimed);
        ProofPlan plan = new ProofPlan(e.field, ExecutionAttacks.PARAMETERS, circuit.circuit());
        NetworkWitness witness = circuit.witness(e.field, other, trace);
        Proof proof = new AttackProver<>(plan, circuit.circuit(), ALL, rules, SecureRandomness.create())
                .prove(lie, e.known, witness, witness::cells);
        AttackCases.single(
                Descriptor.encode(network.architecture()),
                "execution",
                plan.parameters(),
                lie,
                proof,
                "\"shown\": " + Cases.hex(Descriptor.encode(shown)));
        ProofPlan expected = strict ? e.plan : plan;
        return new RuleVerifier(expected, assumed.circuit(), rules).accepts(lie, proof);
    }

    /** At a shift of 11: z - 1, and a remainder of 2^11 more. */
    static boolean remainderOfOneBitMore(Set<Rule> rules) {
        boolean wide = !rules.contains(Rule.LIMBS_OF_THEIR_WIDTH);
        IntegerNetwork network = Networks.random(
                INPUT, Networks.chain(new Dense(6, 4), new Requantise(1, 11, -4096, 4095)), new Random(1));
        Executions e = execution(network);
        NetworkCircuit circuit = wide ? Forgeries.wideLimbs(network.architecture(), SAMPLES) : e.circuit;
        Trace trace =
                ReferenceExecution.run(network, SAMPLES, e.execution.inputs().toArray());
        NetworkWitness witness = circuit.witness(e.field, network, trace);
        int cell = 0;
        while (Forgeries.cell(e.field, witness, segment(circuit, "requantise-1-low"), cell) == 0) {
            cell++;
        }
        Forgeries.add(e.field, witness, segment(circuit, "requantise-1-low"), cell, -1);
        Forgeries.addRow(circuit, witness, "requantise-1-clamp", cell, -1);
        Forgeries.add(e.field, witness, segment(circuit, "requantise-1-result"), cell, -1);
        Forgeries.add(e.field, witness, segment(circuit, "requantise-1-remainder-0"), cell, 1 << 11);
        if (wide) {
            Forgeries.addRow(circuit, witness, "requantise-1-remainder-0", cell, 1 << 11);
        }
        Forgeries.recount(circuit, witness);
        long[] outputs = e.execution.outputs().toArray();
        outputs[cell]--;
        Statement lie = ExecutionAttacks.withOutputs(e, Tensor.copyOf(outputs));
        return accepts(e, circuit, rules, lie, witness);
    }

    private static Segment segment(NetworkCircuit circuit, String name) {
        return circuit.circuit().segments().getFirst().stream()
                .filter(segment -> segment.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean accepts(
            Executions e, NetworkCircuit circuit, Set<Rule> rules, Statement lie, NetworkWitness witness) {
        ProofPlan plan = new ProofPlan(e.field, ExecutionAttacks.PARAMETERS, circuit.circuit());
        Proof proof = new AttackProver<>(plan, circuit.circuit(), ALL, rules, SecureRandomness.create())
                .prove(lie, e.known, witness, witness::cells);
        AttackCases.single(
                Descriptor.encode(e.owner.network().architecture()), "execution", plan.parameters(), lie, proof);
        return new RuleVerifier(plan, circuit.circuit(), rules).accepts(lie, proof);
    }
}
