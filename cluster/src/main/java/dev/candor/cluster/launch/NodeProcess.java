package dev.candor.cluster.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A node in a JVM of its own, with this JVM's Java and class path. It ends with {@link #close()}, and when this JVM does. Not thread-safe.
 */
public final class NodeProcess implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+ExitOnOutOfMemoryError");

    private final Process process;
    private final Path dataDir;
    private final Path log;
    private final Thread reaper;

    private NodeProcess(Process process, Path dataDir, Path log) {
        this.process = process;
        this.dataDir = dataDir;
        this.log = log;
        this.reaper = new Thread(process::destroyForcibly, "end-node-" + process.pid());
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /**
     * Starts {@code candor serve} over {@code dataDir}; returns at once.
     *
     * @param arguments further arguments of {@code serve}
     * @param jvmFlags further flags of the JVM, such as a heap size
     */
    public static NodeProcess start(Path dataDir, List<String> arguments, List<String> jvmFlags) throws IOException {
        Files.createDirectories(dataDir);
        NodeAddress.clear(dataDir);
        Path log = dataDir.resolve("node.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.candor.cluster.cli.Candor", "serve"));
        command.addAll(List.of("--data", dataDir.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        return new NodeProcess(process, dataDir, log);
    }

    /** Waits until the node is ready; throws with the end of its log if it ends before or {@code limit} passes. */
    public NodeAddress awaitReady(Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<NodeAddress> address = NodeAddress.read(dataDir);
            if (address.isPresent() && address.get().pid() == process.pid()) {
                return address.get();
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IOException("the node ended with code " + process.exitValue()
                        + " before it was ready; the end of " + log + ":\n" + tail());
            }
        }
        throw new IOException(
                "the node was not ready within " + limit.toSeconds() + " s; the end of " + log + ":\n" + tail());
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /** The node's log. */
    public Path log() {
        return log;
    }

    /** Asks the node to stop (SIGTERM) and waits; a node that has not ended within {@code limit} is killed. Whether it ended by itself. */
    public boolean stop(Duration limit) throws InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        return ended;
    }

    /** Kills the node (SIGKILL) and waits until it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The last lines of the log. */
    public String tail() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            try {
                stop(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook has done, or is doing, what this method is for.
        }
    }
}
