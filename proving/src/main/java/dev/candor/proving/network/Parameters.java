package dev.candor.proving.network;

import java.util.List;

/**
 * The hidden part of an integer network: weights and biases for each node, in the nodes' order; empty for nodes without any. Immutable.
 *
 * @param nodes one entry a node
 */
public record Parameters(List<Entry> nodes) {
    public Parameters {
        nodes = List.copyOf(nodes);
    }

    /** One node's parameters, in the orders that the layer says. */
    public record Entry(ByteTensor weights, IntTensor biases) {
        /** For a node without parameters. */
        public static final Entry NONE = new Entry(ByteTensor.EMPTY, IntTensor.EMPTY);
    }
}
