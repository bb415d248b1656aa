package dev.candor.bench.tool;

import dev.candor.bench.load.CallOptions;
import dev.candor.bench.load.InferCalls;
import dev.candor.bench.load.LoadDriver;
import dev.candor.bench.load.LoadPlan;
import dev.candor.bench.load.LoadResult;
import dev.candor.bench.load.Measured;
import dev.candor.bench.load.Pace;
import dev.candor.bench.load.Share;
import dev.candor.bench.load.Traffic;
import dev.candor.bench.measure.Batches;
import dev.candor.bench.model.BenchModel;
import dev.candor.bench.model.Example;
import dev.candor.bench.model.ExampleFile;
import dev.candor.bench.report.PointResult;
import dev.candor.bench.scenario.Part;
import dev.candor.bench.scenario.Scenario;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Runs a scenario against a server. For one thread. */
final class LoadTest {
    private static final int SHIPPED_EXAMPLES = 64;

    private final Setup setup;
    private final ServerUnderTest server;
    private final ProgressLine progress;
    private final List<Share> shares = new ArrayList<>();
    private final TreeSet<String> models = new TreeSet<>();
    private final List<PointResult> points = new ArrayList<>();

    /**
     * Where and how.
     *
     * @param http the server's address for HTTP
     * @param grpc the server's address for gRPC
     * @param pids processes to charge, by name
     * @param shipped the folder of the shipped models
     * @param receipts whether answers must carry receipts
     */
    record Setup(
            Scenario scenario,
            InetSocketAddress http,
            InetSocketAddress grpc,
            Map<String, Long> pids,
            Path shipped,
            Optional<String> apiKey,
            boolean receipts,
            long mostRequests) {}

    private LoadTest(Setup setup, ServerUnderTest server, ProgressLine progress) throws IOException {
        this.setup = setup;
        this.server = server;
        this.progress = progress;
        try {
            for (Part part : setup.scenario().mix()) {
                models.add(part.model());
                CallOptions options = new CallOptions(
                        part.encoding(),
                        part.version(),
                        part.priority(),
                        part.timeout(),
                        part.verification(),
                        setup.apiKey(),
                        setup.receipts());
                shares.add(new Share(part.name(), part.weight(), InferCalls.of(part.model(), examples(part), options)));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private List<Example> examples(Part part) throws IOException {
        if (part.examples().isPresent()) {
            return ExampleFile.read(part.examples().get(), part.rows());
        }
        if (!BenchModel.NAMES.contains(part.model())) {
            throw new IOException(
                    "what model " + part.model() + " must answer is not known: name a file of examples, or take one of "
                            + String.join(", ", BenchModel.NAMES));
        }
        return BenchModel.shipped(setup.shipped(), part.model(), SHIPPED_EXAMPLES)
                .examples(part.rows());
    }

    /** Runs everything that the scenario asks for. */
    static List<PointResult> run(Setup setup, ServerUnderTest server, ProgressLine progress)
            throws IOException, InterruptedException, NodeException {
        LoadTest test = new LoadTest(setup, server, progress);
        server.mustServe(test.models);
        try (LoadDriver driver = new LoadDriver()) {
            test.all(driver);
        }
        return test.points;
    }

    private void all(LoadDriver driver) throws IOException, InterruptedException {
        Scenario scenario = setup.scenario();
        if (scenario.sweep()) {
            PointResult most = run(driver, new Pace.Closed(), scenario.connectionsOf(false));
            for (double part : scenario.sweepParts()) {
                run(driver, pace(Math.max(1, part * most.answered())), scenario.connectionsOf(false));
            }
        } else if (scenario.rates().isEmpty()) {
            run(driver, new Pace.Closed(), scenario.connectionsOf(true));
        } else {
            for (double rate : scenario.rates()) {
                run(driver, pace(rate), scenario.connectionsOf(false));
            }
        }
    }

    private Pace pace(double rate) {
        return switch (setup.scenario().loop()) {
            case CONSTANT -> new Pace.Constant(rate);
            // A sweep whose scenario names no arrivals takes those that are like many callers.
            case POISSON, CLOSED -> new Pace.Poisson(rate);
        };
    }

    private PointResult run(LoadDriver driver, Pace pace, int connections) throws IOException, InterruptedException {
        Scenario scenario = setup.scenario();
        LoadPlan plan = new LoadPlan(
                setup.http(),
                setup.grpc(),
                new Traffic(pace, shares, scenario.seed(), scenario.refusalsAllowed() || scenario.sweep()),
                connections,
                scenario.warmUp(),
                scenario.window(),
                setup.mostRequests(),
                scenario.sampleEvery(),
                setup.pids());
        progress.begin(pace.toString());
        Map<String, Batches> before = server.batches(models);
        Measured measured = driver.measure(plan, progress);
        PointResult point = new PointResult(pace, connections, measured, server.meanSince(before));
        points.add(point);
        progress.say(line(point));
        return point;
    }

    private static String line(PointResult point) {
        LoadResult result = point.measured().result();
        return String.format(
                Locale.ROOT,
                "%-24s %,9.0f/s  p50 %8.2f ms  p99 %8.2f ms  p99.9 %8.2f ms%s%s%s%s",
                point.pace(),
                point.answered(),
                result.latency().p50() / 1e3,
                result.latency().p99() / 1e3,
                result.latency().p999() / 1e3,
                result.refused() == 0 ? "" : "  refused " + result.refused(),
                result.unanswered() == 0 ? "" : "  unanswered " + result.unanswered(),
                result.cpuARequest().isEmpty()
                        ? ""
                        : String.format(Locale.ROOT, "  CPU %.0f us", result.totalCpuARequest()),
                result.counts() ? "" : "  DOES NOT COUNT " + result.failures() + " " + result.wrong());
    }
}
