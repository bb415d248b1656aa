package dev.candor.proving.layer;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.LookupArgument;
import dev.candor.proving.lookup.Table;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer;
import dev.candor.proving.network.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The execution of a network on a batch, as a circuit: root 0 is committed for this proof, root 1 holds the model. Public tensor 0 is the
 * inputs, 1 the outputs, sample after sample. Hidden inputs are held by root 2, and tensor 0 is then empty. Its branches are the
 * requantisations in the order of the nodes, the output, and the look-ups. Immutable.
 */
public final class NetworkCircuit {

    /** The root of what is committed for one proof. */
    static final int WITNESS_ROOT = 0;

    /** The root of hidden inputs. */
    private static final int INPUT_ROOT = 2;

    private static final int INPUTS = 0;
    private static final int OUTPUTS = 1;

    private final Architecture architecture;
    private final int samples;
    private final @Nullable HiddenInput hiddenInput;
    private final List<Gadget> gadgets = new ArrayList<>();
    private final @Nullable LookupArgument lookups;
    private final Circuit<NetworkWitness> circuit;

    /** A value of the network as a gadget takes it. */
    record Input(int value, NetworkCircuit circuit) {
        LinearForm evaluate(Session session, Point rows, Weights weights, @Nullable NetworkWitness witness) {
            return circuit.evaluate(session, value, rows, weights, witness);
        }
    }

    /** The tables of a circuit, each of them once. Tests make circuits of wrong ones. */
    static class Tables {

        private final Map<String, Table> byName = new LinkedHashMap<>();

        Table get(String name, Function<String, Table> make) {
            return byName.computeIfAbsent(name, make);
        }
    }

    /**
     * The circuit of a batch with public inputs.
     *
     * @param samples the size of the batch, at least 1
     * @throws UnprovableException for a network that has no circuit
     */
    public NetworkCircuit(Architecture architecture, int samples) {
        this(architecture, samples, false);
    }

    /**
     * The circuit of a batch.
     *
     * @param samples the size of the batch, at least 1
     * @param hidden whether the inputs are hidden, under a root of their own
     * @throws UnprovableException for a network that has no circuit
     */
    public NetworkCircuit(Architecture architecture, int samples, boolean hidden) {
        this(architecture, samples, hidden, new Tables());
    }

    NetworkCircuit(Architecture architecture, int samples, boolean hidden, Tables tables) {
        this.architecture = architecture;
        this.samples = samples;
        this.hiddenInput = hidden ? new HiddenInput(INPUT_ROOT, samples, architecture.input(), tables) : null;
        for (int node = 0; node < architecture.nodes().size(); node++) {
            gadgets.add(gadget(node, tables));
        }
        List<Segment> model = new ArrayList<>();
        List<Segment> cells = new ArrayList<>();
        List<Circuit.Branch<NetworkWitness>> branches = new ArrayList<>();
        for (Gadget gadget : gadgets) {
            model.addAll(gadget.parameters());
            cells.addAll(gadget.cells());
            branches.addAll(gadget.branches());
        }
        if (model.isEmpty()) {
            throw new UnprovableException("the network has no weights, so there is no model to prove anything of");
        }
        branches.add(branch("output", this::output));
        List<Lookup> all = new ArrayList<>();
        if (hiddenInput != null) {
            all.add(hiddenInput.lookup());
        }
        gadgets.forEach(gadget -> all.addAll(gadget.lookups()));
        LookupArgument.Group group = new LookupArgument.Group(samples, all);
        if (all.isEmpty()) {
            this.lookups = null;
        } else {
            LookupArgument argument = new LookupArgument(List.of(group), WITNESS_ROOT);
            cells.add(argument.multiplicities());
            branches.add(branch(
                    "look-ups", (session, witness) -> argument.run(session, witness == null ? null : witness.rows())));
            this.lookups = argument;
        }
        this.circuit = new Circuit<>(
                hiddenInput == null ? List.of(cells, model) : List.of(cells, model, List.of(hiddenInput.segment())),
                branches,
                lookups == null ? 0 : lookups.size());
    }

