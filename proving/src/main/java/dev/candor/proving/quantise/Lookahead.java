package dev.candor.proving.quantise;

import dev.candor.proving.graph.FloatGraph;
import dev.candor.proving.graph.FloatGraph.FloatNode;
import dev.candor.proving.graph.FloatOperation.AveragePool;
import dev.candor.proving.graph.FloatOperation.Convolution;
import dev.candor.proving.graph.FloatOperation.Linear;
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

    /** The most layers with weights on a way from a value to the output. */
    static int weightedLayersAfter(FloatGraph graph, int value) {
        int[] after = new int[graph.nodes().size() + 1];
        for (int v = graph.nodes().size(); v > value; v--) {
            FloatNode node = graph.nodes().get(v - 1);
            boolean weighted = node.operation() instanceof Linear || node.operation() instanceof Convolution;
            for (int input : node.inputs()) {
                after[input] = Math.max(after[input], after[v] + (weighted ? 1 : 0));
            }
        }
        return after[value];
    }
}
