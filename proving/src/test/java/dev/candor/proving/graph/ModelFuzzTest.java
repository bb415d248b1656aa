package dev.candor.proving.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.proving.network.Shape;
import dev.candor.torchscript.InvalidModelException;
import dev.candor.torchscript.TorchScriptWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a model's file holds, a compiler's reader makes a graph of it or refuses it by a sentence. {@code scripts/long/fuzz} looks for new inputs;
 * otherwise the known ones run.
 */
final class ModelFuzzTest {
    private static final List<String> ONNX = List.of("residual", "sequential", "pools", "single");
    private static final List<Shape> SHAPES =
            ONNX.stream().map(name -> Samples.of(name).shape()).toList();

    /** The first byte says which network's shape the file is read with. */
    static Stream<byte[]> onnxFiles() {
        return Stream.iterate(0, i -> i < ONNX.size(), i -> i + 1).map(i -> {
            ByteBuffer file = Samples.file(ONNX.get(i) + ".onnx");
            byte[] seed = new byte[1 + file.remaining()];
            seed[0] = (byte) (int) i;
            file.get(seed, 1, seed.length - 1);
            return seed;
        });
    }

    @MethodSource("onnxFiles")
    @FuzzTest(maxDuration = "10s")
    void onnx(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Shape shape = SHAPES.get((input[0] & 0xff) % SHAPES.size());
        try {
            OnnxReader.read(ByteBuffer.wrap(input, 1, input.length - 1), shape);
        } catch (UnsupportedModelException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    static Stream<byte[]> bodies() {
        return Stream.of(
                        "y = torch.relu(x)\nreturn torch.add(x, y)",
                        "return torch.reshape(x, [1, 2, 2])",
                        "return torch.flatten(torch.unsqueeze(x, 1), 1)",
                        "a, b = torch.split(x, 2, 1)\nreturn torch.add(a, b)",
                        "return torch.softmax(torch.matmul(x, torch.transpose(x, 0, 1)), -1)",
                        "return torch.max_pool2d(torch.reshape(x, [1, 1, 2, 2]), [2, 2], [1, 1], [0, 0], [1, 1], False)",
                        "return (self).forward(x, )",
                        "n = ops.prim.NumToTensor(torch.size(x, 0))\nreturn torch.view(x, [int(n), -1])")
                .map(body -> body.getBytes(StandardCharsets.UTF_8));
    }

    /** The lines of a traced module's method. */
    @MethodSource("bodies")
    @FuzzTest(maxDuration = "10s")
    void torchScript(byte[] body) {
        TorchScriptWriter writer = new TorchScriptWriter("M");
        new String(body, StandardCharsets.UTF_8).lines().forEach(writer::statement);
        try {
            TorchScriptReader.read(ByteBuffer.wrap(writer.bytes()), Shape.of(4));
        } catch (UnsupportedModelException | InvalidModelException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
