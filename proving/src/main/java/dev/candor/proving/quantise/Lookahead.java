package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.FloatGraph.FloatNode;
import dev.candor.proving.graph.FloatOperation.AveragePool;
import dev.candor.proving.graph.FloatOperation.Convolution;
import dev.candor.proving.graph.FloatOperation.Linear;
import dev.candor.proving.graph.TokenOperation;
import dev.candor.proving.network.Layer;

/** What comes after a value of a trained network. */
final class Lookahead {
    private Lookahead() {}

    /** The largest activation whose sums over the windows of a pool that takes it are activations still. */
    static int mostActivation(FloatGraph graph, int value) {
        int most = (int) Layer.ACTIVATION.high();
        for (FloatNode node : graph.nodes()) {
            if (node.inputs().contains(value) && node.operation() instanceof AveragePool(var window, int _)) {
                int share = (int) Layer.ACTIVATION.high() / window.area();
                most = share >= 255 ? Math.min(most, share) : most;
            }
        }
        return most;
    }

    /** The tokens of the embedding that takes the input, or 0 where none does. */
    static int tokens(FloatGraph graph) {
        for (FloatNode node : graph.nodes()) {
            if (node.operation() instanceof TokenOperation.Embedding(var weight)) {
                return weight.shape().getFirst();
            }
        }
        return 0;
    }

    /** The most products, by weights or among activations, on a way from a value to the output. */
    static int weightedLayersAfter(FloatGraph graph, int value) {
        int[] after = new int[graph.nodes().size() + 1];
        for (int v = graph.nodes().size(); v > value; v--) {
            FloatNode node = graph.nodes().get(v - 1);
            boolean weighted = node.operation() instanceof Linear
                    || node.operation() instanceof Convolution
                    || node.operation() instanceof TokenOperation.MatMul;
            for (int input : node.inputs()) {
                after[input] = Math.max(after[input], after[v] + (weighted ? 1 : 0));
            }
        }
        return after[value];
    }
}
