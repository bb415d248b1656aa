package dev.candor.bench.tool;

import dev.candor.bench.measure.CommandLineOf;
import dev.candor.bench.measure.Commit;
import dev.candor.bench.measure.Machine;
import dev.candor.bench.report.LoadReport;
import dev.candor.bench.report.PointResult;
import dev.candor.bench.report.ReportFiles;
import dev.candor.bench.scenario.Scenario;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The load tester: finds out whom it loads, runs the scenario, writes the report.
 *
 * @param target REST endpoint
 * @param grpc HOST:PORT, by default the port behind the REST endpoint's
 * @param pids PID or NAME=PID
 * @param mostRequests a run
 * @param models folder of the shipped models
 * @param apiKeyFile holds the key; else the environment variable CANDOR_API_KEY may
 * @param out folder of the report, by default a new one in the working directory
 * @param home the repository that this was built of
 * @param command for the report
 */
public record LoadTool(
        URI target,
        Optional<String> grpc,
        List<String> pids,
        Scenario scenario,
        long mostRequests,
        Receipts receipts,
        Path models,
        Optional<Path> apiKeyFile,
        Optional<Path> out,
        Path home,
        String command) {
    private static final DateTimeFormatter FOLDER =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final int HTTP_PORT = 80;
    private static final int MAX_PORT = 65_535;

    /** Whether an answer without a receipt is a wrong one. */
    public enum Receipts {
        /** If the server is Candor. */
        AUTO,
        /** Yes. */
        REQUIRED,
        /** No. */
        IGNORED
    }

    /**
     * Runs it.
     *
     * @param stdout for the result
     * @param stderr for progress
     * @return whether all runs count
     */
    public boolean run(PrintStream stdout, PrintStream stderr, boolean json, boolean quiet)
            throws IOException, InterruptedException, NodeException {
        Instant start = Instant.now();
        SortedMap<String, Long> processes = processes();
        SortedMap<String, String> lines = new TreeMap<>();
        for (Map.Entry<String, Long> process : processes.entrySet()) {
            lines.put(process.getKey(), line(process.getValue()));
        }
        Path folder = out.orElse(Path.of("bench-" + FOLDER.format(start)));
        Files.createDirectories(folder);
        Optional<String> key = apiKeyFile.isPresent()
                ? Optional.of(Files.readString(apiKeyFile.get()).strip())
                : Optional.ofNullable(System.getenv("CANDOR_API_KEY"));
        try (NodeClient client = new NodeClient(target, key)) {
            ServerUnderTest server = ServerUnderTest.at(client);
            InetSocketAddress http =
                    new InetSocketAddress(target.getHost(), target.getPort() < 0 ? HTTP_PORT : target.getPort());
            LoadTest.Setup setup = new LoadTest.Setup(
                    scenario,
                    http,
                    grpcAddress(http),
                    processes,
                    models,
                    key,
                    switch (receipts) {
                        case AUTO -> server.signs();
                        case REQUIRED -> true;
                        case IGNORED -> false;
                    },
                    mostRequests);
            PrintStream told = quiet ? new PrintStream(OutputStream.nullOutputStream()) : stderr;
            List<PointResult> points = LoadTest.run(setup, server, new ProgressLine(told, !quiet && onTerminal()));
            LoadReport report = new LoadReport(
                    scenario.name(),
                    target.toString(),
                    server.title(),
                    lines,
                    Commit.of(home),
                    command,
                    scenario.seed(),
                    start.truncatedTo(ChronoUnit.SECONDS).toString(),
                    Machine.of(folder),
                    points);
            ReportFiles.write(report, folder);
            if (json) {
                stdout.println(ReportFiles.json(report));
            }
            stderr.println("report in " + folder.resolve("report.html"));
            return report.counts();
        }
    }

    private static boolean onTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private InetSocketAddress grpcAddress(InetSocketAddress http) throws IOException {
        if (grpc.isEmpty()) {
            return new InetSocketAddress(http.getHostString(), Math.min(MAX_PORT, http.getPort() + 1));
        }
        int colon = grpc.get().lastIndexOf(':');
        try {
            int port = Integer.parseInt(grpc.get().substring(colon + 1));
            if (colon > 0 && port > 0 && port <= MAX_PORT) {
                return new InetSocketAddress(grpc.get().substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            // The sentence below says what it should have been.
        }
        throw new IOException("\"" + grpc.get() + "\" is no address; --grpc takes HOST:PORT");
    }

    private SortedMap<String, Long> processes() throws IOException {
        SortedMap<String, Long> processes = new TreeMap<>();
        for (String pid : pids) {
            int equals = pid.indexOf('=');
            String name = equals < 0 ? (pids.size() == 1 ? "server" : "server " + pid) : pid.substring(0, equals);
            try {
                processes.put(name, Long.parseLong(pid.substring(equals + 1)));
            } catch (NumberFormatException e) {
                throw new IOException("\"" + pid + "\" is no process; --peer-pid takes PID or NAME=PID", e);
            }
        }
        return processes;
    }

    private static String line(long pid) throws IOException {
        try {
            return CommandLineOf.pid(pid);
        } catch (IOException e) {
            throw new IOException("there is no process " + pid + " to measure", e);
        }
    }
}
