package dev.candor.bench.job;

import dev.candor.bench.floor.EngineFloor;
import dev.candor.bench.load.LoadResult;
import dev.candor.bench.measure.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Writes {@code docs/benchmarks.md}. */
final class Report {
    private static final double AIM_CPU_MICROS = 100;
    private static final double AIM_OVERHEAD_MICROS = 2_000;
    private static final Cell AIM = new Cell("embedded", "mnist-mlp", "binary", 32);
    private static final Cell LONE = new Cell("embedded", "mnist-mlp", "binary", 1);

    private final Results results;
    private final JobSettings settings;
    private final StringBuilder text = new StringBuilder();

    private Report(Results results, JobSettings settings) {
        this.results = results;
        this.settings = settings;
    }

    /**
     * The whole page.
     *
     * @param commit that was measured
     * @param date of the run, as it shall stand there
     */
    static String of(Results results, JobSettings settings, Machine machine, String commit, String date) {
        Report report = new Report(results, settings);
        report.head(machine, commit, date);
        report.verdict();
        report.nodes();
        report.lone();
        report.floors();
        report.reading();
        return report.text.toString();
    }

    private void head(Machine machine, String commit, String date) {
        line("# Benchmarks");
        line("");
        line("Written by `scripts/bench/main-job`; run it to get this page for your machine. Other figures:"
                + " [under load](benchmarks-load.md), [proofs](benchmarks-proving.md),"
                + " [the text model](benchmarks-language.md).");
        line("");
        line("| | |");
        line("|---|---|");
        line("| machine | %s, %d cores, %d GiB, %s, %s |"
                .formatted(
                        machine.processor(),
                        machine.cores(),
                        machine.memoryGib(),
                        machine.kernel(),
                        machine.fileSystem()));
        line("| Java | %s |".formatted(machine.java()));
        line("| flags of the node | %s |"
                .formatted(settings.nodeFlags().isEmpty() ? "those of `./candor`" : "`" + settings.nodeFlags() + "`"));
        line("| commit | %s |".formatted(commit));
        line("| date | %s |".formatted(date));
        line("| method | %d rounds, each cell %.1f s after %.1f s of warm-up a round, medians |"
                .formatted(
                        settings.rounds(),
                        settings.window().toMillis() / 1e3,
                        settings.warmUp().toMillis() / 1e3));
        line("| machine used by others meanwhile | %.0f %% (median) |".formatted(100 * others()));
        line("");
        line(
                "The driver, the nodes, Cassandra and the bare servers share the machine's cores, so throughput and latency depend on all of");
        line(
                "them. **Server CPU microseconds a request** (user and system time of the server's processes over the window, divided by the");
        line(
                "requests answered in it) is the figure to compare. A cell in which any answer failed, or any of the sampled answers (one in 17)");
        line(
                "differed from a reference computed apart from the server or came without a receipt, does not count and shows `-`.");
        line("");
    }

    private double others() {
        double[] shares = results.all().stream()
                .mapToDouble(one -> one.load().othersShare())
                .sorted()
                .toArray();
        return shares.length == 0 ? Double.NaN : shares[shares.length / 2];
    }

    private void verdict() {
        double cpu = results.median(AIM, one -> counted(one, LoadResult::totalCpuARequest));
        double overhead = loneOverhead();
        line("## Aims");
        line("");
        line("| aim | measured | |");
        line("|---|---|---|");
        line("| binary mnist-mlp, 32 connections, embedded journal: at most 100 us server CPU a request | %s us | %s |"
                .formatted(number(cpu), cpu <= AIM_CPU_MICROS ? "met" : "**missed**"));
        line("| a lone request within 2 ms of engine time plus one durable write | %s ms above them | %s |"
                .formatted(millis(overhead), overhead <= AIM_OVERHEAD_MICROS ? "met" : "**missed**"));
        line("");
    }

    private double loneOverhead() {
        return results.median(LONE, one -> counted(one, load -> load.latency().p50()))
                - results.median("engine", "batch_1.p50")
                - results.median("write", "sqlite_commit.p50");
    }

    private void nodes() {
        line("## A node under load");
        line("");
        line("Every answer carries a signed receipt that is in the journal before it leaves.");
        for (String server : settings.cassandra() ? List.of("embedded", "cassandra") : List.of("embedded")) {
            line("");
            line(
                    server.equals("embedded")
                            ? "### Embedded journal"
                            : "### Cassandra (one server, commit log synced in groups; CPU of node and server)");
            line("");
            line("| model | encoding | connections | CPU us a request | requests/s | p50 ms | p99 ms | mean batch |");
            line("|---|---|---|---|---|---|---|---|");
            for (String model : List.of("noop", "mnist-mlp")) {
                for (String encoding : List.of("binary", "json")) {
                    for (int connections : MainJob.CONNECTIONS) {
                        Cell cell = new Cell(server, model, encoding, connections);
                        line("| %s | %s | %d | %s | %s | %s | %s | %s |"
                                .formatted(
                                        model,
                                        encoding,
                                        connections,
                                        cpu(cell),
                                        number(median(cell, load -> load.requests() / load.seconds())),
                                        millis(median(
                                                cell, load -> load.latency().p50())),
                                        millis(median(
                                                cell, load -> load.latency().p99())),
                                        oneDigit(results.median(cell, Measurement::meanBatch))));
                    }
                }
            }
        }
        line("");
    }

