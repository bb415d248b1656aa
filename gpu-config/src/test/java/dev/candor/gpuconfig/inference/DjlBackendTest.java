package dev.candor.gpuconfig.inference;

import static dev.candor.gpuconfig.inference.Fixtures.bytes;
import static dev.candor.gpuconfig.inference.Fixtures.floats;
import static dev.candor.gpuconfig.inference.Fixtures.spec;
import static dev.candor.gpuconfig.inference.Fixtures.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.torchscript.ArchiveBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class DjlBackendTest {
    private static final Path SAVED = Path.of("src/test/resources/dev/candor/gpuconfig/torchscript/saved");
    private static DjlBackend backend;

    @TempDir
    Path directory;

    @BeforeAll
    static void open() {
        backend = Fixtures.backend();
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    @Test
    void namesItsDeviceAndBudget() {
        assertThat(backend.device()).isEqualTo("cpu:0");
        assertThat(backend.memoryBudget()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"UINT16", "UINT32", "UINT64", "BYTES"})
    void carriesEveryDatatypeOfPyTorch(DataType type) {
        ModelSpec spec = spec(List.of(tensor("x", type, -1, 3)), List.of(tensor("y", type, -1, 3)), 8);
        byte[] data = new byte[5 * 3 * type.size()];
        new Random(type.code()).nextBytes(data);
        if (type == DataType.BOOL) {
            for (int i = 0; i < data.length; i++) {
                data[i] &= 1;
            }
        }
        Tensor input = new Tensor("x", type, Shape.of(5, 3), Bytes.wrap(data));
        try (LoadedModel model = backend.load(identity(), spec)) {
            BatchOutput output =
                    model.run(List.of(List.of(input)), new int[] {5}).getFirst();
            assertThat(output).isEqualTo(new BatchOutput("y", type, 3L * type.size(), Shape.of(3), Bytes.wrap(data)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT16", "UINT32", "UINT64", "BYTES"})
    void refusesDatatypesThatPyTorchLacksByName(DataType type) {
        ModelSpec spec = spec(List.of(tensor("pixels", type, -1, 3)), List.of(tensor("y", type, -1, 3)), 8);
        refused(identity(), spec).contains("\"pixels\"").contains(type.name()).contains("FP32");
    }

    @Test
    void slicesABatchOfSeveralRequestsInOrder() {
        try (LoadedModel model = backend.load(MODELS_TWO, two())) {
            List<BatchOutput> outputs = model.run(
                    List.of(
                            List.of(rows("a", 1, 1), rows("b", 1, 10)),
                            List.of(rows("a", 2, 2), rows("b", 2, 20)),
                            List.of(rows("a", 3, 3), rows("b", 3, 30))),
                    new int[] {1, 2, 3});
            assertThat(outputs).hasSize(2);
            assertThat(outputs.get(0).name()).isEqualTo("sum");
            assertThat(outputs.get(0).itemBytes()).isEqualTo(12);
            assertThat(floats(outputs.get(0).data()))
                    .containsExactly(11, 11, 11, 22, 22, 22, 22, 22, 22, 33, 33, 33, 33, 33, 33, 33, 33, 33);
            assertThat(outputs.get(1).itemShape()).isEqualTo(Shape.of(1));
            assertThat(floats(outputs.get(1).data())).containsExactly(30, 120, 120, 270, 270, 270);
        }
    }

    @Test
    void padsWithZerosAndNeverWithTheRowsOfAnEarlierBatch() {
        Path file = ArchiveBuilder.forward("x: Tensor) -> Tensor", "return torch.add(x, torch.sum(x))")
                .write(directory);
        try (LoadedModel model = backend.load(file, floats(new long[] {-1, 1}, new long[] {-1, 1}))) {
            float[] large = new float[16];
            Arrays.fill(large, 1000);
            assertThat(run(model, 16, large)[0]).isEqualTo(17_000);
            // Eleven rows run on a rung of twelve.
            float[] ones = new float[11];
            Arrays.fill(ones, 1);
            assertThat(run(model, 11, ones)[0]).isEqualTo(12);
        }
    }

    @Test
    void takesTuplesListsAndDictionariesOfTensors() {
        ModelSpec spec = spec(
                List.of(tensor("x", DataType.FP32, -1, 1)),
                List.of(tensor("double", DataType.FP32, -1, 1), tensor("minus", DataType.FP32, -1, 1)),
                4);
        String twice = "torch.mul(x, 2)";
        String minus = "torch.neg(x)";
        List<Path> files = List.of(
                ArchiveBuilder.forward("x: Tensor) -> Tuple[Tensor, Tensor]", "return (" + twice + ", " + minus + ")")
                        .write(folder("tuple")),
                ArchiveBuilder.forward("x: Tensor) -> List[Tensor]", "return [" + twice + ", " + minus + "]")
                        .write(folder("list")),
                ArchiveBuilder.forward(
                                "x: Tensor) -> Tuple[Tensor, List[Tensor]]", "return (" + twice + ", [" + minus + "])")
                        .write(folder("nested")),
                ArchiveBuilder.forward(
                                "x: Tensor) -> Dict[str, Tensor]",
                                "return {\"minus\": " + minus + ", \"other\": x, \"double\": " + twice + "}")
                        .write(folder("dictionary")));
        for (Path file : files) {
            try (LoadedModel model = backend.load(file, spec)) {
                List<BatchOutput> outputs =
                        model.run(List.of(List.of(floats("x", Shape.of(2, 1), 3, 4))), new int[] {2});
                assertThat(floats(outputs.get(0).data())).containsExactly(6, 8);
                assertThat(floats(outputs.get(1).data())).containsExactly(-3, -4);
            }
        }
    }

    @Test
    void runsItemsOfAnyShapeWhereTheSpecificationLeavesItOpen() {
        try (LoadedModel model = backend.load(identity(), floats(new long[] {-1, -1, 2}, new long[] {-1, -1, 2}))) {
            for (int length : new int[] {1, 7, 3, 500, 2}) {
                float[] values = new float[length * 2];
                for (int i = 0; i < values.length; i++) {
                    values[i] = i;
                }
                BatchOutput output = model.run(
                                List.of(List.of(floats("x", Shape.of(1, length, 2), values))), new int[] {1})
                        .getFirst();
                assertThat(output.itemShape()).isEqualTo(Shape.of(length, 2));
                assertThat(floats(output.data())).isEqualTo(values);
            }
        }
    }

    @Test
    void refusesABatchThatIsLargerThanItsBound() {
        DjlBackend small = DjlBackend.open(Fixtures.CPU, Fixtures.settings("candor.executor.max-batch-bytes = 4096"));
        try (small;
                LoadedModel model = small.load(identity(), floats(new long[] {-1, -1}, new long[] {-1, -1}))) {
            Tensor large = floats("x", Shape.of(1, 2000), new float[2000]);
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> model.run(List.of(List.of(large)), new int[] {1}))
                    .withMessageContaining("candor.executor.max-batch-bytes");
        }
    }

    @Test
    void saysWhatWasExpectedAndWhatCameWhereASpecificationDoesNotFit() {
        refused(identity(), floats(new long[] {-1, 3}, new long[] {-1, 4}))
                .contains("output \"y\" of a batch of 1 is FP32[1,4], the model returns FP32[1,3]");
        ModelSpec integers =
                spec(List.of(tensor("x", DataType.FP32, -1, 3)), List.of(tensor("y", DataType.INT64, -1, 3)), 4);
        refused(identity(), integers).contains("is INT64[1,3], the model returns FP32[1,3]");
        ModelSpec three = spec(
                List.of(tensor("a", DataType.FP32, -1, 3), tensor("b", DataType.FP32, -1, 3)),
                List.of(
                        tensor("sum", DataType.FP32, -1, 3),
                        tensor("dot", DataType.FP32, -1, 1),
                        tensor("more", DataType.FP32, -1, 1)),
                4);
        refused(MODELS_TWO, three).contains("3 output(s), the model returns 2");
        refused(identity(), floats(new long[] {4, 3}, new long[] {-1, 3})).contains("first dimension is the batch");
        Path sum = ArchiveBuilder.forward("x: Tensor) -> Tensor", "return torch.sum(x)")
                .write(directory);
        refused(sum, floats(new long[] {-1, 3}, new long[] {-1})).contains("the model returns FP32[]");
        Path dictionary = ArchiveBuilder.forward("x: Tensor) -> Dict[str, Tensor]", "return {\"z\": x}")
                .write(directory);
        refused(dictionary, floats(new long[] {-1, 3}, new long[] {-1, 3})).contains("without \"y\"");
        Path number = ArchiveBuilder.forward("x: Tensor) -> int", "return 7").write(directory);
        refused(number, floats(new long[] {-1, 3}, new long[] {-1, 3})).contains("other than tensors");
    }

    @Test
    void refusesAModelThatFailsOnItsOwnSpecification() {
        refused(Fixtures.MODELS.resolve("mnist-mlp.pt"), floats(new long[] {-1, 783}, new long[] {-1, 10}))
                .contains("fails on a batch of 1")
                .contains("[1,783]")
                .contains("shapes cannot be multiplied");
        refused(MODELS_TWO, floats(new long[] {-1, 3}, new long[] {-1, 3})).contains("missing value for argument 'b'");
    }

    @Test
    void failsOneBatchAndGoesOn() {
        Path file = ArchiveBuilder.forward(
                        "x: Tensor) -> Tensor",
                        "if bool(torch.gt(torch.max(x), 100)):",
                        "  ops.prim.RaiseException(\"too bright\", \"builtins.ValueError\")",
                        "else:",
                        "  pass",
                        "return x")
                .write(directory);
        try (LoadedModel model = backend.load(file, floats(new long[] {-1, 1}, new long[] {-1, 1}))) {
            for (int i = 0; i < 3; i++) {
                RefusedException refused = assertThatExceptionOfType(RefusedException.class)
                        .isThrownBy(() -> run(model, 1, 101))
                        .actual();
                assertThat(refused.refusal().code()).isEqualTo(ErrorCode.EXECUTION_FAILED);
                assertThat(refused.refusal().sentence()).contains("too bright").doesNotContain("\n");
                assertThat(run(model, 1, 99)).containsExactly(99);
            }
        }
    }

    @Test
    void refusesABatchWhoseRequestsDisagree() {
        try (LoadedModel model = backend.load(identity(), floats(new long[] {-1, -1}, new long[] {-1, -1}))) {
            List<List<Tensor>> mixed =
                    List.of(List.of(floats("x", Shape.of(1, 2), 1, 2)), List.of(floats("x", Shape.of(1, 3), 1, 2, 3)));
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> model.run(mixed, new int[] {1, 1}))
                    .withMessageContaining("one shape");
            assertThatIllegalArgumentException().isThrownBy(() -> model.run(List.of(), new int[0]));
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            model.run(List.of(List.of(floats("x", Shape.of(17, 1), new float[17]))), new int[] {17}));
        }
    }

    @Test
    void refusesFilesThatAreDamagedOrAskForFiles() throws IOException {
        byte[] mlp = Files.readAllBytes(Fixtures.MODELS.resolve("mnist-mlp.pt"));
        Path damaged = directory.resolve("damaged.pt");
        ModelSpec spec = floats(new long[] {-1, 784}, new long[] {-1, 10});
        for (int at = 40; at < mlp.length; at += mlp.length / 40) {
            byte[] changed = mlp.clone();
            changed[at] ^= 0x55;
            refused(Files.write(damaged, changed), spec).isNotEmpty();
        }
        refused(SAVED.resolve("reads-file.pt"), floats(new long[] {-1, 4}, new long[] {-1, 4}))
                .contains("torch.from_file");
    }

    @Test
    void runsWhatPyTorchSaves() {
        ModelSpec words =
                spec(List.of(tensor("x", DataType.INT64, -1, 5)), List.of(tensor("y", DataType.FP32, -1, 3)), 4);
        backend.load(SAVED.resolve("words.pt"), words).close();
        backend.load(SAVED.resolve("frozen.pt"), floats(new long[] {-1, 1, 8, 8}, new long[] {-1, 144}))
                .close();
        backend.load(SAVED.resolve("transformer.pt"), floats(new long[] {-1, 6, 16}, new long[] {-1, 6, 16}))
                .close();
        backend.load(SAVED.resolve("transformer.pt"), floats(new long[] {-1, -1, 16}, new long[] {-1, -1, 16}))
                .close();
        for (DataType type : List.of(DataType.FP16, DataType.BF16)) {
            ModelSpec narrow = spec(List.of(tensor("x", type, -1, 4)), List.of(tensor("y", type, -1, 4)), 4);
            backend.load(SAVED.resolve(type == DataType.FP16 ? "half.pt" : "bfloat16.pt"), narrow)
                    .close();
        }
        ModelSpec control = spec(
                List.of(tensor("x", DataType.FP32, -1, 4), tensor("flag", DataType.BOOL, -1, 1)),
                List.of(
                        tensor("a", DataType.FP32, -1, 4),
                        tensor("b", DataType.FP32, -1, 4),
                        tensor("positive", DataType.BOOL, -1, 4),
                        tensor("best", DataType.INT64, -1),
                        tensor("rest", DataType.FP32, -1, 4)),
                4);
        try (LoadedModel model = backend.load(SAVED.resolve("control.pt"), control)) {
            List<BatchOutput> outputs = model.run(
                    List.of(List.of(
                            floats("x", Shape.of(1, 4), 1, 2, 3, 4),
                            new Tensor("flag", DataType.BOOL, Shape.of(1, 1), Bytes.wrap(new byte[] {1})))),
                    new int[] {1});
            assertThat(outputs.get(3).itemShape()).isEqualTo(Shape.of());
            assertThat(outputs.get(3).data().length()).isEqualTo(8);
        }
    }

    @Test
    void countsWeightsAndBuffersAsMemory() {
        try (LoadedModel model = backend.load(
                Fixtures.MODELS.resolve("mnist-mlp.pt"), floats(new long[] {-1, 784}, new long[] {-1, 10}))) {
            assertThat(model.memory()).isEqualTo(101_770 * 4L + 16 * 784 * 4 + 16 * 10 * 4);
        }
    }

    @Test
    void freesModelsWithTheBackendAndToleratesClosingTwice() {
        DjlBackend other = Fixtures.backend();
        LoadedModel model = other.load(identity(), floats(new long[] {-1, 3}, new long[] {-1, 3}));
        other.close();
        model.close();
        other.close();
    }

    private static final Path MODELS_TWO = SAVED.resolve("two.pt");

    private static ModelSpec two() {
        return spec(
                List.of(tensor("a", DataType.FP32, -1, 3), tensor("b", DataType.FP32, -1, 3)),
                List.of(tensor("sum", DataType.FP32, -1, 3), tensor("dot", DataType.FP32, -1, 1)),
                8);
    }

    private static Tensor rows(String name, int rows, float value) {
        float[] values = new float[rows * 3];
        Arrays.fill(values, value);
        return new Tensor(name, DataType.FP32, Shape.of(rows, 3), bytes(values));
    }

    private static float[] run(LoadedModel model, int rows, float... values) {
        return floats(model.run(List.of(List.of(floats("x", Shape.of(rows, 1), values))), new int[] {rows})
                .getFirst()
                .data());
    }

    private Path identity() {
        return ArchiveBuilder.forward("x: Tensor) -> Tensor", "return x").write(directory);
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AbstractStringAssert<?> refused(Path file, ModelSpec spec) {
        RefusedException refused = assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> backend.load(file, spec))
                .actual();
        assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INVALID_MODEL);
        return assertThat(refused.refusal().sentence());
    }
}
