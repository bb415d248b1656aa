package dev.candor.proving.layer;

import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.TokenLayer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a value of a network came about, as far as it matters for the functionals of it: the dimensions for which a point is drawn, and whether
 * a functional of it needs messages.
 */
final class Structure {

    private Structure() {}

    /**
     * The dimensions in which a value has its structure: those of its shape, each of which may be the product of several that it had before
     * it was reshaped. A product of one vector for each of them is as well a product of one for each dimension of what was reshaped.
     */
    static List<Integer> of(Architecture architecture, int value) {
        List<Integer> shape = architecture.shape(value).sizes();
        if (value == 0) {
            return shape;
        }
        Node node = architecture.nodes().get(value - 1);
        List<Integer> before = of(architecture, node.inputs().getFirst());
        List<Integer> from = architecture.shape(node.inputs().getFirst()).sizes();
        return switch (node.layer()) {
            case Flatten _, TokenLayer.Reshape _ -> groups(before, shape) == null ? shape : before;
            case Add _ -> before;
            case TokenLayer.Permute(List<Integer> order) -> {
                List<List<Integer>> groups = groups(before, from);
                yield groups == null
                        ? shape
                        : order.stream().flatMap(d -> groups.get(d).stream()).toList();
            }
            case TokenLayer.Slice(int dimension, int _, int count) -> {
                List<List<Integer>> groups = groups(before, from);
                if (groups == null) {
                    yield shape;
                }
                groups.set(dimension, List.of(count));
                yield groups.stream().flatMap(List::stream).toList();
            }
            case Dense _, Conv2d _, Requantise _, Relu _, MaxPool2d _, SumPool2d _, TokenLayer _ -> shape;
        };
    }

    /** The same as {@link Weights#groups}, of sizes; a size of 1 is left out. */
    private static @Nullable List<List<Integer>> groups(List<Integer> fine, List<Integer> dimensions) {
        List<List<Integer>> groups = new ArrayList<>();
        int next = 0;
        for (int dimension : dimensions) {
            List<Integer> group = new ArrayList<>();
            long size = 1;
            while (size < dimension && next < fine.size()) {
                size *= fine.get(next);
                group.add(fine.get(next++));
            }
            if (size != dimension) {
                return null;
            }
            groups.add(group);
        }
        return groups;
    }

    /** Whether a functional of a value is one of committed or public cells, so that it can be taken where nothing more may be sent. */
    static boolean isCells(Architecture architecture, int value) {
        if (value == 0) {
            return true;
        }
        Node node = architecture.nodes().get(value - 1);
        return switch (node.layer()) {
            case Requantise _, Relu _, TokenLayer.Table _ -> true;
            case MaxPool2d(var window) ->
                window.area() > 1 || isCells(architecture, node.inputs().getFirst());
            case Flatten _,
                    Add _,
                    SumPool2d _,
                    TokenLayer.Reshape _,
                    TokenLayer.Permute _,
                    TokenLayer.Slice _,
                    TokenLayer.Centre _ -> node.inputs().stream().allMatch(input -> isCells(architecture, input));
            case Dense _,
                    Conv2d _,
                    TokenLayer.MatMul _,
                    TokenLayer.Normalise _,
                    TokenLayer.Affine _,
                    TokenLayer.Softmax _,
                    TokenLayer.Embedding _ -> false;
        };
    }

    /** Whether a value is the input of the network, in whatever shape. */
    static boolean isInput(Architecture architecture, int value) {
        if (value == 0) {
            return true;
        }
        Node node = architecture.nodes().get(value - 1);
        return (node.layer() instanceof Flatten || node.layer() instanceof TokenLayer.Reshape)
                && isInput(architecture, node.inputs().getFirst());
    }

    /** Whether an operation looks its input up. */
    static boolean looksUp(Layer layer) {
        return layer instanceof Relu
                || layer instanceof MaxPool2d
                || layer instanceof TokenLayer.Table
                || layer instanceof TokenLayer.Softmax;
    }

    /** Refuses what looks a value up that is not among its cells. */
    static void requireCells(Architecture architecture, int node, Layer layer, int value) {
        if (!isCells(architecture, value)) {
            throw new UnprovableException("node " + node + " (" + layer.name()
                    + "): it looks up values that are no cells of the proof; requantise them before");
        }
    }
}
