package dev.candor.proving.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.candor.proving.graph.FloatOperation.Linear;
import dev.candor.proving.graph.TokenOperation.Embedding;
import dev.candor.proving.graph.TokenOperation.LayerNorm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * ONNX files of the networks {@code block} and {@code tokens} with the weights of their TorchScript files: as PyTorch's exporter writes
 * them for operators of version 14, or with the operators that later versions have.
 */
public final class OnnxBlocks {
    private final FloatGraph weights;
    private final boolean exported;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private int names;
    private int linears;
    private int norms;

    private OnnxBlocks(FloatGraph weights, boolean exported) {
        this.weights = weights;
        this.exported = exported;
    }

    /**
     * A transformer block that normalises first, for 6 tokens of width 12 and 3 heads.
     *
     * @param exported as PyTorch's exporter writes it
     */
    public static ByteBuffer block(FloatGraph weights, boolean exported) {
        OnnxBlocks blocks = new OnnxBlocks(weights, exported);
        String x = "x";
        String attended = blocks.attention(blocks.norm(x), 6, 12, 3);
        String sum = blocks.node("Add", x, attended);
        String hidden = blocks.gelu(blocks.linear(blocks.norm(sum)));
        return blocks.file(blocks.node("Add", sum, blocks.linear(hidden)));
    }

    /** A classifier of 5 tokens out of 11 by a block of width 16 and 2 heads. */
    public static ByteBuffer tokens(FloatGraph weights, boolean exported) {
        OnnxBlocks blocks = new OnnxBlocks(weights, exported);
        Embedding embedding = blocks.operations(Embedding.class).getFirst();
        String x = blocks.node("Gather", blocks.tensor(embedding.weight()), "x");
        String attended = blocks.norm(blocks.node("Add", x, blocks.attention(x, 5, 16, 2)));
        String hidden = blocks.linear(blocks.gelu(blocks.linear(attended)));
        String row = blocks.node("Flatten", blocks.norm(blocks.node("Add", attended, hidden)));
        Linear last = blocks.operations(Linear.class).get(blocks.linears);
        String answer = blocks.node(
                "Gemm", List.of(whole("transB", 1)), row, blocks.tensor(last.weight()), blocks.tensor(last.bias()));
        String scaled = blocks.node("Div", answer, blocks.number(0.5));
        AttributeProto tangent = AttributeProto.newBuilder()
                .setName("approximate")
                .setS(ByteString.copyFromUtf8("tanh"))
                .build();
        return blocks.file(
                blocks.node("Softmax", List.of(whole("axis", -1)), blocks.node("Gelu", List.of(tangent), scaled)));
    }

    private <T> List<T> operations(Class<T> kind) {
        return weights.nodes().stream()
                .map(FloatGraph.FloatNode::operation)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private String attention(String x, int tokens, int width, int heads) {
        int part = width / heads;
        List<String> rows = new ArrayList<>();
        if (exported) {
            // Tokens first, then the batch; queries, keys and values as a dimension of their own.
            String wide = linear(node("Transpose", List.of(wholes("perm", 1, 0, 2)), x));
            String split = node("Reshape", wide, wholeTensor(tokens, 1, 3, width));
            String front =
                    node("Transpose", List.of(wholes("perm", 3, 1, 2, 0, 4)), node("Unsqueeze", split, wholeTensor(0)));
            String three = node("Squeeze", front, wholeTensor(-2));
            for (int i = 0; i < 3; i++) {
                rows.add(node("Gather", List.of(whole("axis", 0)), three, scalar(i)));
            }
            rows.replaceAll(row -> {
                String each = node("Reshape", row, wholeTensor(tokens, heads, part));
                return node("Transpose", List.of(wholes("perm", 1, 0, 2)), each);
            });
            rows.replaceAll(row -> node("Reshape", row, wholeTensor(1, heads, tokens, part)));
            String shape = node("Shape", rows.getFirst());
            String size = node("Slice", shape, wholeTensor(-1), wholeTensor(Long.MAX_VALUE));
            String root = node("Sqrt", node("Cast", size));
            String factor = node("Sqrt", node("Div", number(1), root));
            String keys = node("Transpose", List.of(wholes("perm", 0, 1, 3, 2)), rows.get(1));
            String scores = node("MatMul", node("Mul", rows.get(0), factor), node("Mul", keys, factor));
            String shares = node("Softmax", List.of(whole("axis", -1)), scores);
            String mixed = node("Transpose", List.of(wholes("perm", 2, 0, 1, 3)), node("MatMul", shares, rows.get(2)));
            Linear out = operations(Linear.class).get(linears++);
            String flat = node("Reshape", mixed, wholeTensor(tokens, width));
            String gemm = node("Gemm", List.of(whole("transB", 1)), flat, tensor(out.weight()), tensor(out.bias()));
            return node(
                    "Transpose",
                    List.of(wholes("perm", 1, 0, 2)),
                    node("Reshape", gemm, wholeTensor(tokens, 1, width)));
        }
        List<String> parts = List.of(fresh(), fresh(), fresh());
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Split")
                .addInput(linear(x))
                .addAllOutput(parts)
                .addAttribute(whole("axis", -1)));
        for (String each : parts) {
            String split = node("Reshape", each, wholeTensor(0, tokens, heads, part));
            rows.add(node("Transpose", List.of(wholes("perm", 0, 2, 1, 3)), split));
        }
        String keys = node("Transpose", List.of(wholes("perm", 0, 1, 3, 2)), rows.get(1));
        String scores = node("Div", node("MatMul", rows.get(0), keys), number(Math.sqrt(part)));
        String mixed = node("MatMul", node("Softmax", scores), rows.get(2));
        String joined = node("Transpose", List.of(wholes("perm", 0, 2, 1, 3)), mixed);
        return linear(node("Reshape", joined, wholeTensor(0, tokens, width)));
    }

