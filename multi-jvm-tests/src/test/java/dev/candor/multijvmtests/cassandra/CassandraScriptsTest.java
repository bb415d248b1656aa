package dev.candor.multijvmtests.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts decide before there is a server. */
final class CassandraScriptsTest {
    private record Result(int status, String said) {}

    @ParameterizedTest
    @CsvSource({
        "--sync sometimes, 'group, batch or periodic'",
        "--native-port 80, 'a number from 1024 to 65535'",
        "--storage-port 99999, 'a number from 1024 to 65535'",
        "--heap much, 'a number from 256 to 65536'",
        "--data, 'takes a value'",
        "--fast, 'unknown argument'",
    })
    void refusesWrongArguments(String arguments, String reason) throws Exception {
        Result result = run("start", arguments.split(" "));
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.said()).contains(reason);
    }

    @Test
    void refusesOnePortForBoth() throws Exception {
        Result result = run("start", "--native-port", "9042", "--storage-port", "9042");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.said()).contains("must differ");
    }

    @Test
    void saysThatNoneRuns(@TempDir Path folder) throws Exception {
        assertThat(run("status", "--data", folder.toString())).isEqualTo(new Result(3, "stopped\n"));
        assertThat(run("stop", "--data", folder.toString()).status()).isZero();
    }

    /** Process ids are given again: the one in the file may by now be another process's. */
    @Test
    void endsNoProcessThatItDidNotStart(@TempDir Path folder) throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(folder.resolve("pid"), other.pid() + " 1\n");

            assertThat(run("status", "--data", folder.toString()).said()).isEqualTo("stopped\n");
            assertThat(run("stop", "--data", folder.toString(), "--kill").said())
                    .contains("none running");

            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    private static Result run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ServerProcess.scripts().resolve(script).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), said);
        } finally {
            process.destroyForcibly();
        }
    }
}
