package dev.candor.multijvmtests.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A JVM with this one's Java and class path, and signals to it. It ends with {@link #close()}, and when this JVM does. Not thread-safe.
 */
public final class Jvm implements AutoCloseable {
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final List<String> FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xmx512m",
            // Short lives: what the optimising compiler costs is never earned back.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC");

    private final Process process;
    private final Path log;
    private final Thread reaper;

    private Jvm(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.reaper = new Thread(this::killTree, "end-" + process.pid());
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /**
     * Starts a class; returns at once.
     *
     * @param prefix a program that runs the JVM, such as a tracer, with its arguments; empty for none
     * @param log gets what it prints
     * @param main the class
     */
    public static Jvm start(List<String> prefix, Path log, String main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return new Jvm(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .start(),
                log);
    }

    /** The process id: of the prefix's program where there is one. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill9() throws InterruptedException, TimeoutException {
        killTree();
        awaitEnd(END_LIMIT);
    }

    /** SIGSTOP: it stands still with everything it holds. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT: it goes on where it stood. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** SIGTERM, and waits until it is gone. */
    public void stop(Duration limit) throws IOException, InterruptedException, TimeoutException {
        process.destroy();
        awaitEnd(limit);
    }

    /** Waits until it ends by itself; its exit code. */
    public int awaitEnd(Duration limit) throws InterruptedException, TimeoutException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("process " + process.pid() + " did not end within " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /** The last lines of what it printed. */
    public String tail() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (!kill.waitFor(SIGNAL_LIMIT.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
            throw new IOException("signal " + name + " to process " + process.pid() + " failed");
        }
    }

    private void killTree() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        killTree();
        process.onExit().orTimeout(END_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException e) {
            // This JVM is going down: the hook does what this method is for.
        }
    }
}
