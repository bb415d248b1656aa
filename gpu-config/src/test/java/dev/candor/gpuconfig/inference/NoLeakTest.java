package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.Tensor;
import dev.candor.gpuconfig.torchscript.ArchiveBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Native memory of this process after 200,000 batches, as the kernel counts it. */
@EnabledOnOs(OS.LINUX)
class NoLeakTest {
    private static final int CALLS = 200_000;
    private static final int WARM_UP = 50_000;

    // 100 bytes a call; the smallest thing that DJL or libtorch can leave behind, a tensor, takes over 200.
    private static final long ALLOWED = 20L << 20;

    @TempDir
    Path directory;

    @Test
    void keepsNothingOfTwoHundredThousandBatches() {
        Path file = ArchiveBuilder.forward(
                        "x: Tensor) -> Tuple[Tensor, Tensor]",
                        "if bool(torch.gt(torch.select(torch.select(x, 0, 0), 0, 0), 0)):",
                        "  ops.prim.RaiseException(\"refused\", \"builtins.ValueError\")",
                        "else:",
                        "  pass",
                        "return (torch.mul(x, 2), torch.sum(x, [1], True))")
                .write(directory);
        try (DjlBackend backend = Fixtures.backend();
                LoadedModel model = backend.load(
                        file,
                        Fixtures.spec(
                                List.of(Fixtures.tensor("x", dev.candor.actors.tensor.DataType.FP32, -1, 8)),
                                List.of(
                                        Fixtures.tensor("y", dev.candor.actors.tensor.DataType.FP32, -1, 8),
                                        Fixtures.tensor("z", dev.candor.actors.tensor.DataType.FP32, -1, 1)),
                                8))) {
            List<List<Tensor>> good = request(-1);
            List<List<Tensor>> bad = request(1);
            int[] items = {3};
            long growth = growth(call -> {
                // Every thousandth batch fails: what a failure leaves behind counts too.
                if (call % 1000 == 999) {
                    assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> model.run(bad, items));
                } else {
                    model.run(good, items);
                }
            });
            assertThat(growth).as("bytes of resident memory more after %d batches", CALLS).isLessThan(ALLOWED);
            assertThat(backend.liveArrays()).isZero();
            System.out.printf("resident memory grew by %d KiB over %d batches%n", growth >> 10, CALLS);
        }
    }

    /** The check itself: a loop that leaves the smallest tensor open in each call must fail it. */
    @Test
    void mutantThatNeverClosesItsArraysIsCaught() {
        try (DjlBackend backend = Fixtures.backend();
                NDManager leaking = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            assertThat(backend.liveArrays()).isZero();
            long growth = growth(call -> leaking.zeros(new Shape(1), DataType.FLOAT32));
            assertThat(growth).isGreaterThan(ALLOWED);
        }
    }

    private static List<List<Tensor>> request(float value) {
        float[] values = new float[24];
        Arrays.fill(values, value);
        return List.of(List.of(Fixtures.floats("x", dev.candor.actors.tensor.Shape.of(3, 8), values)));
    }

    private static long growth(IntConsumer call) {
        for (int i = 0; i < WARM_UP; i++) {
            call.accept(i);
        }
        long before = resident();
        for (int i = 0; i < CALLS; i++) {
            call.accept(i);
        }
        return resident() - before;
    }

    /** VmRSS less what the Java heap has committed, so that neither a larger nor a smaller heap hides or shows anything. */
    private static long resident() {
        System.gc();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no VmRSS in /proc/self/status");
    }
}
