package dev.candor.bench.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.bench.floor.Echo;
import dev.candor.bench.load.CallOptions;
import dev.candor.bench.load.Encoding;
import dev.candor.bench.load.InferCalls;
import dev.candor.bench.load.LoadDriver;
import dev.candor.bench.load.LoadPlan;
import dev.candor.bench.load.LoadResult;
import dev.candor.bench.load.PreparedCall;
import dev.candor.bench.load.Traffic;
import dev.candor.bench.measure.Batches;
import dev.candor.bench.model.BenchModel;
import dev.candor.cluster.client.NodeException;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Measures the main job: nodes, bare servers and the other floors in one run. The load driver is this process; every server is its own. All servers stay
 * up over the whole run and take turns, so that what else happens on the machine meets all of them alike.
 */
public final class MainJob {
    /** Connections of the cells. */
    static final List<Integer> CONNECTIONS = List.of(1, 32, 128);

    /** Bare HTTP servers, by the name of their command. */
    static final List<String> BARE = List.of("netty", "pekko");

    private static final List<Encoding> ENCODINGS = List.of(Encoding.BINARY, Encoding.JSON);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CALLS = 64;
    private static final int SAMPLE_EVERY = 17;
    private static final int SETTLING_CONNECTIONS = 32;
    private static final Duration IDLE = Duration.ofSeconds(3);

    private final JobSettings settings;
    private final PrintStream progress;
    private final Results results;
    private final List<Closeable> servers = new ArrayList<>();
    private final List<NodeUnderTest> nodes = new ArrayList<>();
    private final List<Cell.Work> work = new ArrayList<>();
    private final List<BenchModel> models;

    private MainJob(JobSettings settings, Results results, List<BenchModel> models, PrintStream progress) {
        this.settings = settings;
        this.results = results;
        this.models = models;
        this.progress = progress;
    }

    /**
     * Measures everything that {@code settings} ask for.
     *
     * @param commit for the results, which belong to it
     * @param progress told what is being measured
     */
    static Results run(JobSettings settings, String commit, PrintStream progress)
            throws IOException, InterruptedException, NodeException {
        Files.createDirectories(settings.folder());
        Results results = Results.open(
                settings.folder().resolve("measurements.jsonl"), settings.fingerprint(commit), settings.resume());
        List<BenchModel> models = new ArrayList<>();
        for (String name : BenchModel.NAMES) {
            models.add(BenchModel.shipped(settings.models(), name, CALLS));
        }
        Path data = Files.createTempDirectory(settings.folder(), "data");
        MainJob job = new MainJob(settings, results, models, progress);
        try (LoadDriver driver = new LoadDriver()) {
            job.start(data);
            job.settle(driver);
            for (int round = 1; round <= settings.rounds(); round++) {
                job.round(driver, round, data);
            }
            return results;
        } finally {
            job.stop();
            deleteAll(data);
        }
    }

