package dev.candor.proving.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.candor.proving.network.Shape;
import dev.candor.torchscript.InvalidModelException;
import dev.candor.torchscript.TorchScriptWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchScriptReaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"residual", "sequential", "pools", "single", "tokens", "block"})
    void readsWhatPyTorchTracedAndAnswersAsPyTorch(String name) {
        Samples samples = Samples.of(name);
        FloatGraph graph = TorchScriptReader.read(Samples.file(name + ".pt"), samples.shape());

        for (int i = 0; i < samples.inputs().size(); i++) {
            double[] answer = FloatExecution.run(graph, samples.inputs().get(i)).get(graph.output());
            assertThat(answer).containsExactly(samples.answers().get(i), within(1e-5));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "softmax | 3 | torch.softmax (code/__torch__/torch/nn/modules/activation.py line 8) is not over the last dimension",
                "sigmoid | 3 | torch.sigmoid (code/__torch__/torch/nn/modules/activation.py line 8) is not supported; supported are",
                "groups | 4x5x5 | torch._convolution (code/__torch__/torch/nn/modules/conv/___torch_mangle_38.py line 12) has 2 groups; only one is supported",
                "dilation | 1x7x7 | torch._convolution (code/__torch__/torch/nn/modules/conv/___torch_mangle_40.py line 12) has a dilation other than 1",
                "transposed | 1x5x5 | torch._convolution (code/__torch__/torch/nn/modules/conv.py line 12) is a transposed convolution",
                "padded-max | 1x6x6 | torch.max_pool2d (code/__torch__/torch/nn/modules/pooling/___torch_mangle_43.py line 8) has padding",
                "single | 7 | linear (code/__torch__/torch/nn/modules/linear/___torch_mangle_30.py line 12) does not fit an input of 7; is the input's shape right?"
            })
    void refusesByNameAndPlace(String name, String shape, String sentence) {
        Shape input = new Shape(
                List.of(shape.split("x")).stream().map(Integer::valueOf).toList());

        assertThatExceptionOfType(UnsupportedModelException.class)
                .isThrownBy(() -> TorchScriptReader.read(Samples.file(name + ".pt"), input))
                .withMessageStartingWith(sentence);
    }

    @Test
    void refusesCodeThatBranches() {
        refused("if True:", "  return x", "return x")
                .isEqualTo("\"if\" (code/__torch__.py line 7) is not supported: only traced modules, without branches"
                        + " and loops, are compiled");
    }

    @Test
    void refusesOutputsThatAreNoSingleTensor() {
        refused("return (x, x)").contains("the model gives a list of 2; a single tensor");
        refused("return x").isEqualTo("the model's output does not depend on its input");
    }

    @Test
    void refusesNamesWithoutValues() {
        refused("return torch.relu(y)").isEqualTo("the name y (code/__torch__.py line 7) has no value");
        refused("return torch.relu(x.training)").contains(".training (code/__torch__.py line 7) is taken of a tensor");
        refused("return torch.relu(x[0])").contains("an index (code/__torch__.py line 7) is not supported in code");
    }

    @Test
    void refusesArgumentsOfOtherKinds() {
        refused("return torch.flatten(x, x)")
                .isEqualTo("torch.flatten (code/__torch__.py line 7) has a tensor that depends on the input for"
                        + " start_dim; only an integer is supported there");
        refused("return torch.flatten(x)").contains("flattens the batch");
        refused("return torch.reshape(x, [2, 3])").contains("gives [1, 4] the shape [2, 3]; the number of elements");
        refused("return torch.reshape(x, [2, 2])").contains("gives a tensor of shape [2, 2]; the batch, of 1, has to");
        refused("return torch.add(x, 1)").contains("has the integer 1 for other");
        refused("return torch.add(x, x, alpha=2)").contains("multiplies what it adds by 2.0");
        refused("return torch.relu(torch.dropout(x, 0.5, True))").contains("was traced in training mode");
    }

    @Test
    void refusesModulesThatCallThemselvesForEver() {
        refused("return (self).forward(x, )").contains("calls modules nested deeper than 100");
    }

    @Test
    void leavesOutWhatTheOutputDoesNotNeed() {
        ByteBuffer file = file("y = torch.relu(x)", "z = torch.relu(y)", "return torch.add(x, y)");
        FloatGraph graph = TorchScriptReader.read(file, Shape.of(4));

        assertThat(graph.nodes()).extracting(node -> node.operation().name()).containsExactly("relu", "add");
    }

    @Test
    void refusesWhatIsNoTorchScriptFile() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> TorchScriptReader.read(ByteBuffer.wrap(new byte[100]), Shape.of(1)));
    }

    private static AbstractStringAssert<?> refused(String... body) {
        return assertThat(assertThatExceptionOfType(UnsupportedModelException.class)
                .isThrownBy(() -> TorchScriptReader.read(file(body), Shape.of(4)))
                .actual()
                .getMessage());
    }

    private static ByteBuffer file(String... body) {
        TorchScriptWriter writer = new TorchScriptWriter("M");
        List.of(body).forEach(writer::statement);
        return ByteBuffer.wrap(writer.bytes());
    }
}
