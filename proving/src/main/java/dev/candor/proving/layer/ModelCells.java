package dev.candor.proving.layer;

import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.TokenLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The cells of a model's commitment, as elements of the field: as secret as the model. */
public final class ModelCells {

    private final Map<Segment, long[]> cells = new HashMap<>();

    public ModelCells(Field field, IntegerNetwork network) {
        List<Node> nodes = network.architecture().nodes();
        for (int index = 0; index < nodes.size(); index++) {
            Layer layer = nodes.get(index).layer();
            if (layer.weightCount() == 0) {
                continue;
            }
            Parameters.Entry entry = network.parameters(index);
            int inputs = ParameterSegments.inputs(layer);
            int outputs = layer.weightCount() / inputs;
            // An embedding's weights are stored a row for each token, which is what it takes.
            byte[] transposed = layer instanceof TokenLayer.Embedding
                    ? entry.weights().toArray()
                    : ParameterSegments.transposed(entry.weights(), outputs, inputs);
            long[] weights = new long[transposed.length];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = field.fromSigned(transposed[i]);
            }
            cells.put(ParameterSegments.weights(index, inputs, outputs), weights);
            if (layer.biasCount() > 0) {
                long[] biases = new long[outputs];
                for (int o = 0; o < outputs; o++) {
                    biases[o] = field.fromSigned(entry.biases().at(o));
                }
                cells.put(ParameterSegments.biases(index, outputs), biases);
            }
        }
    }

    /** The segments of a network's model, in the order of the commitment. */
    public static List<Segment> segments(List<Node> nodes) {
        List<Segment> segments = new ArrayList<>();
        for (int index = 0; index < nodes.size(); index++) {
            Layer layer = nodes.get(index).layer();
            if (layer.weightCount() > 0) {
                int inputs = ParameterSegments.inputs(layer);
                segments.add(ParameterSegments.weights(index, inputs, layer.weightCount() / inputs));
            }
            if (layer.biasCount() > 0) {
                segments.add(ParameterSegments.biases(index, layer.biasCount()));
            }
        }
        return segments;
    }

    /** Those of {@link #segments} that hold biases. */
    public static List<Segment> biases(List<Node> nodes) {
        List<Segment> segments = new ArrayList<>();
        for (int index = 0; index < nodes.size(); index++) {
            int count = nodes.get(index).layer().biasCount();
            if (count > 0) {
                segments.add(ParameterSegments.biases(index, count));
            }
        }
        return segments;
    }

    /** The cells of one of the segments, row-major. */
    public long[] cells(Segment segment) {
        long[] found = cells.get(segment);
        if (found == null) {
            throw new IllegalArgumentException("The model has no segment " + segment.name() + ".");
        }
        return found;
    }

    @Override
    public String toString() {
        return "the cells of " + cells.size() + " segments";
    }
}