    private void start(Path data) throws IOException, InterruptedException, NodeException {
        for (String name : BARE) {
            Child server = Child.bench(settings.folder().resolve(name + ".log"), "floor", name);
            servers.add(server);
            JsonNode ready = JSON.readTree(server.await("{"));
            Target target = new Target(
                    name,
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), ready.path("port").asInt()),
                    Map.of(name, server.pid()));
            for (int connections : CONNECTIONS) {
                work.add(new Cell.Work(new Cell(name, "echo", "raw", connections), target, Echo.calls(CALLS)));
            }
        }
        addNode(NodeUnderTest.start(settings, "embedded", data.resolve("embedded"), "", Map.of()));
        if (settings.cassandra()) {
            CassandraUnderTest cassandra = CassandraUnderTest.start(settings, data.resolve("server"));
            servers.add(cassandra);
            addNode(NodeUnderTest.start(
                    settings, "cassandra", data.resolve("cassandra"), cassandra.config(), cassandra.pids()));
        }
    }

    private void addNode(NodeUnderTest node) throws NodeException, InterruptedException {
        servers.add(node);
        nodes.add(node);
        say("node " + node.target().name() + " at " + node.target().address());
        for (BenchModel model : models) {
            node.register(model);
            for (Encoding encoding : ENCODINGS) {
                List<PreparedCall> calls = InferCalls.of(model.name(), model.examples(1), CallOptions.of(encoding));
                for (int connections : CONNECTIONS) {
                    Cell cell = new Cell(node.target().name(), model.name(), encoding.label(), connections);
                    work.add(new Cell.Work(cell, node.target(), calls));
                }
            }
        }
    }

    /** Lets every server compile what it will: the figures are those of a server that has run for a while. */
    private void settle(LoadDriver driver) throws IOException, InterruptedException {
        for (Cell.Work one : work) {
            if (one.cell().connections() == SETTLING_CONNECTIONS) {
                LoadResult load = driver.run(plan(one, Duration.ZERO, settings.settling()));
                say("settling " + text(one.cell(), load));
            }
        }
    }

    private void round(LoadDriver driver, int round, Path data)
            throws IOException, InterruptedException, NodeException {
        if (!results.has(round, "write")) {
            results.add(new Results.FloorFigures(round, "write", figures(floor("write", "--folder", data.toString()))));
        }
        if (!results.has(round, "engine")) {
            results.add(new Results.FloorFigures(
                    round,
                    "engine",
                    figures(floor(
                            "engine",
                            "--model-file",
                            settings.models().resolve("mnist-mlp.pt").toString(),
                            "--spec",
                            settings.models().resolve("mnist-mlp.json").toString()))));
        }
        for (NodeUnderTest node : nodes) {
            String name = "idle " + node.target().name();
            if (!results.has(round, name)) {
                results.add(new Results.FloorFigures(round, name, node.idle(IDLE)));
            }
        }
        // Each round starts elsewhere, so that no cell always follows the same one.
        List<Cell.Work> turned = new ArrayList<>(work);
        Collections.rotate(turned, round * 7);
        for (Cell.Work one : turned) {
            if (!results.has(round, one.cell())) {
                measure(driver, round, one);
            }
        }
    }

    private void measure(LoadDriver driver, int round, Cell.Work one)
            throws IOException, InterruptedException, NodeException {
        @Nullable
        NodeUnderTest node = nodes.stream()
                .filter(candidate -> candidate.target().equals(one.target()))
                .findFirst()
                .orElse(null);
        LoadPlan plan = plan(one, settings.warmUp(), settings.window());
        double meanBatch = 0;
        LoadResult load;
        if (node == null) {
            load = driver.run(plan);
        } else {
            Batches before = node.batches(one.cell().model());
            load = driver.run(plan);
            meanBatch = node.batches(one.cell().model()).meanSince(before);
        }
        results.add(new Measurement(round, one.cell(), load, meanBatch));
        say("round " + round + " " + text(one.cell(), load));
    }

    private static LoadPlan plan(Cell.Work one, Duration warmUp, Duration window) {
        return new LoadPlan(
                one.target().address(),
                one.target().address(),
                Traffic.closed(one.calls()),
                one.cell().connections(),
                warmUp,
                window,
                Long.MAX_VALUE,
                SAMPLE_EVERY,
                one.target().pids());
    }

    private JsonNode floor(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "floor";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try (Child child = Child.bench(settings.folder().resolve(arguments[0] + ".log"), command)) {
            return JSON.readTree(child.await("{"));
        }
    }

    private static Map<String, Double> figures(JsonNode floor) {
        Map<String, Double> figures = new TreeMap<>();
        floor.properties()
                .forEach(kind -> kind.getValue()
                        .properties()
                        .forEach(figure -> figures.put(
                                kind.getKey() + "." + figure.getKey(),
                                figure.getValue().asDouble())));
        return figures;
    }

    private static String text(Cell cell, LoadResult load) {
        Map<String, Long> problems = new LinkedHashMap<>(load.failures());
        problems.putAll(load.wrong());
        return String.format(
                Locale.ROOT,
                "%-9s %-9s %-6s %3d: %7.0f/s  p50 %8.0f us  CPU %6.1f us%s",
                cell.server(),
                cell.model(),
                cell.encoding(),
                cell.connections(),
                load.requests() / load.seconds(),
                load.latency().p50(),
                load.totalCpuARequest(),
                load.counts() ? "" : "  DOES NOT COUNT " + problems);
    }

    private void say(String line) {
        progress.println(line);
    }

    private void stop() throws IOException {
        for (Closeable server : servers.reversed()) {
            server.close();
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
