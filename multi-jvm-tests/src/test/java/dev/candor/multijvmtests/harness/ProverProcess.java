package dev.candor.multijvmtests.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that only proves, over a folder of its own, killed and started again at will. Not thread-safe. */
public final class ProverProcess {
    private static final long END_SECONDS = 60;

    private final Path folder;
    private Process process;

    private ProverProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /**
     * Starts one; returns at once.
     *
     * @param blobs the folder that it shares with the node
     * @param seed address of the node in its cluster
     */
    public static ProverProcess start(Path folder, Path blobs, String seed) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("prover.conf"), """
                candor.blobs.folder = "%s"
                candor.node { roles = [prover], cluster.seed-nodes = ["%s"] }
                candor.prover.renew-every = 1s
                """.formatted(blobs, seed));
        return new ProverProcess(folder, launch(folder));
    }

    private static Process launch(Path folder) throws IOException {
        Process started = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-modules=jdk.incubator.vector",
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.candor.cluster.cli.Candor",
                        "serve",
                        "--data",
                        folder.toString(),
                        "--config",
                        folder.resolve("prover.conf").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("prover.log").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly, "end-" + started.pid()));
        return started;
    }

    /** SIGKILL; then it is started again over the same folder. */
    public void killAndRestart() throws IOException, InterruptedException, TimeoutException {
        kill();
        process = launch(folder);
    }

    private void kill() throws InterruptedException, TimeoutException {
        process.destroyForcibly();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("process " + process.pid() + " did not end within " + END_SECONDS + " s");
        }
    }

    /** Ends it for good. */
    public void end() throws InterruptedException, TimeoutException {
        kill();
    }
}
