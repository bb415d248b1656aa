package dev.candor.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.bench.load.LoadResult;
import dev.candor.bench.load.Measured;
import dev.candor.bench.load.Pace;
import dev.candor.bench.measure.Machine;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

final class ReportFilesTest {
    @TempDir
    private Path folder;

    private static PointResult point(Pace pace, long requests, Map<String, Long> wrong) {
        Histogram histogram = new Histogram(60_000_000_000L, 3);
        for (int i = 1; i <= 1000; i++) {
            histogram.recordValue(i * 10_000L);
        }
        LoadResult.Latency latency = new LoadResult.Latency(5_000, 9_000, 9_900, 9_990, 10_000, 5_000);
        LoadResult result = new LoadResult(
                pace.offered(),
                requests,
                2,
                3,
                0,
                new TreeMap<>(),
                60,
                new TreeMap<>(wrong),
                latency,
                latency,
                new TreeMap<>(Map.of(
                        "a <share>", new LoadResult.ShareResult(1, 0, latency),
                        "another", new LoadResult.ShareResult(1, 0, latency))),
                new TreeMap<>(Map.of("server", 70.5)),
                new TreeMap<>(Map.of("server", 300.0)),
                5,
                20,
                0.1,
                new TreeMap<>());
        return new PointResult(
                pace,
                32,
                new Measured(result, histogram, new TreeMap<>(Map.of("a <share>", histogram, "another", histogram))),
                new TreeMap<>(Map.of("mnist-mlp", 7.5)));
    }

    private LoadReport report(Map<String, Long> wrong) throws IOException {
        return new LoadReport(
                "A & B",
                "http://127.0.0.1:8000",
                "candor 1",
                new TreeMap<>(Map.of("server", "java -Dx=<y>")),
                "abc123",
                "candor bench --sweep",
                5,
                "2026-01-01T00:00:00Z",
                Machine.of(folder),
                List.of(
                        point(new Pace.Closed(), 2_000, Map.of()),
                        point(new Pace.Poisson(900), 1_800, Map.of()),
                        point(new Pace.Poisson(1_200), 2_000, wrong)));
    }

    @Test
    void saturationIsTheLastRateThatTheServerKeptUpWith() throws IOException {
        assertEquals(OptionalDouble.of(900), report(Map.of()).saturation());
    }

    @Test
    void writesWhatProgramsRead() throws IOException {
        ReportFiles.write(report(Map.of()), folder);
        JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("report.json")));
        assertEquals(900, json.path("saturation").asDouble());
        assertEquals("abc123", json.path("commit").asText());
        assertEquals(5, json.path("seed").asLong());
        assertEquals(3, json.path("runs").size());
        assertEquals(
                9_900,
                json.path("runs")
                        .path(1)
                        .path("result")
                        .path("latency")
                        .path("p99")
                        .asDouble());
        List<String> lines = Files.readAllLines(folder.resolve("run-2.hgrm"));
        assertTrue(lines.getFirst().contains("Value") && lines.getFirst().contains("Percentile"));
        assertTrue(lines.getLast().startsWith("#"), lines.getLast());
        assertTrue(Files.exists(folder.resolve("run-3-share-2.hgrm")));
    }

    @Test
    void thePageNeedsNothingElseAndHoldsThePlots() throws Exception {
        ReportFiles.write(report(Map.of()), folder);
        String page = Files.readString(folder.resolve("report.html"));
        assertFalse(page.contains("<script") || page.contains("src=") || page.contains("href="));
        assertTrue(
                page.contains("A &amp; B") && page.contains("a &lt;share&gt;") && page.contains("java -Dx=&lt;y&gt;"));
        for (String title :
                List.of("Latency by percentile", "Latency against throughput", "Batch size", "Server CPU a request")) {
            assertTrue(page.contains(">" + title + "<"), title);
        }
        int drawings = 0;
        for (int at = page.indexOf("<svg "); at >= 0; at = page.indexOf("<svg ", at + 1)) {
            String svg = page.substring(at, page.indexOf("</svg>", at) + 6);
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
            assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
            drawings++;
        }
        assertEquals(5, drawings);
    }

    @Test
    void marksARunWithAWrongAnswer() throws IOException {
        LoadReport report = report(Map.of("an output with other values", 1L));
        assertFalse(report.counts());
        ReportFiles.write(report, folder);
        assertTrue(Files.readString(folder.resolve("report.html"))
                .contains("does not count: {an output with other values=1}"));
    }
}
