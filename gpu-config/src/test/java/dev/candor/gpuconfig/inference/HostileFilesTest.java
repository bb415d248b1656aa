package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.gpuconfig.torchscript.TorchScriptInspector;
import dev.candor.torchscript.ArchiveBuilder;
import dev.candor.torchscript.InspectionLimits;
import dev.candor.torchscript.Pickle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What passes the inspection never ends the process; what it stops would have done harm. */
class HostileFilesTest {
    private static final Path SAVED = Path.of("src/test/resources/dev/candor/gpuconfig/torchscript/saved");
    private static final ModelSpec FOUR = Fixtures.floats(new long[] {-1, 4}, new long[] {-1, 4});
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

    /** Thousands of changed files: the inspection refuses them, or libtorch gets them and the process lives. */
    @Test
    void changedFilesAreRefusedOrLoadedAndNeverEndTheProcess() throws IOException {
        Random random = new Random(20260101);
        int loaded = 0;
        for (String name : List.of("two", "frozen", "half", "words")) {
            Map<String, byte[]> parts = parts(SAVED.resolve(name + ".pt"));
            for (int change = 0; change < 500; change++) {
                Path file = changed(parts, random).write(directory);
                try {
                    backend.load(file, FOUR).close();
                } catch (RefusedException e) {
                    loaded += e.refusal().sentence().contains("the model file") ? 0 : 1;
                }
            }
        }
        // Files whose change the inspection need not mind did reach libtorch, or this test shows nothing.
        assertThat(loaded).isGreaterThan(100);
    }

    /** The deepest code that the inspection lets through, on a thread with the stack that Java gives one by default. */
    @Test
    void codeAtTheLimitsOfDepthDoesNotOverflowTheStack() {
        List<ArchiveBuilder> deep = new ArrayList<>();
        deep.add(ArchiveBuilder.forward(
                "x: Tensor) -> Tensor", "y = " + "(".repeat(255) + "x" + ")".repeat(255), "return y"));
        deep.add(ArchiveBuilder.forward("x: Tensor) -> Tensor", "y = x" + " + x".repeat(250), "return y"));
        deep.add(ArchiveBuilder.forward("x: Tensor) -> Tensor", "y = " + "- ".repeat(250) + "x", "return y"));
        deep.add(ArchiveBuilder.forward(
                "x: Tensor) -> Tensor", "y = " + "torch.relu(".repeat(120) + "x" + ")".repeat(120), "return y"));
        deep.add(ArchiveBuilder.forward("x: Tensor) -> Tensor", "y = [" + "1, ".repeat(20_000) + "]", "return x"));
        StringBuilder blocks = new StringBuilder();
        for (int i = 0; i < 90; i++) {
            blocks.append(" ".repeat(2 * i)).append("if True:\n    ");
        }
        blocks.append(" ".repeat(180)).append("y = x");
        deep.add(ArchiveBuilder.forward("x: Tensor) -> Tensor", blocks.toString(), "return x"));
        StringBuilder chain = new StringBuilder("""
                class M(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    return __torch__.f0(x, )
                """);
        for (int i = 0; i < 60; i++) {
            chain.append("def f").append(i).append("(x: Tensor) -> Tensor:\n  return ");
            chain.append(i == 59 ? "x\n" : "__torch__.f" + (i + 1) + "(x, )\n");
        }
        deep.add(ArchiveBuilder.code(chain.toString()));
        deep.add(nestedModules(60));
        deep.forEach(archive -> {
            Path file = archive.write(directory);
            assertThatCode(() -> new TorchScriptInspector(InspectionLimits.DEFAULT).inspect(file))
                    .doesNotThrowAnyException();
            assertThat(onDefaultThread(() -> load(file))).isNull();
        });
    }

