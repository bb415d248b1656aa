package dev.candor.proving.layer;

import dev.candor.proving.constraint.Segment;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.TokenLayer;

/** The segments of a model's commitment: for each node with parameters its weights, one row for each input, and its biases. */
final class ParameterSegments {

    /** The root of a proof that is the model's commitment. */
    static final int ROOT = 1;

    private ParameterSegments() {}

    /** The number of rows of a layer's weights: one for each input, or for each token. */
    static int inputs(Layer layer) {
        return layer instanceof TokenLayer.Embedding(int tokens, int _)
                ? tokens
                : layer.weightCount() / layer.biasCount();
    }

    static Segment weights(int node, int inputs, int outputs) {
        return new Segment("weights-" + node, ROOT, Segment.Kind.BASE, inputs, outputs);
    }

    static Segment biases(int node, int outputs) {
        return new Segment("biases-" + node, ROOT, Segment.Kind.BASE, 1, outputs);
    }

    /** Weights {@code [output][input]} as {@code [input][output]}. */
    static byte[] transposed(ByteTensor weights, int outputs, int inputs) {
        byte[] result = new byte[inputs * outputs];
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                result[i * outputs + o] = weights.at(o * inputs + i);
            }
        }
        return result;
    }
}
