package dev.candor.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.bench.load.Encoding;
import dev.candor.bench.scenario.Scenario;
import dev.candor.bench.scenario.ScenarioFile;
import dev.candor.bench.tool.LoadTool;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry point: the load tester, and beside it the benchmarks of the project. Exit codes as those of {@code candor}: 0, 1 something does not count, 2, 3. */
@Command(
        name = "candor bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Loads a server that speaks the Open Inference Protocol and reports what it did.",
            "",
            "Without more: a closed loop of 32 connections on mnist-mlp at http://127.0.0.1:8000. What options say goes before what a scenario says."
        },
        subcommands = {FloorCommand.class, MainJobCommand.class})
public final class Bench implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int DEFECT = 3;

    @Option(
            names = "--target",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8000",
            description = "The server's REST endpoint, default ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private URI target;

    @Option(names = "--grpc", paramLabel = "HOST:PORT", description = "Its gRPC endpoint; by default the next port.")
    @Nullable
    private String grpc;

    @Option(
            names = "--peer-pid",
            paramLabel = "[NAME=]PID",
            description =
                    "A process of the server: its processor time and memory are taken, its children's included. May be repeated.")
    private List<String> pids = new ArrayList<>();

    @Option(names = "--scenario", paramLabel = "FILE", description = "Mix and load as HOCON, see docs/load-testing.md.")
    @Nullable
    private Path scenario;

    @Option(names = "--model", paramLabel = "NAME", description = "noop, mnist-mlp, or any with --examples.")
    @Nullable
    private String model;

    @Option(
            names = "--examples",
            paramLabel = "FILE",
            description = "Requests of the model and what it must answer, as JSON.")
    @Nullable
    private Path examples;

    @Option(names = "--encoding", paramLabel = "E", description = "${COMPLETION-CANDIDATES}; default BINARY.")
    @Nullable
    private Encoding encoding;

    @Option(names = "--rows", description = "Rows a request, default 1.")
    @Nullable
    private Integer rows;

    @Option(
            names = "--loop",
            paramLabel = "LOOP",
            description = "${COMPLETION-CANDIDATES}; default CLOSED, or POISSON where there is a rate.")
    private Scenario.@Nullable Loop loop;

    @Option(
            names = "--rate",
            paramLabel = "R",
            split = ",",
            description = "Requests a second of an open loop; several, with commas, run one after the other.")
    private List<Double> rates = new ArrayList<>();

    @Option(
            names = "--sweep",
            description =
                    "Find the most that the server answers, then offer parts of it in an open loop, up to twice as much.")
    private boolean sweep;

    @Option(
            names = "--connections",
            description = "Requests on their way at one time; default 32 in a closed loop, 256 in an open one.")
    @Nullable
    private Integer connections;

    @Option(names = "--warm-up", paramLabel = "S", description = "Seconds that are not counted, default 2.")
    @Nullable
    private Double warmUp;

    @Option(names = "--seconds", paramLabel = "S", description = "Seconds that are, default 10.")
    @Nullable
    private Double seconds;

    @Option(names = "--requests", paramLabel = "N", description = "End a run after so many.")
    private long requests = Long.MAX_VALUE;

    @Option(names = "--sample-every", paramLabel = "N", description = "Compare one answer in so many, default 17.")
    @Nullable
    private Integer sampleEvery;

    @Option(names = "--seed", description = "Of arrivals and mix, default 1.")
    @Nullable
    private Long seed;

    @Option(
            names = "--allow-refusals",
            description = "A server that says it is full does its work; always so in a sweep.")
    private boolean refusals;

    @Option(
            names = "--receipts",
            paramLabel = "WHEN",
            defaultValue = "AUTO",
            description =
                    "${COMPLETION-CANDIDATES}: whether an answer without a receipt is wrong; AUTO asks the server whether it is Candor.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LoadTool.Receipts receipts;

    @Option(names = "--models", paramLabel = "DIR", description = "The folder of the shipped models.")
    @Nullable
    private Path models;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "File that holds the API key; the environment variable CANDOR_API_KEY serves as well.")
    @Nullable
    private Path apiKeyFile;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the report goes; by default a new folder bench-TIME here.")
    @Nullable
    private Path out;

    @Option(names = "--json", description = "Print the report as one line of JSON as well.")
    private boolean json;

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    /** Runs a command and ends with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine(arguments).execute(arguments));
    }

    private static CommandLine commandLine(String... arguments) {
        Bench bench = new Bench();
        bench.words = List.of(arguments);
        return new CommandLine(bench)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, command, parsed) -> {
                    boolean known = error instanceof IOException || error instanceof NodeException;
                    command.getErr().println("candor: " + (error.getMessage() == null ? error : error.getMessage()));
                    if (!known) {
                        error.printStackTrace(command.getErr());
                    }
                    return known ? FAILED : DEFECT;
                });
    }

    private List<String> words = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException, NodeException {
        Path home = Path.of(System.getProperty("candor.home", "."));
        LoadTool tool = new LoadTool(
                target,
                Optional.ofNullable(grpc),
                pids,
                ScenarioFile.read(Optional.ofNullable(scenario), settings()),
                requests,
                receipts,
                models != null ? models : home.resolve("models"),
                Optional.ofNullable(apiKeyFile),
                Optional.ofNullable(out),
                home,
                "candor bench " + String.join(" ", words));
        return tool.run(System.out, System.err, json, quiet) ? 0 : FAILED;
    }

    /** What the command line says, in the terms of a scenario. */
    private Config settings() {
        Map<String, Object> load = new HashMap<>();
        put(load, "loop", loop != null ? loop.name() : rates.isEmpty() ? null : Scenario.Loop.POISSON.name());
        put(load, "rates", rates.isEmpty() ? null : rates);
        put(load, "sweep", sweep ? true : null);
        put(load, "connections", connections);
        put(load, "warm-up", warmUp == null ? null : warmUp * 1e3 + " ms");
        put(load, "window", seconds == null ? null : seconds * 1e3 + " ms");
        put(load, "sample-every", sampleEvery);
        put(load, "seed", seed);
        put(load, "allow-refusals", refusals ? true : null);
        Map<String, Object> part = new HashMap<>();
        put(part, "model", model);
        put(
                part,
                "examples",
                examples == null ? null : examples.toAbsolutePath().toString());
        put(part, "encoding", encoding == null ? null : encoding.name());
        put(part, "rows", rows);
        Map<String, Object> all = new HashMap<>();
        put(all, "load", load.isEmpty() ? null : load);
        put(all, "mix", part.isEmpty() ? null : List.of(part));
        return ConfigFactory.parseMap(all, "the command line");
    }

    private static void put(Map<String, Object> settings, String key, @Nullable Object value) {
        if (value != null) {
            settings.put(key, value);
        }
    }
}
