package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.NetworkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelCommandTest {
    private static final Path MODELS = Path.of("../models");
    private static final Path IMAGES = MODELS.resolve("digits-test-images.idx3-ubyte.gz");
    private static final Path LABELS = MODELS.resolve("digits-test-labels.idx1-ubyte.gz");

    @TempDir
    Path folder;

    @Test
    void compilesAModelIntoFilesAndSaysWhatItCosts() throws IOException {
        Path out = folder.resolve("mlp");
        Terminal done = compile("mnist-mlp.pt", "784", out, "--labels", LABELS, "--json");

        assertThat(done.err()).isEmpty();
        assertThat(done.code()).isZero();
        JsonNode summary = done.json();
        assertThat(summary.path("descriptor").asText())
                .isEqualTo(Descriptor.hexHash(NetworkFolder.read(out).architecture()));
        assertThat(summary.path("weights").asLong()).isEqualTo(101_770);
        assertThat(summary.path("multiply_accumulates").asLong()).isEqualTo(784 * 128 + 128 * 10);
        assertThat(summary.path("samples").asInt()).isEqualTo(2000);
        assertThat(summary.path("agreeing").asInt()).isEqualTo(1997);
        assertThat(summary.path("right").asInt()).isEqualTo(1906);
        assertThat(summary.path("right_exact").asInt()).isEqualTo(1904);
        assertThat(summary.path("layers")).hasSize(3);
        summary.path("files").forEach(file -> assertThat(Path.of(file.asText())).isNotEmptyFile());
    }

    @Test
    void printsALineForEachOperation() {
        Terminal done = compile("lenet5.pt", "1,28,28", folder.resolve("lenet"));

        assertThat(done.code()).isZero();
        assertThat(done.err()).contains("calibrating by 200 of 2000 samples", "comparing on 2000 samples");
        assertThat(done.out())
                .contains(
                        "61706 weights and biases",
                        "on 2000 of 2000 samples",
                        "avg_pool2d",
                        "code/__torch__.py line 18");
    }

    @Test
    void saysWhatCannotBeCompiledAndWritesNothing() throws IOException {
        Path out = folder.resolve("none");
        assertThat(compile("mnist-mlp.pt", "1,28,28", out).err())
                .contains(
                        "linear (code/__torch__/torch/nn/modules/linear.py line 12) does not fit an input of 1x28x28");
        assertThat(compile("noop.pt", "784", out).err()).contains("the model's output does not depend on its input");
        assertThat(compile("mnist-mlp.pt", "10", out).err())
                .contains("the samples have the shape [2000, 28, 28]; each should hold 10 numbers");
        Path text = Files.writeString(folder.resolve("text.onnx"), "hello");
        Terminal refused = run("compile", text, "--input-shape", "784", "--samples", IMAGES, "--out", out);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("text.onnx: the file is no ONNX model");
        assertThat(out).doesNotExist();
    }

    @Test
    void refusesAWrongCommandLine() {
        assertThat(run("compile", "x.pt").code()).isEqualTo(2);
        assertThat(run().code()).isEqualTo(2);
        assertThat(run(
                                "compile",
                                MODELS.resolve("missing.pt"),
                                "--input-shape",
                                "784",
                                "--samples",
                                IMAGES,
                                "--out",
                                folder)
                        .err())
                .contains("there is no file ../models/missing.pt");
    }

    private static Terminal compile(String model, String shape, Path out, Object... more) {
        Object[] arguments = new Object[8 + more.length];
        Object[] fixed = {"compile", MODELS.resolve(model), "--input-shape", shape, "--samples", IMAGES, "--out", out};
        System.arraycopy(fixed, 0, arguments, 0, fixed.length);
        System.arraycopy(more, 0, arguments, fixed.length, more.length);
        return run(arguments);
    }

    private static Terminal run(Object... arguments) {
        return Terminal.run(new ModelCommand(), arguments);
    }
}
