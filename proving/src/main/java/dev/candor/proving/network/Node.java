package dev.candor.proving.network;

import java.util.List;

/**
 * A layer in its place in the graph.
 *
 * @param layer the operation
 * @param inputs the values it takes, as many as its arity: value 0 is the network's input, value i the output of node i - 1
 */
public record Node(Layer layer, List<Integer> inputs) {
    public Node {
        inputs = List.copyOf(inputs);
    }
}
