package dev.candor.cluster.security;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a few small files every so often and says when their content is another: that works for files replaced by name, by link and by a mounted secret, where
 * notifications do not. What cannot be taken is logged, and the old stays in force. One daemon thread for all.
 */
public final class FileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final long MAX_FILE = 4 << 20;

    private final Duration every;
    private final ScheduledExecutorService timer;

    /** Takes what the files hold now. */
    @FunctionalInterface
    public interface Taker {
        /** Reads the files; an exception leaves what was there before. */
        void take() throws IOException;
    }

    /** Looks so often. */
    public FileWatch(Duration every) {
        this.every = every;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("candor-file-watch").daemon().factory());
    }

    /** Has {@code taker} take each new content of the files. What they hold now, it has taken already. */
    public void watch(List<Path> files, Taker taker) throws IOException {
        Watched watched = new Watched(List.copyOf(files), taker, digest(files));
        var _ = timer.scheduleWithFixedDelay(watched, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Digest digest(List<Path> files) throws IOException {
        Bytes[] contents = new Bytes[files.size()];
        for (int i = 0; i < contents.length; i++) {
            Path file = files.get(i);
            if (Files.size(file) > MAX_FILE) {
                throw new IOException(file + " has over " + MAX_FILE + " bytes");
            }
            contents[i] = Digest.sha256(Bytes.wrap(Files.readAllBytes(file))).toBytes();
        }
        return Digest.sha256(contents);
    }

    /** Some files that belong together. */
    private static final class Watched implements Runnable {
        private final List<Path> files;
        private final Taker taker;
        private Digest taken;
        private Digest seen;

        private Watched(List<Path> files, Taker taker, Digest taken) {
            this.files = files;
            this.taker = taker;
            this.taken = taken;
            this.seen = taken;
        }

        @Override
        public void run() {
            try {
                Digest now = digest(files);
                if (now.equals(taken)) {
                    seen = now;
                    return;
                }
                if (!now.equals(seen)) {
                    // It may be half written, or one file of two: what stands still for a round is taken.
                    seen = now;
                    return;
                }
                taken = now;
                taker.take();
                LOG.info("Took what is new in {}", files);
            } catch (IOException | RuntimeException e) {
                LOG.error(
                        "What is new in {} cannot be taken, what was there before stays in force: {}",
                        files,
                        e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
