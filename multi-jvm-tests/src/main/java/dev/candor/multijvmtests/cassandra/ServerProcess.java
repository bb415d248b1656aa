package dev.candor.multijvmtests.cassandra;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One run of {@code scripts/cassandra/start --foreground}: the script is this JVM's child, Cassandra is the script's. */
final class ServerProcess {
    private static final Pattern READY = Pattern.compile("ready native=(\\d{1,5}) storage=(\\d{1,5}) pid=(\\d{1,10})");

    /** The script itself gives CQL 120 s; the rest is for Maven, which copies the jars on a machine's first start. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final int LINES_KEPT = 40;

    private static final Set<ServerProcess> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform()
                        .unstarted(() -> ALIVE.forEach(each -> {
                            each.server.destroyForcibly();
                            each.script.destroy();
                        })));
    }

    private final Process script;
    private final ProcessHandle server;
    private final Ports ports;

    private ServerProcess(Process script, ProcessHandle server, Ports ports) {
        this.script = script;
        this.server = server;
        this.ports = ports;
    }

    /** Both on 127.0.0.1: for clients, and for other nodes (there are none, but Cassandra binds it). */
    record Ports(int cql, int storage) {}

    private record Ready(Ports ports, long pid) {}

    static ServerProcess start(Path dataDir, SyncMode sync, @Nullable Ports ports) {
        List<String> command = new ArrayList<>(List.of(
                scripts().resolve("start").toString(),
                "--foreground",
                "--data",
                dataDir.toString(),
                "--sync",
                sync.argument()));
        if (ports != null) {
            command.addAll(List.of("--native-port", "" + ports.cql(), "--storage-port", "" + ports.storage()));
        }
        Process script;
        try {
            script = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new CassandraStartException("could not run " + command.getFirst() + ": " + e.getMessage(), e);
        }
        Ready ready = awaitReady(script);
        // The script is its parent, so the id cannot have been given to another process before the script collects it.
        ProcessHandle server = ProcessHandle.of(ready.pid())
                .filter(each -> each.parent().filter(script.toHandle()::equals).isPresent())
                .orElseThrow(() -> new CassandraStartException(
                        "Cassandra ended right after it was ready: see server.log in " + dataDir));
        ServerProcess started = new ServerProcess(script, server, ready.ports());
        ALIVE.add(started);
        return started;
    }

    Ports ports() {
        return ports;
    }

    long pid() {
        return server.pid();
    }

    boolean isAlive() {
        return server.isAlive();
    }

    void kill(Duration limit) {
        server.destroyForcibly();
        awaitEnd(limit);
    }

    void stop(Duration limit) {
        server.destroy();
        awaitEnd(limit);
    }

    /** The script ends after the server, having put its files in order. */
    private void awaitEnd(Duration limit) {
        try {
            if (!script.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "Cassandra (process " + server.pid() + ") did not end within " + limit.toSeconds() + " s");
            }
            ALIVE.remove(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Cassandra ended", e);
        }
    }

    private static Ready awaitReady(Process script) {
        CompletableFuture<Optional<Ready>> ready = new CompletableFuture<>();
        Deque<String> said = new ArrayDeque<>();
        Thread errors = Thread.ofPlatform().daemon().start(() -> relay(script, said));
        Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader lines = script.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Matcher matcher = READY.matcher(line);
                    if (matcher.matches()) {
                        Ports ports = new Ports(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
                        ready.complete(Optional.of(new Ready(ports, Long.parseLong(matcher.group(3)))));
                    }
                }
                errors.join();
                ready.complete(Optional.empty());
            } catch (IOException | InterruptedException e) {
                ready.completeExceptionally(e);
            }
        });
        try {
            return ready.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .orElseThrow(() -> new CassandraStartException("Cassandra did not start: " + kept(said)));
        } catch (ExecutionException e) {
            script.destroy();
            throw new CassandraStartException("lost the output of scripts/cassandra/start", e);
        } catch (TimeoutException e) {
            script.destroy();
            throw new CassandraStartException(
                    "Cassandra did not start within " + START_LIMIT.toMinutes() + " minutes: " + kept(said), e);
        } catch (InterruptedException e) {
            script.destroy();
            Thread.currentThread().interrupt();
            throw new CassandraStartException("interrupted while Cassandra started", e);
        }
    }

    /** Shows the script's progress and keeps its last lines for the error message. */
    private static void relay(Process script, Deque<String> said) {
        try (BufferedReader lines = script.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.err.println(line);
                synchronized (said) {
                    said.addLast(line);
                    if (said.size() > LINES_KEPT) {
                        said.removeFirst();
                    }
                }
            }
        } catch (IOException e) {
            System.err.println("cassandra: lost what the script says: " + e.getMessage());
        }
    }

    private static String kept(Deque<String> said) {
        synchronized (said) {
            return String.join(System.lineSeparator(), said);
        }
    }

    /** The scripts of this checkout: tests run in the folder of their module, or in the checkout itself. */
    static Path scripts() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path scripts = folder.resolve("scripts").resolve("cassandra");
            if (Files.isExecutable(scripts.resolve("start"))) {
                return scripts;
            }
        }
        throw new CassandraStartException("no scripts/cassandra/start above "
                + Path.of("").toAbsolutePath() + ": run the tests inside a checkout of Candor");
    }
}
