package dev.candor.proving.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.candor.proving.network.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxReaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"residual", "sequential", "pools", "single"})
    void readsWhatPyTorchExportedAndAnswersAsPyTorch(String name) {
        Samples samples = Samples.of(name);
        FloatGraph graph = OnnxReader.read(Samples.file(name + ".onnx"), samples.shape());

        for (int i = 0; i < samples.inputs().size(); i++) {
            double[] answer = FloatExecution.run(graph, samples.inputs().get(i)).get(graph.output());
            assertThat(answer).containsExactly(samples.answers().get(i), within(1e-5));
        }
    }

    @Test
    void aMatrixProductAndASumAreALinearLayer() {
        GraphProto graph = graph().addInitializer(tensor("w", List.of(4L, 2L), 1, 2, 3, 4, 5, 6, 7, 8))
                .addInitializer(tensor("b", List.of(2L), 10, 20))
                .addNode(node("MatMul", "product", "x", "w").addOutput("p"))
                .addNode(node("Add", "sum", "p", "b").addOutput("y"))
                .build();
        FloatGraph read = OnnxReader.read(file(graph), Shape.of(4));

        assertThat(FloatExecution.run(read, new double[] {1, 1, 1, 1}).get(read.output()))
                .containsExactly(26, 40);
    }

    @Test
    void refusesByNameAndPlace() {
        refused(graph().addNode(node("Sigmoid", "act", "x").addOutput("y")))
                .startsWith("Sigmoid (node act) is not supported; supported are Gemm");
        refused(graph().addNode(node("Relu", "", "z").addOutput("y")))
                .isEqualTo("Relu (node 0) takes z, which has no value");
        refused(graph().addNode(node("Relu", "r", "x").setDomain("com.example").addOutput("y")))
                .isEqualTo("Relu (node r) is of the domain com.example; only ONNX's own operators are supported");
        refused(graph().addNode(node("Relu", "r", "x").addOutput("x")))
                .isEqualTo("the name \"x\" (node r) is given twice");
        refused(graph().addNode(node("Relu", "r", "x").addOutput("y").addOutput("z")))
                .isEqualTo("Relu (node r) gives 2 tensors; one is supported");
        refused(graph().addNode(node("Relu", "r").addOutput("y"))).contains("has no argument input 0");
        refused(graph().addNode(node("Flatten", "f", "x")
                        .addAttribute(whole("axis", 0))
                        .addOutput("y")))
                .isEqualTo("Flatten (node f) flattens from another dimension than 1");
    }

    @Test
    void refusesPartsOfNormalisationsAndGeluByThemselves() {
        refused(graph().addNode(node("Erf", "e", "x").addOutput("y")))
                .isEqualTo("Erf (node e) is supported as a part of a GELU only: of x over the root of 2");
        refused(graph().addNode(mean("m", "x").addOutput("v"))
                        .addNode(node("Relu", "r", "v").addOutput("y")))
                .isEqualTo("ReduceMean (node m) is supported as a part of a layer normalisation only");
        refused(graph().addNode(mean("m", "x").addOutput("y")))
                .isEqualTo("ReduceMean (node m) is supported as a part of a layer normalisation only");
        refused(graph().addNode(node("Mul", "square", "x", "x").addOutput("y")))
                .isEqualTo(
                        "Mul (node square) is supported by a single number, or as a part of a layer normalisation or GELU");
        refused(graph().addNode(node("Softmax", "s", "x")
                        .addAttribute(whole("axis", 0))
                        .addOutput("y")))
                .isEqualTo("Softmax (node s) is not over the last dimension, which alone is supported");
        refused(graph().addInitializer(tensor("i", List.of(2L), 0, 1))
                        .addNode(node("Gather", "g", "x", "i").addOutput("y")))
                .isEqualTo("Gather (node g) picks more than one index of a tensor");
    }

    private static NodeProto.Builder mean(String name, String x) {
        return node("ReduceMean", name, x)
                .addAttribute(AttributeProto.newBuilder().setName("axes").addInts(-1));
    }

    @Test
    void refusesTensorsThatContradictThemselves() {
        refused(graph().addInitializer(tensor("w", List.of(3L), 1, 2))
                        .addNode(node("Relu", "r", "x").addOutput("y")))
                .isEqualTo("the data (tensor w) holds 2 elements of 3");
        refused(graph().addInitializer(tensor("w", List.of(1L << 40)))
                        .addNode(node("Relu", "r", "x").addOutput("y")))
                .isEqualTo("the shape (tensor w) has more than 2^26 elements");
    }

    @Test
    void refusesGraphsWithOtherThanOneInputAndOutput() {
        refused(graph().addInput(ValueInfoProto.newBuilder().setName("second"))
                        .addNode(node("Relu", "r", "x").addOutput("y")))
                .isEqualTo("the model has 2 inputs and 1 outputs; one of each is supported");
    }

    @Test
    void everyChangedFileIsReadOrRefused() {
        byte[] whole = new byte[Samples.file("pools.onnx").remaining()];
        Samples.file("pools.onnx").get(whole);
        Random random = new Random(11);
        for (int round = 0; round < 5_000; round++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                OnnxReader.read(ByteBuffer.wrap(changed, 0, random.nextInt(changed.length)), Shape.of(3, 8, 8));
                OnnxReader.read(ByteBuffer.wrap(changed), Shape.of(3, 8, 8));
            } catch (UnsupportedModelException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    private static AbstractStringAssert<?> refused(GraphProto.Builder graph) {
        return assertThat(assertThatExceptionOfType(UnsupportedModelException.class)
                .isThrownBy(() -> OnnxReader.read(file(graph.build()), Shape.of(4)))
                .actual()
                .getMessage());
    }

    private static ByteBuffer file(GraphProto graph) {
        return ByteBuffer.wrap(ModelProto.newBuilder().setGraph(graph).build().toByteArray());
    }

    private static GraphProto.Builder graph() {
        return GraphProto.newBuilder()
                .addInput(ValueInfoProto.newBuilder().setName("x"))
                .addOutput(ValueInfoProto.newBuilder().setName("y"));
    }

    private static NodeProto.Builder node(String operator, String name, String... inputs) {
        return NodeProto.newBuilder().setOpType(operator).setName(name).addAllInput(List.of(inputs));
    }

    private static AttributeProto.Builder whole(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setI(value);
    }

    private static TensorProto.Builder tensor(String name, List<Long> shape, float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addAllDims(shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor;
    }
}