    private String linear(String x) {
        Linear linear = operations(Linear.class).get(linears++);
        return node("Add", node("MatMul", x, tensor(linear.weight().transposed())), tensor(linear.bias()));
    }

    private String norm(String x) {
        LayerNorm norm = operations(LayerNorm.class).get(norms++);
        String weight = tensor(norm.weight());
        String bias = tensor(norm.bias());
        if (!exported) {
            AttributeProto epsilon =
                    AttributeProto.newBuilder().setName("epsilon").setF(1e-5f).build();
            return node("LayerNormalization", List.of(epsilon), x, weight, bias);
        }
        String centred = node("Sub", x, node("ReduceMean", List.of(wholes("axes", -1)), x));
        String variance = node("ReduceMean", List.of(wholes("axes", -1)), node("Pow", centred, number(2)));
        String normalised = node("Div", centred, node("Sqrt", node("Add", variance, number(1e-5))));
        return node("Add", node("Mul", normalised, weight), bias);
    }

    private String gelu(String x) {
        if (!exported) {
            return node("Gelu", x);
        }
        String error = node("Erf", node("Div", x, number(Math.sqrt(2))));
        return node("Mul", node("Mul", x, node("Add", error, number(1))), number(0.5));
    }

    private String fresh() {
        return "v" + names++;
    }

    private String node(String operator, String... inputs) {
        return node(operator, List.of(), inputs);
    }

    private String node(String operator, List<AttributeProto> attributes, String... inputs) {
        String output = fresh();
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addAllAttribute(attributes)
                .addOutput(output));
        return output;
    }

    private static AttributeProto whole(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setI(value).build();
    }

    private static AttributeProto wholes(String name, long... values) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private String tensor(FloatTensor tensor) {
        TensorProto.Builder proto = TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT.getNumber());
        tensor.shape().forEach(proto::addDims);
        for (double value : tensor.toArray()) {
            proto.addFloatData((float) value);
        }
        return initializer(proto);
    }

    private String number(double value) {
        return initializer(TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addFloatData((float) value));
    }

    private String scalar(long value) {
        return initializer(TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addInt64Data(value));
    }

    private String wholeTensor(long... values) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        for (long value : values) {
            proto.addInt64Data(value);
        }
        return initializer(proto);
    }

    private String initializer(TensorProto.Builder proto) {
        String name = fresh();
        graph.addInitializer(proto.setName(name));
        return name;
    }

    private ByteBuffer file(String output) {
        graph.addInput(ValueInfoProto.newBuilder().setName("x"));
        graph.addOutput(ValueInfoProto.newBuilder().setName(output));
        return ByteBuffer.wrap(ModelProto.newBuilder()
                .setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(exported ? 14 : 20))
                .build()
                .toByteArray());
    }
}
