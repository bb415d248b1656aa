package dev.candor.proving.quantise;

import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.IntegerNetwork.WorstCase;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.WorstCases;
import java.util.ArrayList;
import java.util.List;

/** Collects integer layers and follows two ranges of each value: the public one and that of the true parameters. */
final class IntegerBuilder {
    private final Input input;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Parameters.Entry> entries = new ArrayList<>();
    private final List<Shape> shapes = new ArrayList<>();
    private final List<Range> open = new ArrayList<>();
    private final List<WorstCase> tight = new ArrayList<>();

    IntegerBuilder(Input input) {
        this.input = input;
        shapes.add(input.shape());
        open.add(input.range());
        tight.add(WorstCases.input(input.range()));
    }

    /** Adds a layer without parameters and returns its value. */
    int add(Layer layer, Integer... inputs) {
        return add(layer, Parameters.Entry.NONE, inputs);
    }

    int add(Layer layer, Parameters.Entry entry, Integer... inputs) {
        List<Integer> taken = List.of(inputs);
        List<Shape> given = taken.stream().map(shapes::get).toList();
        open.add(layer.outputRange(taken.stream().map(open::get).toList(), given));
        List<WorstCase> cases = taken.stream().map(tight::get).toList();
        tight.add(WorstCases.of(layer.name(), layer, entry, cases, given));
        shapes.add(layer.outputShape(given));
        nodes.add(new Node(layer, taken));
        entries.add(entry);
        return nodes.size();
    }

    /** Whether weights may be applied to a value. */
    boolean isActivation(int value) {
        return Layer.ACTIVATION.contains(open.get(value));
    }

    /** The range that every choice of parameters keeps. */
    Range open(int value) {
        return open.get(value);
    }

    /** The range that the true parameters keep. */
    Range tight(int value) {
        return tight.get(value).range();
    }

    IntegerNetwork build(double outputScale) {
        return new IntegerNetwork(new Architecture(input, outputScale, nodes), new Parameters(entries));
    }
}
