package dev.candor.bench.job;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process of the benchmark. It is told to end by {@link #close} and when this JVM ends; one that reads its standard input sees that end even if this JVM
 * is killed. Not thread-safe.
 */
final class Child implements Closeable {
    private static final long STOP_SECONDS = 30;

    private final Process process;
    private final BufferedReader output;
    private final Path log;
    private final Thread reaper;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.reaper = new Thread(process::destroy, "end-" + process.pid());
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /** Starts {@code command} with more environment; standard error goes to {@code log}. */
    static Child start(Path log, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        return new Child(builder.start(), log);
    }

    /** Starts a command of the benchmark's own in a JVM like this one. */
    static Child bench(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.candor.bench.Bench"));
        command.addAll(Arrays.asList(arguments));
        return start(log, Map.of(), command);
    }

    /** The next line of standard output that starts with {@code prefix}; throws with the log's place where the process ends before. */
    String await(String prefix) throws IOException {
        @Nullable String line = output.readLine();
        while (line != null && !line.startsWith(prefix)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("process " + process.pid() + " ended before it was ready; its log is " + log);
        }
        return line;
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Tells the process to end and waits; one that has not ended after half a minute, or at an interruption, is killed. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(reaper);
    }
}