    /** The segments and branches. */
    public Circuit<NetworkWitness> circuit() {
        return circuit;
    }

    /**
     * The multiply-accumulates and look-ups of one sample: the transcript absorbs as many zero bytes, so that no network of this size can
     * evaluate the transcript's own hash, which is what the attack of Khovratovich, Rothblum and Soukhanov (2025) needs.
     */
    public long work() {
        return architecture.multiplyAccumulates() + (lookups == null ? 0 : lookups.tuples() / samples);
    }

    /** Whether {@code values} are all in the public range of the inputs. */
    public boolean inputsInRange(long[] values) {
        return inRange(values, architecture.input().range());
    }

    /** Whether {@code values} are all in the public range of the outputs. */
    public boolean outputsInRange(long[] values) {
        return inRange(values, architecture.range(architecture.output()));
    }

    private static boolean inRange(long[] values, Range range) {
        for (long value : values) {
            if (!range.contains(value)) {
                return false;
            }
        }
        return true;
    }

    /** The samples of the batch. */
    public int samples() {
        return samples;
    }

    /** The number of elements of public tensor 0: the inputs of the batch, or none where they are hidden. */
    public int inputSize() {
        return hiddenInput != null
                ? 0
                : Math.multiplyExact(samples, architecture.input().shape().elements());
    }

    /** The number of elements of the outputs of the batch. */
    public int outputSize() {
        return Math.multiplyExact(
                samples, architecture.shape(architecture.output()).elements());
    }

    /** What whoever proves knows, from one execution. */
    public NetworkWitness witness(Field field, IntegerNetwork network, Trace trace) {
        if (trace.batch() != samples || !trace.architecture().equals(architecture)) {
            throw new IllegalArgumentException("The execution is not one of this circuit.");
        }
        NetworkWitness witness = new NetworkWitness(field, network, trace);
        if (hiddenInput != null) {
            hiddenInput.fill(witness);
        }
        gadgets.forEach(gadget -> gadget.fill(witness));
        recount(witness);
        return witness;
    }

