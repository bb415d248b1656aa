package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.gpuconfig.dataset.IdxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped models on the 2,000 digits that they were not trained on, through the backend alone. */
class AccuracyTest {
    private static final Path MODELS = Fixtures.MODELS;
    private static DjlBackend backend;
    private static IdxFile images;
    private static IdxFile labels;

    @BeforeAll
    static void open() throws IOException {
        backend = Fixtures.backend();
        images = IdxFile.read(MODELS.resolve("digits-test-images.idx3-ubyte.gz"));
        labels = IdxFile.read(MODELS.resolve("digits-test-labels.idx1-ubyte.gz"));
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    @Test
    void mlpIsRightOnNineteenDigitsOfTwenty() throws IOException {
        assertThat(accuracy(answers("mnist-mlp", MODELS.resolve("mnist-mlp.pt"), 32)))
                .isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void leNetIsRightOnNinetySevenOfAHundred() throws IOException {
        assertThat(accuracy(answers("lenet5", MODELS.resolve("lenet5.pt"), 32))).isGreaterThanOrEqualTo(0.97);
    }

    @Test
    void answersAreTheSameInOtherBatches() throws IOException {
        assertThat(answers("lenet5", MODELS.resolve("lenet5.pt"), 17))
                .isEqualTo(answers("lenet5", MODELS.resolve("lenet5.pt"), 1));
    }

    @Test
    void swappedOutputRowsGiveTheAccuracyThatFollows(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(python("--version"), "python3 is not installed");
        List<Integer> expected = new ArrayList<>();
        for (int answer : answers("mnist-mlp", MODELS.resolve("mnist-mlp.pt"), 32)) {
            expected.add(answer == 3 ? 8 : answer == 8 ? 3 : answer);
        }
        Path swapped = directory.resolve("swapped.pt");
        assertThat(python(
                        MODELS.resolve("swap_output_rows.py").toString(),
                        MODELS.resolve("mnist-mlp.pt").toString(),
                        swapped.toString(),
                        "3",
                        "8"))
                .isTrue();
        List<Integer> answers = answers("mnist-mlp", swapped, 32);
        assertThat(answers).isEqualTo(expected);
        assertThat(accuracy(answers)).isLessThan(0.85);
    }

    @Test
    void theScriptWritesTheShippedNoop(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(python("--version"), "python3 is not installed");
        Path made = directory.resolve("noop.pt");
        assertThat(python(MODELS.resolve("make_noop.py").toString(), made.toString()))
                .isTrue();
        assertThat(made).hasSameBinaryContentAs(MODELS.resolve("noop.pt"));
        ModelSpec spec = spec("noop");
        try (LoadedModel noop = backend.load(made, spec)) {
            assertThat(noop.memory()).isPositive();
        }
    }

    private static List<Integer> answers(String name, Path file, int batch) throws IOException {
        ModelSpec spec = spec(name);
        TensorSpec input = spec.inputs().getFirst();
        List<Integer> answers = new ArrayList<>();
        try (LoadedModel model = backend.load(file, spec)) {
            for (int first = 0; first < images.count(); first += batch) {
                int rows = Math.min(batch, images.count() - first);
                Tensor tensor = new Tensor(
                        input.name(), DataType.FP32, input.shape().withBatch(rows), images.scaled(first, rows));
                float[] logits = Fixtures.floats(model.run(List.of(List.of(tensor)), new int[] {rows})
                        .getFirst()
                        .data());
                for (int row = 0; row < rows; row++) {
                    int best = 0;
                    for (int digit = 1; digit < 10; digit++) {
                        best = logits[row * 10 + digit] > logits[row * 10 + best] ? digit : best;
                    }
                    answers.add(best);
                }
            }
        }
        return answers;
    }

    private static ModelSpec spec(String name) throws IOException {
        return ModelSpecJson.read(Files.readAllBytes(MODELS.resolve(name + ".json")))
                .spec();
    }

    private static double accuracy(List<Integer> answers) {
        int right = 0;
        for (int i = 0; i < answers.size(); i++) {
            right += answers.get(i) == labels.label(i) ? 1 : 0;
        }
        return (double) right / labels.count();
    }

    private static boolean python(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Path.of("target/python.log").toFile())
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
