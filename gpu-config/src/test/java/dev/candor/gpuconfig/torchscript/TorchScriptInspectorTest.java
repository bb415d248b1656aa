package dev.candor.gpuconfig.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.torchscript.ArchiveBuilder;
import dev.candor.torchscript.Inspection;
import dev.candor.torchscript.InspectionLimits;
import dev.candor.torchscript.Pickle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchScriptInspectorTest {
    private static final Path MODELS = Path.of("../models");
    private static final TorchScriptInspector INSPECTOR = new TorchScriptInspector(InspectionLimits.DEFAULT);

    @Test
    void acceptsTheModelsThatAreShipped() {
        Inspection mlp = INSPECTOR.inspect(MODELS.resolve("mnist-mlp.pt"));
        assertThat(mlp.model()).isEqualTo("__torch__.Mlp");
        assertThat(mlp.weights()).isEqualTo(784 * 128 + 128 + 128 * 10 + 10);
        assertThat(mlp.weightBytes()).isEqualTo(4 * mlp.weights());
        assertThat(mlp.operators()).containsExactly("torch.linear", "torch.relu");
        assertThat(INSPECTOR.inspect(MODELS.resolve("lenet5.pt")).weights()).isEqualTo(61_706);
        assertThat(INSPECTOR.inspect(MODELS.resolve("noop.pt")).weights()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"words", "transformer", "two", "frozen", "half", "bfloat16"})
    void acceptsWhatPyTorchSaves(String name) {
        assertThat(INSPECTOR.inspect(saved(name)).model()).startsWith("__torch__.");
    }

    @Test
    void acceptsControlFlowTextsAndEveryKindOfPlainField() {
        Inspection control = INSPECTOR.inspect(saved("control"));
        assertThat(control.operators()).contains("ops.prim.RaiseException", "torch.format", "torch._set_item");
    }

    @ParameterizedTest
    @CsvSource({
        "reads-file, torch.from_file",
        "writes-file, torch.save",
        "quantized, ops.quantized.linear_dynamic",
        "forks, torch.jit.fork"
    })
    void refusesWhatPyTorchSavesAndNobodyShouldServe(String name, String operator) {
        refused(saved(name)).contains("\"code/").contains(operator);
    }

    @Test
    void refusesWhatIsNoArchiveAtAll(@TempDir Path directory) throws IOException {
        refused(Bytes.EMPTY).contains("no TorchScript archive");
        refused(Bytes.wrap(new byte[1000])).contains("no TorchScript archive");
        refused(Bytes.wrap(new byte[] {(byte) 0x80, 2, '.'})).contains("no TorchScript archive");
        refused(Files.write(directory.resolve("text.pt"), "hello".getBytes(StandardCharsets.US_ASCII)))
                .contains("torch.jit.save");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.pkl", "constants.pkl"})
    void refusesAnArchiveWithoutItsPickles(String name) {
        refused(noop().without(name)).contains("has no \"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.json",
                "bytecode.pkl",
                "attributes.pkl",
                "code/../x.py",
                "code/x.so",
                "MODEL.JSON",
                "code/__torch__.pyc"
            })
    void refusesEntriesThatAreNoPartOfAModel(String name) {
        refused(noop().put(name, "x")).contains(name);
    }

    @Test
    void refusesCodeOfPyTorchsOwnClasses() {
        refused(noop().put("code/__torch__/torch/classes/quantized.py", "class P:\n  x : int\n"))
                .contains("PyTorch's own");
    }

    @Test
    void refusesBigEndianWeightsAndOddVersions() {
        refused(noop().put("byteorder", "big")).contains("big-endian");
        refused(noop().put("version", "three")).contains("version number");
    }

    @Test
    void acceptsCompressedCodeButNotCompressedWeights() {
        assertThat(INSPECTOR.inspect(Bytes.wrap(noop().deflated().bytes())).model())
                .isEqualTo("__torch__.M");
        refused(tensor(0, new long[] {4}, new long[] {1}).deflated())
                .contains("\"data/0\"")
                .contains("compressed");
    }

    @Test
    void holdsToItsLimits() {
        InspectionLimits limits = new InspectionLimits(700, 4, 100, 20, 3, Set.of());
        assertThat(refusal(noop(), limits)).contains("at most 700");
        assertThat(refusal(noop(), new InspectionLimits(1 << 20, 4, 100, 20, 3, Set.of())))
                .contains("holds 5 files");
        assertThat(refusal(noop(), new InspectionLimits(1 << 20, 5, 100, 20, 3, Set.of())))
                .contains("bytes of code");
        assertThat(refusal(noop(), new InspectionLimits(1 << 20, 5, 1000, 20, 3, Set.of())))
                .contains("at most 20 are read");
        assertThat(refusal(noop(), new InspectionLimits(1 << 20, 5, 1000, 200, 3, Set.of())))
                .contains("more than 3 values");
    }

    @Test
    void refusesATensorBehindTheEndOfItsStorage() {
        assertThat(INSPECTOR
                        .inspect(Bytes.wrap(
                                tensor(0, new long[] {2, 2}, new long[] {2, 1}).bytes()))
                        .weights())
                .isEqualTo(4);
        refused(tensor(1, new long[] {2, 2}, new long[] {2, 1})).contains("beyond the bytes stored");
        refused(tensor(0, new long[] {2, 2}, new long[] {3, 1})).contains("beyond the bytes stored");
        refused(tensor(0, new long[] {5}, new long[] {1})).contains("beyond the bytes stored");
        refused(tensor(0, new long[] {1L << 40, 1L << 40}, new long[] {1L << 40, 1}))
                .contains("no memory holds");
        refused(tensor(0, new long[] {2}, new long[] {-1})).contains("dimension or stride");
        refused(tensor(-1, new long[] {2}, new long[] {1})).contains("contradict");
        refused(tensor(0, new long[] {2, 2}, new long[] {1})).contains("contradict");
    }

    @Test
    void refusesAStorageThatIsNotAsLongAsItSays() {
        byte[] tensor = Pickle.tensor(Pickle.storage("FloatStorage", "0", 5), 0, new long[] {5}, new long[] {1});
        refused(ArchiveBuilder.withTensor(tensor, new byte[16]))
                .contains("holds 5 elements of 4 bytes; it has 16 bytes");
        byte[] absent = Pickle.tensor(Pickle.storage("FloatStorage", "7", 4), 0, new long[] {4}, new long[] {1});
        refused(ArchiveBuilder.withTensor(absent, new byte[16])).contains("data/7");
        byte[] outside =
                Pickle.tensor(Pickle.storage("FloatStorage", "../data/0", 4), 0, new long[] {4}, new long[] {1});
        refused(ArchiveBuilder.withTensor(outside, new byte[16])).contains("outside");
    }

    @Test
    void refusesObjectsOfAnotherClassThanDeclared() {
        String code = """
                class M(Module):
                  a : __torch__.A
                  def forward(self: __torch__.M, x: Tensor) -> Tensor:
                    return x
                class A(Module):
                  p : Tensor
                  q : int
                class B(Module):
                  training : bool
                """;
        byte[] b = Pickle.object("__torch__", "B", "training", Pickle.truth(true));
        ArchiveBuilder confused =
                ArchiveBuilder.code(code).put("data.pkl", Pickle.of(Pickle.object("__torch__", "M", "a", b)));
        refused(confused).contains("the field a").contains("type its class declares");
        byte[] lacking = Pickle.object("__torch__", "A", "q", Pickle.number(1));
        refused(ArchiveBuilder.code(code).put("data.pkl", Pickle.of(Pickle.object("__torch__", "M", "a", lacking))))
                .contains("lacks the field p");
    }

    @Test
    void refusesFieldsOfAnotherTypeThanDeclared() {
        field("int", Pickle.number(3)).isEqualTo("");
        field("int", Pickle.text("3")).contains("type its class declares");
        field("float", Pickle.number(3)).contains("type its class declares");
        field("Tensor", Pickle.none()).contains("type its class declares");
        field("Optional[Tensor]", Pickle.none()).isEqualTo("");
        field("List[int]", Pickle.typedList("build_intlist", Pickle.number(1))).isEqualTo("");
        field("List[int]", Pickle.typedList("build_intlist", Pickle.text("1"))).contains("type its class declares");
        field("List[int]", Pickle.typedList("build_doublelist", Pickle.real(1))).contains("type its class declares");
        field("List[int]", Pickle.list(Pickle.number(1))).contains("type its class declares");
        field("List[str]", Pickle.tagged(Pickle.list(Pickle.text("a")), "List[str]"))
                .isEqualTo("");
        field("List[str]", Pickle.tagged(Pickle.list(Pickle.number(1)), "List[str]"))
                .contains("type its class declares");
        field("Tuple[int, str]", Pickle.tuple(Pickle.number(1), Pickle.text("a")))
                .isEqualTo("");
        field("Tuple[int, str]", Pickle.tuple(Pickle.number(1))).contains("type its class declares");
        field("Future[int]", Pickle.number(1)).contains("not served");
        field("__torch__.torch.classes.quantized.P", Pickle.number(1)).contains("__torch__.torch.classes");
        field("List[" + "List[".repeat(20) + "int" + "]".repeat(21), Pickle.list())
                .contains("not served");
        field("List[str]", Pickle.tagged(Pickle.list(), "List[" + "[".repeat(100_000)))
                .contains("not served");
    }

    @Test
    void refusesAModelThatCannotBeRun() {
        refused(ArchiveBuilder.code("class M(Module):\n  training : bool\n")).contains("forward");
        refused(noop().put("data.pkl", Pickle.of(Pickle.number(1)))).contains("no module");
        refused(noop().put("constants.pkl", Pickle.of(Pickle.tuple(Pickle.number(1)))))
                .contains("other than tensors");
    }

    @Test
    void letsExtraOperatorsThroughThatTheNodesOperatorNames() {
        ArchiveBuilder random = ArchiveBuilder.forward("x: Tensor) -> Tensor", "return torch.bernoulli(x)");
        refused(random).contains("torch.bernoulli").contains("candor.executor.inspection.extra-operators");
        InspectionLimits limits = InspectionLimits.DEFAULT.withExtraOperators(Set.of("bernoulli"));
        assertThat(new TorchScriptInspector(limits)
                        .inspect(Bytes.wrap(random.bytes()))
                        .operators())
                .contains("torch.bernoulli");
    }

    private static AbstractStringAssert<?> field(String type, byte[] value) {
        String code = "class M(Module):\n  f : " + type
                + "\n  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    return x\n";
        ArchiveBuilder archive =
                ArchiveBuilder.code(code).put("data.pkl", Pickle.of(Pickle.object("__torch__", "M", "f", value)));
        try {
            INSPECTOR.inspect(Bytes.wrap(archive.bytes()));
            return assertThat("");
        } catch (RefusedException e) {
            return assertThat(e.refusal().sentence());
        }
    }

    private static ArchiveBuilder noop() {
        return ArchiveBuilder.forward("x: Tensor) -> Tensor", "return x");
    }

    /** Four floats, seen as this tensor. */
    private static ArchiveBuilder tensor(long offset, long[] shape, long[] strides) {
        return ArchiveBuilder.withTensor(
                Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), offset, shape, strides), new byte[16]);
    }

    static Path saved(String name) {
        return Path.of("src/test/resources/dev/candor/gpuconfig/torchscript/saved", name + ".pt");
    }

    private static AbstractStringAssert<?> refused(ArchiveBuilder archive) {
        return refused(Bytes.wrap(archive.bytes()));
    }

    private static AbstractStringAssert<?> refused(Bytes archive) {
        return assertThat(refusal(() -> INSPECTOR.inspect(archive)));
    }

    private static AbstractStringAssert<?> refused(Path file) {
        return assertThat(refusal(() -> INSPECTOR.inspect(file)));
    }

    private static String refusal(ArchiveBuilder archive, InspectionLimits limits) {
        return refusal(() -> new TorchScriptInspector(limits).inspect(Bytes.wrap(archive.bytes())));
    }

    private static String refusal(ThrowingCallable inspection) {
        RefusedException refused = assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(inspection)
                .actual();
        assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INVALID_MODEL);
        return refused.refusal().sentence();
    }
}
