package dev.candor.bench.report;

import dev.candor.bench.load.LoadResult;
import dev.candor.bench.report.Plot.Point;
import dev.candor.bench.report.Plot.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;
import org.HdrHistogram.Histogram;

/** A load test as one page of HTML that needs nothing else: no script, no style sheet, no network. */
final class ReportPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 78rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
            td, th { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid #8884; }
            td:first-child, th:first-child, .facts td { text-align: left; }
            .bad { color: #b91c1c; font-weight: 600; }
            .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1.5rem; }
            svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: currentColor; }
            svg .title { font-size: 13px; } svg .grid { stroke: #8883; } svg polyline { fill: none; stroke-width: 2; }
            code { overflow-wrap: anywhere; }
            """;

    private final LoadReport report;
    private final StringBuilder page = new StringBuilder(1 << 16);

    private ReportPage(LoadReport report) {
        this.report = report;
    }

    static String of(LoadReport report) {
        ReportPage made = new ReportPage(report);
        made.head();
        made.runs();
        made.shares();
        made.plots();
        made.facts();
        made.reading();
        return made.page.append("</body></html>\n").toString();
    }

    private void head() {
        String title = report.title().isEmpty() ? "Load test" : report.title();
        add(String.format(
                Locale.ROOT,
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title><style>%s</style></head><body>",
                Html.text(title),
                STYLE));
        add(String.format(Locale.ROOT, "<h1>%s</h1>", Html.text(title)));
        add(String.format(
                Locale.ROOT,
                "<p>%s at %s, %s</p>",
                Html.text(report.server()),
                Html.text(report.target()),
                Html.text(report.date())));
        if (!report.counts()) {
            add("<p class=\"bad\">Not all answers were right: runs so marked count for nothing.</p>");
        }
        report.saturation()
                .ifPresentOrElse(
                        rate -> add(String.format(
                                Locale.ROOT,
                                "<p>Highest rate of an open loop that the server kept up with: <b>%s requests a second</b>.</p>",
                                Axis.number(rate))),
                        () -> {
                            if (report.points().stream()
                                    .anyMatch(point -> point.pace().offered() > 0)) {
                                add("<p>The server kept up with none of the rates.</p>");
                            }
                        });
    }

    private void runs() {
        add(
                "<h2>Runs</h2><table><tr><th>run</th><th>offered /s</th><th>answered /s</th><th>refused</th><th>unanswered</th><th>p50 ms</th><th>p90 ms</th>"
                        + "<th>p99 ms</th><th>p99.9 ms</th><th>max ms</th><th>refusal p99 ms</th><th>server CPU us/request</th><th>rows a batch</th><th>server MiB</th>"
                        + "<th>driver late p99 ms</th><th>driver CPU us/request</th><th>others %</th><th></th></tr>");
        for (PointResult point : report.points()) {
            LoadResult result = point.measured().result();
            add(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%d</td><td>%d</td>%s<td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%.1f</td><td>%.0f</td><td>%s</td></tr>",
                    Html.text(point.label()),
                    point.pace().offered() == 0
                            ? "-"
                            : Axis.number(Math.rint(point.pace().offered())),
                    Axis.number(Math.rint(point.answered())),
                    result.refused(),
                    result.unanswered(),
                    quantiles(result.latency()),
                    result.refused() == 0 ? "-" : millis(result.refusals().p99()),
                    result.cpuARequest().isEmpty() ? "-" : byServer(result.cpuARequest()),
                    point.meanBatch().isEmpty() ? "-" : byServer(point.meanBatch()),
                    result.residentMib().isEmpty() ? "-" : byServer(result.residentMib()),
                    millis(result.driverLagP99()),
                    result.driverCpuARequest(),
                    100 * result.othersShare(),
                    verdict(result)));
        }
        add("</table>");
    }

    private static String verdict(LoadResult result) {
        if (result.counts()) {
            return result.judged() + " answers compared, all right";
        }
        Map<String, Long> problems = new LinkedHashMap<>(result.failures());
        problems.putAll(result.wrong());
        return "<span class=\"bad\">does not count: "
                + Html.text(problems.isEmpty() ? "nothing was answered and compared" : problems.toString()) + "</span>";
    }

    private static String quantiles(LoadResult.Latency latency) {
        StringBuilder cells = new StringBuilder();
        for (double micros :
                new double[] {latency.p50(), latency.p90(), latency.p99(), latency.p999(), latency.max()}) {
            cells.append("<td>").append(millis(micros)).append("</td>");
        }
        return cells.toString();
    }

    private static String millis(double micros) {
        return String.format(Locale.ROOT, "%.2f", micros / 1e3);
    }

    private static String byServer(Map<String, Double> figures) {
        if (figures.size() == 1) {
            return String.format(
                    Locale.ROOT, "%.1f", figures.values().iterator().next());
        }
        List<String> each = new ArrayList<>();
        figures.forEach((name, figure) -> each.add(Html.text(name) + String.format(Locale.ROOT, " %.1f", figure)));
        return String.join("<br>", each);
    }

    private void shares() {
        if (report.points().stream()
                .noneMatch(point -> point.measured().shares().size() > 1)) {
            return;
        }
        add(
                "<h2>Shares of the load</h2><table><tr><th>run</th><th>share</th><th>answered /s</th><th>refused</th><th>p50 ms</th><th>p90 ms</th><th>p99 ms</th>"
                        + "<th>p99.9 ms</th><th>max ms</th></tr>");
        for (PointResult point : report.points()) {
            LoadResult result = point.measured().result();
            result.shares()
                    .forEach((name, share) -> add(String.format(
                            Locale.ROOT,
                            "<tr><td>%s</td><td>%s</td><td>%s</td><td>%d</td>%s</tr>",
                            Html.text(point.label()),
                            Html.text(name),
                            Axis.number(Math.rint(share.requests() / result.seconds())),
                            share.refused(),
                            quantiles(share.latency()))));
        }
        add("</table>");
    }

    private void plots() {
        add("<div class=\"plots\">");
        Plot latency = new Plot("requests", Scale.PERCENTILE, "latency, ms", Scale.LOGARITHMIC);
        report.points()
                .forEach(point -> latency.line(
                        point.label(), distribution(point.measured().latency())));
        plot("Latency by percentile", latency);
        if (report.points().size() > 1) {
            plot(
                    "Latency against throughput",
                    new Plot("answered requests a second", Scale.LINEAR, "latency, ms", Scale.LOGARITHMIC)
                            .line("p50", against(result -> result.latency().p50() / 1e3))
                            .line("p99", against(result -> result.latency().p99() / 1e3))
                            .line("p99.9", against(result -> result.latency().p999() / 1e3)));
            plot(
                    "Answered against offered",
                    new Plot("offered requests a second", Scale.LINEAR, "requests a second", Scale.LINEAR)
                            .line("answered", offered(PointResult::answered))
                            .line(
                                    "refused",
                                    offered(point -> point.measured().result().refused()
                                            / point.measured().result().seconds())));
            Plot batch = new Plot("answered requests a second", Scale.LINEAR, "rows a batch", Scale.LINEAR);
            names(PointResult::meanBatch)
                    .forEach(model -> batch.line(
                            model, byAnswered(point -> point.meanBatch().getOrDefault(model, Double.NaN))));
            plot("Batch size", batch);
            Plot cpu = new Plot("answered requests a second", Scale.LINEAR, "CPU, us a request", Scale.LINEAR);
            names(point -> point.measured().result().cpuARequest())
                    .forEach(server -> cpu.line(
                            server,
                            byAnswered(point ->
                                    point.measured().result().cpuARequest().getOrDefault(server, Double.NaN))));
            plot("Server CPU a request", cpu);
        }
        add("</div>");
    }

    private Set<String> names(Function<PointResult, Map<String, Double>> figures) {
        TreeSet<String> names = new TreeSet<>();
        report.points().forEach(point -> names.addAll(figures.apply(point).keySet()));
        return names;
    }

    private void plot(String title, Plot plot) {
        if (!plot.empty()) {
            add(String.format(Locale.ROOT, "<section><h2>%s</h2>%s</section>", Html.text(title), plot.svg()));
        }
    }

    private static List<Point> distribution(Histogram histogram) {
        return StreamSupport.stream(histogram.percentiles(5).spliterator(), false)
                .map(value -> new Point(value.getPercentileLevelIteratedTo() / 100, value.getValueIteratedTo() / 1e6))
                .filter(point -> point.x() < 1 - 0.5 / Math.max(1, histogram.getTotalCount()))
                .toList();
    }

    private List<Point> against(ToDoubleFunction<LoadResult> figure) {
        return byAnswered(point -> figure.applyAsDouble(point.measured().result()));
    }

    /** In the order of what was answered, without closed loops where there are open ones: their latency means another thing. */
    private List<Point> byAnswered(ToDoubleFunction<PointResult> figure) {
        boolean open = report.points().stream().anyMatch(point -> point.pace().offered() > 0);
        return report.points().stream()
                .filter(point -> !open || point.pace().offered() > 0)
                .map(point -> new Point(point.answered(), figure.applyAsDouble(point)))
                .toList();
    }

    private List<Point> offered(ToDoubleFunction<PointResult> figure) {
        return report.points().stream()
                .filter(point -> point.pace().offered() > 0)
                .map(point -> new Point(point.pace().offered(), figure.applyAsDouble(point)))
                .toList();
    }

    private void facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "machine",
                "%s, %d cores, %d GiB, %s, %s"
                        .formatted(
                                report.machine().processor(),
                                report.machine().cores(),
                                report.machine().memoryGib(),
                                report.machine().kernel(),
                                report.machine().fileSystem()));
        facts.put("driver's Java", report.machine().java());
        facts.put("commit", report.commit());
        facts.put("command", report.command());
        facts.put("seed", Long.toString(report.seed()));
        new TreeMap<>(report.servers()).forEach((name, line) -> facts.put("process " + name, line));
        add("<h2>How it was measured</h2><table class=\"facts\">");
        facts.forEach((name, value) -> add(String.format(
                Locale.ROOT, "<tr><td>%s</td><td><code>%s</code></td></tr>", Html.text(name), Html.text(value))));
        add("</table>");
    }

    private void reading() {
        add(
                "<p>In an open loop a request's time counts from when it was due, sent or not: a server that stalls pays for all that it kept waiting. A request without "
                        + "an answer at the end counts with the time that it had waited. In a closed loop time counts from the write. Refused requests are in neither; they "
                        + "have a column. Warm-up is left out. CPU is user and system time of the processes and their children over the window, by requests answered in it.</p>");
    }

    private void add(String line) {
        page.append(line).append('\n');
    }
}
