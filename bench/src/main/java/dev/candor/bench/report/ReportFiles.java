package dev.candor.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/** Writes a load test's files. */
public final class ReportFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Histograms are in nanoseconds, files in milliseconds, as plotters of .hgrm expect. */
    private static final double NANOS_A_MILLI = 1e6;

    private ReportFiles() {}

    /** Writes {@code report.html}, {@code report.json} and a {@code .hgrm} for each run and share into {@code folder}. */
    public static void write(LoadReport report, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.html"), ReportPage.of(report));
        Files.writeString(
                folder.resolve("report.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(report)));
        for (int i = 0; i < report.points().size(); i++) {
            PointResult point = report.points().get(i);
            String name = "run-" + (i + 1);
            histogram(folder.resolve(name + ".hgrm"), point.measured().latency());
            if (point.measured().shares().size() > 1) {
                int share = 0;
                for (Histogram each : point.measured().shares().values()) {
                    share++;
                    histogram(folder.resolve(name + "-share-" + share + ".hgrm"), each);
                }
            }
        }
    }

    private static void histogram(Path file, Histogram histogram) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            histogram.outputPercentileDistribution(out, NANOS_A_MILLI);
            if (out.checkError()) {
                throw new IOException("cannot write " + file);
            }
        }
    }

    /** The report as one object. */
    public static ObjectNode json(LoadReport report) {
        ObjectNode json = JSON.createObjectNode()
                .put("title", report.title())
                .put("target", report.target())
                .put("server", report.server())
                .put("commit", report.commit())
                .put("command", report.command())
                .put("seed", report.seed())
                .put("date", report.date())
                .put("counts", report.counts());
        report.saturation().ifPresent(rate -> json.put("saturation", rate));
        json.set("servers", JSON.valueToTree(report.servers()));
        json.set("machine", JSON.valueToTree(report.machine()));
        ArrayNode points = json.putArray("runs");
        for (PointResult point : report.points()) {
            ObjectNode one = points.addObject()
                    .put("pace", point.pace().toString())
                    .put("connections", point.connections())
                    .put("kept_up", point.keptUp());
            one.set("mean_batch", JSON.valueToTree(point.meanBatch()));
            one.set("result", JSON.valueToTree(point.measured().result()));
        }
        return json;
    }
}
