package dev.candor.proving.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.candor.proving.graph.Value.Constant;
import dev.candor.proving.graph.Value.Traced;
import dev.candor.proving.network.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Reads an ONNX model into a graph: one input, one output, no branches, loops or external data. Operators are those of the default domain;
 * nodes that only compute sizes are computed here. Memory and time are proportional to the file's size.
 */
public final class OnnxReader {
    private static final int MOST_NODES = 100_000;

    private final FloatGraph.Builder graph;
    private final Operators operators;
    private final Map<String, Value> values = new HashMap<>();

    private OnnxReader(Shape input) {
        this.graph = new FloatGraph.Builder(input);
        this.operators = new Operators(graph);
    }

    /**
     * Reads a file.
     *
     * @param input the shape of one sample, without the batch
     * @throws UnsupportedModelException where it is no ONNX file, or one that cannot be compiled
     */
    public static FloatGraph read(ByteBuffer file, Shape input) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(file.slice());
        } catch (InvalidProtocolBufferException e) {
            throw new UnsupportedModelException("the file is no ONNX model: " + e.getMessage());
        }
        if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
            throw new UnsupportedModelException("the file is no ONNX model: it has no graph");
        }
        return new OnnxReader(input).graph(model.getGraph(), input);
    }

    private FloatGraph graph(GraphProto proto, Shape input) {
        if (proto.getNodeCount() > MOST_NODES) {
            throw new UnsupportedModelException("the model has more than " + MOST_NODES + " nodes");
        }
        for (TensorProto tensor : proto.getInitializerList()) {
            define(tensor.getName(), new Constant(OnnxTensors.read(tensor)), "an initializer");
        }
        Set<String> inputs = new HashSet<>();
        proto.getInputList().forEach(info -> inputs.add(info.getName()));
        inputs.removeAll(values.keySet());
        if (inputs.size() != 1 || proto.getOutputCount() != 1) {
            throw new UnsupportedModelException("the model has " + inputs.size() + " inputs and "
                    + proto.getOutputCount() + " outputs; one of each is supported");
        }
        List<Integer> shape = new ArrayList<>(List.of(1));
        shape.addAll(input.sizes());
        define(inputs.iterator().next(), new Traced(0, shape), "the input");
        for (int i = 0; i < proto.getNodeCount(); i++) {
            node(proto.getNode(i), i);
        }
        String output = proto.getOutput(0).getName();
        if (!(values.get(output) instanceof Traced(int value, List<Integer> _))) {
            throw new UnsupportedModelException("the model's output does not depend on its input");
        }
        return graph.build(value);
    }

    private void define(String name, Value value, String place) {
        if (values.putIfAbsent(name, value) != null) {
            throw UnsupportedModelException.at("the name \"" + shown(name) + "\"", place, "is given twice");
        }
    }

    private void node(NodeProto node, int index) {
        String place = node.getName().isEmpty() ? "node " + index : "node " + shown(node.getName());
        String operator = shown(node.getOpType());
        if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
            throw UnsupportedModelException.at(
                    operator,
                    place,
                    "is of the domain " + shown(node.getDomain()) + "; only ONNX's own operators are supported");
        }
        List<Value> inputs = new ArrayList<>();
        for (String name : node.getInputList()) {
            Value value = name.isEmpty() ? new Value.Nothing() : values.get(name);
            if (value == null) {
                throw UnsupportedModelException.at(operator, place, "takes " + shown(name) + ", which has no value");
            }
            inputs.add(value);
        }
        Map<String, AttributeProto> attributes = new HashMap<>();
        node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
        OnnxNode call = new OnnxNode(new Arguments(operator, place, inputs, Map.of()), attributes);
        long used =
                node.getOutputList().stream().filter(name -> !name.isEmpty()).count();
        if (used != 1) {
            throw call.refuse("gives " + used + " tensors; one is supported");
        }
        define(node.getOutput(0), result(call), place);
    }

    private Value result(OnnxNode node) {
        return switch (node.operator()) {
            case "Constant" -> new Constant(node.tensor("value"));
            case "Identity", "Cast" -> node.input(0);
            case "Dropout" -> node.input(0);
            case "Shape" -> sizes(node);
            case "Gather" -> gather(node);
            case "Unsqueeze", "Squeeze" -> lined(node);
            case "Concat" -> concatenated(node);
            case "Relu" -> aten("torch.relu", node, node.input(0));
            case "Add" -> aten("torch.add", node, node.input(0), node.input(1));
            case "Gemm" -> gemm(node);
            case "MatMul" -> aten("torch.matmul", node, node.input(0), node.input(1));
            case "Conv" -> convolution(node);
            case "BatchNormalization" -> batchNormalization(node);
            case "MaxPool" ->
                aten(
                        "torch.max_pool2d",
                        node,
                        node.input(0),
                        node.wholes("kernel_shape"),
                        node.wholes("strides", 1, 1),
                        node.padding(),
                        node.wholes("dilations", 1, 1),
                        new Value.Truth(node.whole("ceil_mode", 0) != 0));
            case "AveragePool" -> {
                node.require(node.wholes("dilations", 1, 1).equals(OnnxNode.many(1, 1)), "has a dilation other than 1");
                yield aten(
                        "torch.avg_pool2d",
                        node,
                        node.input(0),
                        node.wholes("kernel_shape"),
                        node.wholes("strides", 1, 1),
                        node.padding(),
                        new Value.Truth(node.whole("ceil_mode", 0) != 0),
                        new Value.Truth(node.whole("count_include_pad", 0) != 0));
            }
            case "GlobalAveragePool" -> aten("torch.adaptive_avg_pool2d", node, node.input(0), OnnxNode.many(1, 1));
            case "Flatten" -> {
                node.require(node.whole("axis", 1) == 1, "flattens from another dimension than 1");
                yield aten("torch.flatten", node, node.input(0), new Value.Whole(1));
            }
            case "Reshape" -> reshape(node);
            default ->
                throw node.refuse(
                        "is not supported; supported are Gemm, MatMul, Conv, BatchNormalization, Relu, MaxPool,"
                                + " AveragePool, GlobalAveragePool, Flatten, Reshape and Add");
        };
    }

    private Value aten(String operator, OnnxNode node, Value... arguments) {
        Arguments call = node.call();
        return operators.apply(operator, new Arguments(call.operator(), call.place(), List.of(arguments), Map.of()));
    }

    private Value gemm(OnnxNode node) {
        node.require(
                node.real("alpha", 1) == 1 && node.real("beta", 1) == 1 && node.whole("transA", 0) == 0,
                "has factors or a transposed input, which are not supported");
        FloatTensor weight = node.call().constant(1, "B");
        node.require(weight.shape().size() == 2, "has weights that are no matrix");
        FloatTensor outwards = node.whole("transB", 0) == 0 ? weight.transposed() : weight;
        FloatTensor bias = node.call()
                .constantOr(2, "C", FloatTensor.zeros(outwards.shape().getFirst()));
        node.require(bias.elements() == outwards.shape().getFirst(), "has a bias of another size than its output");
        return aten(
                "torch.linear",
                node,
                node.input(0),
                new Constant(outwards),
                new Constant(bias.reshaped(List.of(bias.elements()))));
    }

    private Value convolution(OnnxNode node) {
        Value bias = node.call().positional().size() > 2 ? node.input(2) : new Value.Nothing();
        return aten(
                "torch.conv2d",
                node,
                node.input(0),
                node.input(1),
                bias,
                node.wholes("strides", 1, 1),
                node.padding(),
                node.wholes("dilations", 1, 1),
                new Value.Whole(node.whole("group", 1)));
    }

    private Value batchNormalization(OnnxNode node) {
        node.require(node.whole("training_mode", 0) == 0, "was exported in training mode");
        return aten(
                "torch.batch_norm",
                node,
                node.input(0),
                node.input(1),
                node.input(2),
                node.input(3),
                node.input(4),
                new Value.Truth(false),
                new Value.Real(0),
                new Value.Real(node.real("epsilon", 1e-5f)));
    }

    private Value reshape(OnnxNode node) {
        Traced x = node.call().traced(0, "data");
        FloatTensor wish = node.call().constant(1, "shape");
        List<Value> shape = new ArrayList<>();
        for (int i = 0; i < wish.elements(); i++) {
            long size = (long) wish.at(i);
            boolean copied = size == 0 && node.whole("allowzero", 0) == 0;
            node.require(!copied || i < x.shape().size(), "copies a dimension that is not there");
            shape.add(new Value.Whole(copied ? x.shape().get(i) : size));
        }
        return aten("torch.reshape", node, x, new Value.Many(shape));
    }

    private static Value sizes(OnnxNode node) {
        Traced x = node.call().traced(0, "data");
        double[] sizes = x.shape().stream().mapToDouble(Integer::doubleValue).toArray();
        return new Constant(FloatTensor.of(List.of(sizes.length), sizes));
    }

    private static Value gather(OnnxNode node) {
        FloatTensor data = node.call().constant(0, "data");
        FloatTensor indices = node.call().constant(1, "indices");
        node.require(
                data.shape().size() == 1 && node.whole("axis", 0) == 0 && indices.elements() == 1,
                "picks from more than a list of sizes, which is not supported");
        int index = Math.floorMod((long) indices.at(0), data.elements());
        return new Constant(FloatTensor.of(indices.shape(), data.at(index)));
    }

    private static Value lined(OnnxNode node) {
        FloatTensor data = node.call().constant(0, "data");
        node.require(data.elements() == 1, "reshapes more than one size, which is not supported");
        List<Integer> shape = node.operator().equals("Squeeze") ? List.of() : List.of(1);
        return new Constant(data.reshaped(shape));
    }

    private static Value concatenated(OnnxNode node) {
        DoubleStream all = DoubleStream.empty();
        for (int i = 0; i < node.call().positional().size(); i++) {
            FloatTensor part = node.call().constant(i, "input " + i);
            node.require(part.shape().size() == 1, "joins more than lists of sizes, which is not supported");
            all = DoubleStream.concat(all, DoubleStream.of(part.toArray()));
        }
        double[] joined = all.toArray();
        return new Constant(FloatTensor.of(List.of(joined.length), joined));
    }

    /** {@code text} cut to a length that fits a sentence, with nothing in it that could disturb a log. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < 80; i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c == 0x7f || Character.isSurrogate(c) ? '?' : c);
        }
        return text.length() > 80 ? shown + "..." : shown.toString();
    }
}