    /** The look-up of that name. */
    Lookup lookup(String name) {
        return gadgets.stream()
                .flatMap(gadget -> gadget.lookups().stream())
                .filter(lookup -> lookup.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no look-up " + name + "."));
    }

    /** Sets the multiplicities from the rows that were found. */
    void recount(NetworkWitness witness) {
        if (lookups != null) {
            witness.put(lookups.multiplicities(), lookups.count(witness.rows()));
        }
    }

    private Gadget gadget(int index, Tables tables) {
        Node node = architecture.nodes().get(index);
        int first = node.inputs().getFirst();
        Input input = new Input(first, this);
        Shape from = architecture.shape(first);
        Shape to = architecture.shape(index + 1);
        if (Structure.looksUp(node.layer())) {
            Structure.requireCells(architecture, index, node.layer(), first);
        }
        return switch (node.layer()) {
            case Dense dense -> new DenseGadget(index, dense, samples, input, to);
            case Conv2d conv -> new ConvGadget(index, conv, samples, input, from, to);
            case Requantise requantise ->
                new RequantiseGadget(index, requantise, samples, input, Structure.of(architecture, first), tables);
            case Relu _ -> new ReluGadget(index, samples, from.elements(), architecture.range(first), input, tables);
            case MaxPool2d pool ->
                new MaxPoolGadget(index, pool.window(), samples, from, to, architecture.range(first), input, tables);
            case SumPool2d pool -> new SumPoolGadget(pool.window(), from, to, input);
            case Flatten _ -> input::evaluate;
            case TokenLayer token -> token(index, token, tables);
            case Add(int left, int right) -> {
                Input second = new Input(node.inputs().getLast(), this);
                yield (session, rows, weights, witness) -> input.evaluate(session, rows, weights, witness)
                        .times(session.field(), 1L << left)
                        .plus(
                                session.field(),
                                second.evaluate(session, rows, weights, witness).times(session.field(), 1L << right));
            }
        };
    }

    private Gadget token(int index, TokenLayer layer, Tables tables) {
        Node node = architecture.nodes().get(index);
        int first = node.inputs().getFirst();
        Input input = new Input(first, this);
        Shape from = architecture.shape(first);
        Shape to = architecture.shape(index + 1);
        return switch (layer) {
            case TokenLayer.Reshape _ -> input::evaluate;
            case TokenLayer.Permute permute -> MoveGadget.permute(permute, input, from, to);
            case TokenLayer.Slice slice -> MoveGadget.slice(slice, input, from, to);
            case TokenLayer.Centre(int size) -> MoveGadget.centre(size, input, from);
            case TokenLayer.MatMul(boolean transposed) ->
                new MatMulGadget(
                        index,
                        transposed,
                        samples,
                        input,
                        new Input(node.inputs().getLast(), this),
                        from,
                        to);
            case TokenLayer.Table table -> new TableGadget(index, table, samples, from.elements(), input, tables);
            case TokenLayer.Normalise normalise ->
                new NormaliseGadget(index, normalise, samples, input, architecture.range(first), from, tables);
            case TokenLayer.Affine(int size) -> new AffineGadget(index, size, samples, input, from);
            case TokenLayer.Softmax softmax -> new SoftmaxGadget(index, softmax, samples, input, from, tables);
            case TokenLayer.Embedding embedding -> {
                if (hiddenInput != null || !Structure.isInput(architecture, first)) {
                    throw new UnprovableException("node " + index
                            + " (embedding): there is an argument for public tokens only, taken from the network's"
                            + " input as they are or reshaped");
                }
                yield new EmbeddingGadget(
                        index, embedding, samples, session -> session.publicTensor(INPUTS, inputSize()), to);
            }
        };
    }

    private LinearForm evaluate(
            Session session, int value, Point rows, Weights weights, @Nullable NetworkWitness witness) {
        if (value > 0) {
            return gadgets.get(value - 1).evaluate(session, rows, weights, witness);
        }
        if (hiddenInput != null) {
            return Cells.evaluate(session.field(), hiddenInput.segment(), rows, weights);
        }
        return LinearForm.constant(
                inner(session.field(), rows, weights.flat(session.field()), session.publicTensor(INPUTS, inputSize())));
    }

    private Extension inner(Field f, Point rows, ExtensionVector weights, long[] integers) {
        int size = weights.size();
        long[] residues = new long[integers.length];
        for (int i = 0; i < residues.length; i++) {
            residues[i] = f.fromSigned(integers[i]);
        }
        ExtensionVector heads = rows.table(f, samples);
        Extension sum = Extension.ZERO;
        for (int b = 0; b < samples; b++) {
            sum = f.add(sum, f.mul(heads.get(b), f.kernels().innerProduct(weights, 0, residues, b * size, size)));
        }
        return sum;
    }

    private void output(Session session, @Nullable NetworkWitness witness) {
        Field f = session.field();
        int value = architecture.output();
        Point rows = session.point("samples", Segment.logarithm(samples));
        List<ExtensionVector> factors = new ArrayList<>();
        for (int dimension : Structure.of(architecture, value)) {
            factors.add(session.point("cells", Segment.logarithm(dimension)).table(f, dimension));
        }
        Weights weights = new Weights(factors);
        LinearForm claimed = evaluate(session, value, rows, weights, witness);
        Extension outputs = inner(f, rows, weights.flat(f), session.publicTensor(OUTPUTS, outputSize()));
        session.zero(Check.OUTPUT, claimed.plus(f, f.neg(outputs)));
    }

    private interface Body {
        void run(Session session, @Nullable NetworkWitness witness);
    }

    private static Circuit.Branch<NetworkWitness> branch(String name, Body body) {
        return new Circuit.Branch<>() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void run(Session session, @Nullable NetworkWitness witness) {
                body.run(session, witness);
            }
        };
    }
}