    private String cpu(Cell cell) {
        double total = median(cell, LoadResult::totalCpuARequest);
        SortedMap<String, Double> parts = new TreeMap<>();
        results.of(cell).forEach(one -> one.load().cpuARequest().keySet().forEach(name -> parts.put(name, 0.0)));
        if (parts.size() < 2 || Double.isNaN(total)) {
            return number(total);
        }
        parts.replaceAll((name, none) -> median(cell, load -> load.cpuARequest().getOrDefault(name, Double.NaN)));
        List<String> each = new ArrayList<>();
        parts.forEach((name, micros) -> each.add(name + " " + number(micros)));
        return number(total) + " (" + String.join(", ", each) + ")";
    }

    private void lone() {
        line("## A lone request");
        line("");
        line("Binary mnist-mlp, one connection, embedded journal.");
        line("");
        line("| | ms |");
        line("|---|---|");
        line("| the request, p50 | %s |"
                .formatted(millis(median(LONE, load -> load.latency().p50()))));
        line("| engine, batch 1, p50 | %s |".formatted(millis(results.median("engine", "batch_1.p50"))));
        line("| one durable write (SQLite, WAL, synchronous=FULL), p50 | %s |"
                .formatted(millis(results.median("write", "sqlite_commit.p50"))));
        line("| what Candor adds | %s |".formatted(millis(loneOverhead())));
        SortedMap<String, Double> stages = new TreeMap<>();
        results.of(LONE).forEach(one -> one.load().serverTimings().forEach((name, micros) -> stages.put(name, 0.0)));
        for (String stage : stages.keySet()) {
            line("| `Server-Timing` %s, mean | %s |"
                    .formatted(
                            stage,
                            millis(median(LONE, load -> load.serverTimings().getOrDefault(stage, Double.NaN)))));
        }
        line("");
    }

    private void floors() {
        line("## Floors");
        line("");
        line("| bare HTTP server, 3.2 KB in, 40 B out | connections | CPU us a request | requests/s | p50 ms |");
        line("|---|---|---|---|---|");
        for (String name : MainJob.BARE) {
            for (int connections : MainJob.CONNECTIONS) {
                Cell cell = new Cell(name, "echo", "raw", connections);
                line("| %s | %d | %s | %s | %s |"
                        .formatted(
                                name.equals("netty") ? "Netty" : "Pekko HTTP",
                                connections,
                                number(median(cell, LoadResult::totalCpuARequest)),
                                number(median(cell, load -> load.requests() / load.seconds())),
                                millis(median(cell, load -> load.latency().p50()))));
            }
        }
        line("");
        line("| engine (mnist-mlp, the node's own backend without the node) | p50 us a batch | CPU us a sample |");
        line("|---|---|---|");
        for (int batch : EngineFloor.BATCHES) {
            line("| batch %d | %s | %s |"
                    .formatted(
                            batch,
                            number(results.median("engine", "batch_" + batch + ".p50")),
                            oneDigit(results.median("engine", "batch_" + batch + ".cpu"))));
        }
        line("");
        line("| durable write | p50 us | p99 us | CPU us |");
        line("|---|---|---|---|");
        line("| append of 4 KiB and fdatasync | %s |".formatted(writes("fdatasync_4k")));
        line("| SQLite commit of a row of 1 KiB (WAL, synchronous=FULL) | %s |".formatted(writes("sqlite_commit")));
        line("");
        line("| a node without requests | CPU us a second |");
        line("|---|---|");
        line("| embedded journal | %s |".formatted(number(results.median("idle embedded", "node"))));
        if (settings.cassandra()) {
            line("| on Cassandra, node | %s |".formatted(number(results.median("idle cassandra", "node"))));
            line("| on Cassandra, Cassandra | %s |".formatted(number(results.median("idle cassandra", "cassandra"))));
        }
        line("");
    }

    private String writes(String kind) {
        return number(results.median("write", kind + ".p50"))
                + " | " + number(results.median("write", kind + ".p99"))
                + " | " + number(results.median("write", kind + ".cpu"));
    }

    private void reading() {
        line("## Reading the figures");
        line("");
        line(
                "- Connections are a closed loop: each sends its next request when its answer is there. With one connection nothing can be");
        line(
                "  batched or written together, so CPU a request is highest there; that is what group commit and batches save under load.");
        line("- The CPU of a lone connection includes what the node spends anyway (see the node without requests).");
        line(
                "- The engine runs on one thread; its CPU a sample at batch 32 and the bare HTTP server together are what no server can be below.");
    }

    private double median(Cell cell, ToDoubleFunction<LoadResult> figure) {
        return results.median(cell, one -> counted(one, figure));
    }

    private static double counted(Measurement one, ToDoubleFunction<LoadResult> figure) {
        return one.load().counts() ? figure.applyAsDouble(one.load()) : Double.NaN;
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "-";
    }

    private static String oneDigit(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
    }

    private static String millis(double micros) {
        return Double.isFinite(micros) ? String.format(Locale.ROOT, "%.2f", micros / 1e3) : "-";
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
