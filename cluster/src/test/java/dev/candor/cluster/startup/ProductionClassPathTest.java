package dev.candor.cluster.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test libraries can hide a missing or mixed module, so the node is started in a JVM without them. */
final class ProductionClassPathTest {
    private static final String SHIPPED = read(Path.of(System.getProperty("candor.test.classPath")));

    @Test
    void startsAClusterOfOneOnTheShippedLibraries(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        String classPath = String.join(
                File.pathSeparator,
                System.getProperty("candor.test.testClasses"),
                System.getProperty("candor.test.classes"),
                SHIPPED);
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath,
                        ClusterOfOne.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(node.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
            assertThat(node.exitValue()).as(Files.readString(output)).isZero();
            assertThat(output).content().contains("up on pekko://candor@127.0.0.1");
        } finally {
            node.destroyForcibly();
        }
    }

    @Test
    void shipsNoTestLibrary() {
        assertThat(List.of(SHIPPED.split(File.pathSeparator)))
                .noneMatch(entry -> entry.contains("testkit") || entry.contains("junit") || entry.contains("archunit"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the build writes the class path into " + file + "; run the test with mvn", e);
        }
    }
}
