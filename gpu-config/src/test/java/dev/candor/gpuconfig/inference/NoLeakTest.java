package dev.candor.gpuconfig.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.torchscript.ArchiveBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Native memory of a process over 200,000 batches, as the kernel counts it. */
@EnabledOnOs(OS.LINUX)
class NoLeakTest {
    // The smallest thing that DJL or libtorch can leave behind, a tensor, takes over 200 bytes.
    private static final double ALLOWED_BYTES_A_CALL = 100;

    @TempDir
    Path directory;

    /**
     * What a probe saw.
     *
     * @param growth bytes of resident memory a call
     * @param open arrays that were not closed
     */
    private record Seen(double growth, int open) {}

    @Test
    void keepsNothingOfTwoHundredThousandBatches() throws IOException, InterruptedException {
        Path file = ArchiveBuilder.forward(
                        "x: Tensor) -> Tuple[Tensor, Tensor]",
                        "if bool(torch.gt(torch.select(torch.select(x, 0, 0), 0, 0), 0)):",
                        "  ops.prim.RaiseException(\"too large\", \"builtins.ValueError\")",
                        "else:",
                        "  pass",
                        "return (torch.mul(x, 2), torch.sum(x, [1], True))")
                .write(directory);
        Seen seen = probe("200000", file.toString());
        System.out.printf("resident memory grew by %.2f bytes a batch over 200,000 batches%n", seen.growth);
        assertThat(seen.growth).isLessThan(ALLOWED_BYTES_A_CALL);
        assertThat(seen.open).isZero();
    }

    /** The check itself: a process that never closes the smallest tensor must fail it. */
    @Test
    void mutantThatNeverClosesItsArraysIsCaught() throws IOException, InterruptedException {
        Seen seen = probe("50000", "leak");
        assertThat(seen.growth).isGreaterThan(ALLOWED_BYTES_A_CALL);
        assertThat(seen.open).isPositive();
    }

    private static Seen probe(String... arguments) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms384m",
                "-Xmx384m",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                LeakProbe.class.getName());
        builder.command().addAll(List.of(arguments));
        Process process =
                builder.redirectError(Path.of("target/leak-probe.log").toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        String[] told = out.lines()
                .filter(line -> line.startsWith("probe "))
                .findFirst()
                .orElseThrow()
                .split(" ", -1);
        return new Seen(Double.parseDouble(told[1]), Integer.parseInt(told[2]));
    }
}
