package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GpuCommandTest {
    private static final Path NOOP = Path.of("..", "models", "noop.pt");

    @Test
    void probeShowsWhatANodeWouldUse() {
        Terminal text = Terminal.run(new GpuCommand(), "probe");
        assertThat(text.code()).isZero();
        assertThat(text.out()).contains("processors", "libtorch", "device      cpu:0");
        JsonNode json = Terminal.run(new GpuCommand(), "probe", "--json").json();
        assertThat(json.path("processors").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(json.path("devices").path(0).path("device").asText()).isEqualTo("cpu:0");
        assertThat(json.path("devices").path(0).path("ladder").size()).isPositive();
    }

    @Test
    void tuneWritesAProfileThatANodeReads(@TempDir Path folder) throws Exception {
        Path profile = folder.resolve("tuned.conf");

        Terminal tuned = Terminal.run(new GpuCommand(), "tune", NOOP, "--out", profile, "--milliseconds", "20");

        assertThat(tuned.err()).isEmpty();
        assertThat(tuned.code()).isZero();
        assertThat(tuned.out()).contains("rows  milliseconds", "wrote " + profile);
        Config read = ConfigFactory.parseFile(profile.toFile());
        assertThat(read.root()).isNotEmpty();
        Path node = Files.writeString(folder.resolve("node.conf"), "candor.executor.profile = \"" + profile + "\"\n");
        JsonNode json = Terminal.run(new GpuCommand(), "probe", "--json", "--config", node)
                .json();
        assertThat(tuned.out())
                .contains("ladder = "
                        + json.path("devices").path(0).path("ladder").toString().replace(",", ", "));
    }

    @Test
    void tuneRefusesWhatItCannotWriteOrRead(@TempDir Path folder) {
        assertThat(Terminal.run(new GpuCommand(), "tune", NOOP, "--out", folder.resolve("tuned.txt"))
                        .err())
                .contains("--out takes a file that ends in .conf");
        assertThat(Terminal.run(
                                new GpuCommand(),
                                "tune",
                                folder.resolve("missing.pt"),
                                "--out",
                                folder.resolve("t.conf"))
                        .code())
                .isNotZero();
        assertThat(Terminal.run(new GpuCommand()).err()).contains("name what to do: probe, tune");
    }
}
