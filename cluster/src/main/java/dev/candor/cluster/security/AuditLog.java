package dev.candor.cluster.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What callers changed, or were refused to change, on this node: one line of JSON an act, each with the SHA-256 of the line before it, so that a line that was
 * taken out or changed later shows. Names, never secrets, and no bodies. Lines are written in order by one thread, and synced. Thread-safe.
 */
public final class AuditLog implements Audit, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileChannel file;
    private final InstantSource clock;
    private final ExecutorService writer;
    private Digest last;

    private AuditLog(FileChannel file, InstantSource clock, Digest last) {
        this.file = file;
        this.clock = clock;
        this.last = last;
        this.writer = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("candor-audit").daemon().factory());
    }

    /** Opens the log, which only its owner may read, behind what is in it. */
    public static AuditLog open(Path path, InstantSource clock) throws IOException {
        Digest last = Digest.ZERO;
        if (Files.exists(path)) {
            List<String> lines = Files.readAllLines(path);
            if (!lines.isEmpty()) {
                last = digest(lines.getLast());
            }
        }
        FileChannel file = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new AuditLog(file, clock, last);
    }

    private static Digest digest(String line) {
        return Digest.sha256(Bytes.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void record(Act act) {
        ObjectNode line = JSON.createObjectNode()
                .put("time", clock.instant().toString())
                .put("caller", act.caller())
                .put("door", act.door())
                .put("act", act.act())
                .put("target", act.target())
                .put("outcome", act.outcome());
        try {
            writer.execute(() -> append(line));
        } catch (RejectedExecutionException e) {
            LOG.error("The audit log is closed; this is not in it: {}", line);
        }
    }

    private void append(ObjectNode line) {
        String text = line.put("previous", last.toHex()).toString();
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(false);
            last = digest(text);
        } catch (IOException e) {
            LOG.error("The audit log cannot be written ({}); this is not in it: {}", e.getMessage(), text);
        }
    }

    /**
     * The number of the first line, from 1, that does not follow on the one before it; 0 where all do.
     *
     * @param lines of a log
     */
    public static int broken(List<String> lines) throws IOException {
        Digest before = Digest.ZERO;
        for (int i = 0; i < lines.size(); i++) {
            if (!JSON.readTree(lines.get(i)).path("previous").asText().equals(before.toHex())) {
                return i + 1;
            }
            before = digest(lines.get(i));
        }
        return 0;
    }

    /** Writes what waits, and closes. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.error("The audit log's last lines could not be written within 10 s");
            }
            file.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("The audit log cannot be closed", e);
        }
    }
}
