package dev.candor.bench.job;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Cassandra server out of {@code scripts/cassandra/start}, which acknowledges a write after the sync of its group. */
final class CassandraUnderTest implements Closeable {
    private static final Pattern READY = Pattern.compile("ready native=(\\d+) storage=\\d+ pid=(\\d+)");

    private final Child script;
    private final int port;
    private final long pid;

    private CassandraUnderTest(Child script, int port, long pid) {
        this.script = script;
        this.port = port;
        this.pid = pid;
    }

    static CassandraUnderTest start(JobSettings settings, Path data) throws IOException {
        Child script = Child.start(
                settings.folder().resolve("cassandra.log"),
                Map.of(),
                List.of(
                        settings.home().resolve("scripts/cassandra/start").toString(),
                        "--data",
                        data.toString(),
                        "--foreground"));
        boolean ready = false;
        try {
            Matcher matcher = READY.matcher(script.await("ready "));
            if (!matcher.matches()) {
                throw new IOException("scripts/cassandra/start ends with a line that this benchmark cannot read");
            }
            ready = true;
            return new CassandraUnderTest(script, Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
        } finally {
            if (!ready) {
                script.close();
            }
        }
    }

    /** The node's settings that lead here. */
    String config() {
        return """
                candor.journal.kind = cassandra
                candor.journal.cassandra {
                  contact-points = ["127.0.0.1:%d"]
                  create-schema = true
                }
                """.formatted(port);
    }

    Map<String, Long> pids() {
        return Map.of("cassandra", pid);
    }

    @Override
    public void close() throws IOException {
        script.close();
    }
}
