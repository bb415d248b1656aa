package dev.candor.multijvmtests.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The conductor's handle of an {@link AcknowledgementRecorder}. Not thread-safe. */
public final class Recorder implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path history;
    private final Barriers barriers;
    private final Jvm jvm;

    private Recorder(Path history, Barriers barriers, Jvm jvm) {
        this.history = history;
        this.barriers = barriers;
        this.jvm = jvm;
    }

    /** Starts a recorder; it sends nothing before {@link #go}. */
    public static Recorder start(Path folder, String run, int rate, List<Path> nodes) throws IOException {
        Path history = folder.resolve("history-" + run + ".txt");
        Barriers barriers = new Barriers();
        List<String> arguments = new ArrayList<>(
                List.of(history.toString(), run, Integer.toString(rate), Integer.toString(barriers.port())));
        nodes.forEach(node -> arguments.add(node.toString()));
        Jvm jvm = Jvm.start(
                List.of(),
                folder.resolve("recorder-" + run + ".log"),
                AcknowledgementRecorder.class.getName(),
                arguments);
        return new Recorder(history, barriers, jvm);
    }

    /** Lets it begin. */
    public void go() throws Exception {
        barriers.release("start", LIMIT);
    }

    /** What it has written by now. */
    public List<Acknowledgement> history() throws IOException {
        return Acknowledgement.read(history);
    }

    /** Every attempt that it has written by now, whatever came of it. */
    public List<Call> calls() throws IOException {
        return Call.read(AcknowledgementRecorder.calls(history));
    }

    /** Waits until it has {@code count} acknowledgements. */
    public void awaitAcknowledged(long count, Duration limit) throws Exception {
        Await.until(limit, "the recorder has " + count + " acknowledgements", () -> {
            if (!jvm.alive()) {
                throw new IOException("the recorder ended:\n" + jvm.tail());
            }
            return Files.exists(history) && lines() >= count;
        });
    }

    /** Lets it end after the answers under way; all that it was answered. */
    public List<Acknowledgement> stop() throws Exception {
        barriers.release("stop", LIMIT);
        int code = jvm.awaitEnd(LIMIT);
        if (code != 0) {
            throw new IOException("the recorder ended with " + code + ":\n" + jvm.tail());
        }
        return history();
    }

    /** What it printed last. */
    public String summary() throws IOException {
        return jvm.tail();
    }

    private long lines() throws IOException {
        byte[] bytes = Files.readAllBytes(history);
        long lines = 0;
        for (byte b : bytes) {
            lines += b == '\n' ? 1 : 0;
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        jvm.close();
        barriers.close();
    }
}
