package dev.candor.proving.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.candor.proving.graph.Value.Constant;
import dev.candor.proving.graph.Value.Traced;
import dev.candor.proving.network.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an ONNX model into a graph: one input, one output, no branches, loops or external data. Operators are those of the default domain;
 * nodes that only compute sizes are computed here. Memory and time are proportional to the file's size.
 */
public final class OnnxReader {
    private static final int MOST_NODES = 100_000;

    /** Before this version of the operators a softmax was over all dimensions from its axis on. */
    private static final int OLDEST_PLAIN_SOFTMAX = 13;

    private final FloatGraph.Builder graph;
    private final Operators operators;
    private final OnnxPatterns patterns;
    private final Map<String, Value> values = new HashMap<>();
    private final long version;

    private OnnxReader(Shape input, long version) {
        this.graph = new FloatGraph.Builder(input);
        this.operators = new Operators(graph);
        this.patterns = new OnnxPatterns(operators);
        this.version = version;
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
        long version = model.getOpsetImportList().stream()
                .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
                .mapToLong(OperatorSetIdProto::getVersion)
                .findFirst()
                .orElse(OLDEST_PLAIN_SOFTMAX);
        return new OnnxReader(input, version).graph(model.getGraph(), input);
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
        Value last = values.get(output);
        if (last == null || !(patterns.settled(last) instanceof Traced(int value, List<Integer> _))) {
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
        if (operator.equals("Split")) {
            split(call, node.getOutputList(), place);
            return;
        }
        long used =
                node.getOutputList().stream().filter(name -> !name.isEmpty()).count();
        if (used != 1) {
            throw call.refuse("gives " + used + " tensors; one is supported");
        }
        define(node.getOutput(0), result(call), place);
    }

    private Value result(OnnxNode raw) {
        Optional<Value> known = OnnxConstants.apply(raw).or(() -> patterns.apply(raw));
        return known.orElseGet(() -> single(raw));
    }

    /** A node of which each input is a value of its own. */
    private Value single(OnnxNode raw) {
        List<Value> inputs =
                raw.call().positional().stream().map(patterns::settled).toList();
        OnnxNode node =
                new OnnxNode(new Arguments(raw.operator(), raw.call().place(), inputs, Map.of()), raw.attributes());
        return switch (node.operator()) {
            case "Identity", "Cast", "Dropout" -> node.input(0);
            case "Transpose" -> transposed(node);
            case "Softmax" -> softmax(node);
            case "LayerNormalization" -> layerNormalization(node);
            case "Gelu" -> {
                AttributeProto kind = node.attributes().get("approximate");
                String name = kind == null ? "none" : kind.getS().toStringUtf8();
                yield aten("torch.gelu", node, node.input(0), new Value.Text(name));
            }
            case "Gather" -> gathered(node);
            case "Slice" -> sliced(node);
            case "Unsqueeze", "Squeeze" -> lined(node);
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
                                + " AveragePool, GlobalAveragePool, Flatten, Reshape, Add, Softmax, LayerNormalization,"
                                + " Gelu, Gather, Transpose, Slice, Split, and the parts of normalisations and GELU");
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

    private Value transposed(OnnxNode node) {
        Traced x = node.call().traced(0, "data");
        int rank = x.shape().size();
        long[] backwards = new long[rank];
        Arrays.setAll(backwards, d -> rank - 1 - d);
        return aten("torch.permute", node, x, node.wholes("perm", backwards));
    }

    private Value softmax(OnnxNode node) {
        Traced x = node.call().traced(0, "input");
        long axis = node.whole("axis", version < OLDEST_PLAIN_SOFTMAX ? 1 : -1);
        return aten("torch.softmax", node, x, new Value.Whole(axis));
    }

    private Value layerNormalization(OnnxNode node) {
        Traced x = node.call().traced(0, "X");
        int rank = x.shape().size();
        node.require(
                Math.floorMod(node.whole("axis", -1), rank) == rank - 1,
                "is not over the last dimension, which alone is supported");
        Value bias = node.call().has(2, "B") ? node.input(2) : new Value.Nothing();
        return aten(
                "torch.layer_norm",
                node,
                x,
                OnnxNode.many(x.shape().getLast()),
                node.input(1),
                bias,
                new Value.Real(node.real("epsilon", 1e-5f)));
    }

    /** Rows of a matrix for tokens, or one index of a tensor. */
    private Value gathered(OnnxNode node) {
        if (node.input(0) instanceof Constant) {
            node.require(node.whole("axis", 0) == 0, "picks columns, which is not supported");
            return aten("torch.embedding", node, node.input(0), node.input(1));
        }
        FloatTensor index = node.call().constant(1, "indices");
        node.require(index.elements() == 1 && index.shape().isEmpty(), "picks more than one index of a tensor");
        return aten("torch.select", node, node.input(0), new Value.Whole(node.whole("axis", 0)), new Value.Whole((long)
                index.at(0)));
    }

    private Value sliced(OnnxNode node) {
        Traced x = node.call().traced(0, "data");
        FloatTensor from = node.call().constant(1, "starts");
        FloatTensor to = node.call().constant(2, "ends");
        FloatTensor axes = node.call().constantOr(3, "axes", FloatTensor.zeros(1));
        FloatTensor steps = node.call().constantOr(4, "steps", FloatTensor.of(List.of(1), 1));
        node.require(
                from.elements() == 1 && to.elements() == 1 && axes.elements() == 1 && steps.elements() == 1,
                "cuts several dimensions at a time, which is not supported");
        return aten(
                "torch.slice",
                node,
                x,
                new Value.Whole((long) axes.at(0)),
                new Value.Whole((long) from.at(0)),
                new Value.Whole((long) to.at(0)),
                new Value.Whole((long) steps.at(0)));
    }

    private Value lined(OnnxNode node) {
        Value x = node.call().traced(0, "data");
        boolean less = node.operator().equals("Squeeze");
        int rank = ((Traced) x).shape().size();
        List<Long> axes = node.axes(1);
        int after = less ? rank : rank + axes.size();
        List<Integer> sorted = new ArrayList<>();
        for (long axis : axes) {
            node.require(axis >= -after && axis < after, "names dimension " + axis);
            sorted.add((int) Math.floorMod(axis, (long) after));
        }
        sorted.sort(less ? Comparator.reverseOrder() : Comparator.naturalOrder());
        for (int axis : sorted) {
            x = aten(less ? "torch.squeeze" : "torch.unsqueeze", node, x, new Value.Whole(axis));
        }
        return x;
    }

    /** Equal parts of one dimension, or those that are asked for. */
    private void split(OnnxNode node, List<String> outputs, String place) {
        Value x = patterns.settled(node.input(0));
        if (!(x instanceof Traced(int _, List<Integer> shape))) {
            throw node.refuse("splits a tensor of the file, which is not supported");
        }
        int axis = Math.floorMod((int) node.whole("axis", 0), shape.size());
        List<Long> sizes = new ArrayList<>();
        AttributeProto listed = node.attributes().get("split");
        if (listed != null) {
            sizes.addAll(listed.getIntsList());
        } else if (node.call().has(1, "split") && !(node.input(1) instanceof Value.Nothing)) {
            Arrays.stream(node.call().constant(1, "split").toArray()).forEach(size -> sizes.add((long) size));
        } else {
            node.require(
                    !outputs.isEmpty() && shape.get(axis) % outputs.size() == 0, "splits into parts of several sizes");
            outputs.forEach(_ -> sizes.add((long) shape.get(axis) / outputs.size()));
        }
        node.require(
                sizes.size() == outputs.size()
                        && sizes.stream().mapToLong(size -> size).sum() == shape.get(axis),
                "splits a dimension of " + shape.get(axis) + " into " + sizes);
        long from = 0;
        for (int i = 0; i < outputs.size(); i++) {
            long to = from + sizes.get(i);
            if (!outputs.get(i).isEmpty()) {
                Value part =
                        aten("torch.slice", node, x, new Value.Whole(axis), new Value.Whole(from), new Value.Whole(to));
                define(outputs.get(i), part, place);
            }
            from = to;
        }
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