    @Test
    void oddLiteralsAndTypesDoNotEndTheProcess() {
        List<String> lines = List.of(
                "y = 99999999999999999999999999",
                "y = 1e99999",
                "y = \"\\777 \\x \\q \\\"",
                "y = \"\\",
                "y = annotate(List[Dict[str, Tensor]], [])",
                "y = annotate(Nothing, x)",
                "y = unchecked_cast(int, x)",
                "y = uninitialized(Tensor)\n    return torch.add(x, y)",
                "y = CONSTANTS.c999999999",
                "y = x[99999]",
                "y = torch.as_strided(x, [9], [9])",
                "y = torch.zeros([9223372036854775807, 9])",
                "y = torch.reshape(x, [-5])",
                "y = torch.to(x, 77)",
                "y = torch.to(x, 14)",
                "y = torch.floor_divide(1, 0)",
                "y = torch.embedding(x, annotate(Tensor, torch.tensor(-7)))",
                "y = torch.select(x, 0, 99)",
                "y = torch.index_select(x, 0, torch.tensor([99]))",
                "y = torch.gather(x, 0, torch.tensor([[99]]))",
                "y = torch.zeros([1], device=torch.device(\"meta\"))\n    return y",
                "y = torch.zeros([1], device=torch.device(\"cuda:7\"))\n    return y",
                "return torch.complex(x, x)",
                "return torch.expand(torch.select(x, 1, 0), [4, -1])",
                "y = ops.prim.RaiseException(\"a\")",
                "for i in range(torch.len([1, 2])):\n      y = i",
                "y, z = x");
        for (String line : lines) {
            String body = line.startsWith("return") || line.contains("return") ? line : line + "\n    return x";
            Path file = ArchiveBuilder.forward("x: Tensor) -> Tensor", body).write(directory);
            load(file);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void mutantWithoutInspectionReadsAFile() {
        Path file = SAVED.resolve("reads-file.pt");
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> backend.load(file, FOUR));
        byte[] start = readAll(Path.of("/etc/passwd"));
        assertThat(uninspected(file, 4)).containsExactly(start[0], start[1], start[2], start[3]);
    }

    @Test
    void mutantWithoutInspectionReadsMemoryBehindAStorage() {
        byte[] tensor = Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), 0, new long[] {64}, new long[] {1});
        Path file = ArchiveBuilder.withTensor(tensor, new byte[16]).write(directory);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> backend.load(file, FOUR))
                .withMessageContaining("beyond the bytes stored");
        assertThat(uninspected(file, 64)).hasSize(64);
    }

    /** The numbers that a model gives for zeros if libtorch is handed the file as it is. */
    private static float[] uninspected(Path file, int width) {
        try (PtNDManager manager = backend.newManager()) {
            PtSymbolBlock module =
                    JniUtils.loadModule(manager, file.toAbsolutePath(), true, new String[0], new String[0], false);
            PtNDArray zeros = (PtNDArray) manager.zeros(new ai.djl.ndarray.types.Shape(1, width));
            try (IValue argument = IValue.from(zeros);
                    IValue result = IValueUtils.runMethod(module, "forward", argument)) {
                return result.toTensor(manager).toFloatArray();
            }
        }
    }

    private static void load(Path file) {
        try {
            backend.load(file, FOUR).close();
        } catch (RefusedException e) {
            // What libtorch makes of the code does not matter here, only that it comes back.
            assertThat(e.refusal().sentence()).isNotBlank();
        }
    }

    private static Throwable onDefaultThread(Runnable work) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, e) -> thrown.set(e))
                .start(work);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
        return thrown.get();
    }

    private static ArchiveBuilder nestedModules(int levels) {
        StringBuilder code = new StringBuilder();
        byte[] state = Pickle.truth(false);
        for (int i = levels - 1; i >= 0; i--) {
            String name = i == 0 ? "M" : "M" + i;
            boolean last = i == levels - 1;
            code.append("class ").append(name).append("(Module):\n  m : ");
            code.append(last ? "bool" : "__torch__.M" + (i + 1))
                    .append("\n  def forward(self: __torch__.")
                    .append(name);
            code.append(",\n    x: Tensor) -> Tensor:\n");
            code.append(last ? "    return x\n" : "    m = self.m\n    return (m).forward(x, )\n");
            state = Pickle.object("__torch__", name, "m", state);
        }
        return ArchiveBuilder.code(code.toString()).put("data.pkl", Pickle.of(state));
    }

    private static ArchiveBuilder changed(Map<String, byte[]> parts, Random random) {
        ArchiveBuilder archive = ArchiveBuilder.code("");
        List<String> names = new ArrayList<>(parts.keySet());
        String victim = names.get(random.nextInt(names.size()));
        archive.without("code/__torch__.py");
        parts.forEach((name, content) -> archive.put(name, name.equals(victim) ? changed(content, random) : content));
        return archive;
    }

    private static byte[] changed(byte[] content, Random random) {
        byte[] bytes = content.clone();
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> System.arraycopy(content, at, bytes, 0, bytes.length - at);
            default -> {
                int other = random.nextInt(bytes.length);
                byte kept = bytes[at];
                bytes[at] = bytes[other];
                bytes[other] = kept;
            }
        }
        return bytes;
    }

    private static Map<String, byte[]> parts(Path file) throws IOException {
        Map<String, byte[]> parts = new TreeMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName();
                parts.put(
                        name.substring(name.indexOf('/') + 1),
                        zip.getInputStream(entry).readAllBytes());
            }
        }
        return parts;
    }

    private static byte[] readAll(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
