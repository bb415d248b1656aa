package dev.candor.bench.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.candor.bench.load.LoadResult;
import dev.candor.bench.measure.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultsTest {
    private static final Cell AIM = new Cell("embedded", "mnist-mlp", "binary", 32);
    private static final Cell LONE = new Cell("embedded", "mnist-mlp", "binary", 1);

    @TempDir
    private Path folder;

    private static LoadResult load(double cpu, double p50, Map<String, Long> wrong) {
        SortedMap<String, Double> servers = new TreeMap<>(Map.of("node", cpu));
        LoadResult.Latency latency = new LoadResult.Latency(p50, p50, p50, p50, p50, p50);
        return new LoadResult(
                0,
                1000,
                2,
                0,
                0,
                new TreeMap<>(),
                10,
                new TreeMap<>(wrong),
                latency,
                new LoadResult.Latency(0, 0, 0, 0, 0, 0),
                new TreeMap<>(Map.of("all", new LoadResult.ShareResult(1000, 0, latency))),
                servers,
                new TreeMap<>(),
                5,
                0,
                0.25,
                new TreeMap<>(Map.of("run", 30.0)));
    }

    private static Measurement measurement(int round, Cell cell, double cpu, double p50) {
        return new Measurement(round, cell, load(cpu, p50, Map.of()), 7.5);
    }

    private JobSettings settings() {
        return new JobSettings(
                folder,
                folder,
                folder,
                false,
                3,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                "",
                true,
                Optional.empty());
    }

    private static void floors(Results results, int round) throws IOException {
        results.add(new Results.FloorFigures(round, "engine", Map.of("batch_1.p50", 30.0)));
        results.add(new Results.FloorFigures(round, "write", Map.of("sqlite_commit.p50", 400.0)));
    }

    private String page(Results results) throws IOException {
        return Report.of(results, settings(), Machine.of(folder), "abc", "2026-01-01");
    }

    @Test
    void goesOnWhereAnInterruptedRunOfTheSameKindEnded() throws IOException {
        Path file = folder.resolve("measurements.jsonl");
        Results first = Results.open(file, "run", true);
        first.add(measurement(1, AIM, 80, 2_000));
        floors(first, 1);

        Results again = Results.open(file, "run", true);
        assertTrue(again.has(1, AIM));
        assertFalse(again.has(2, AIM));
        assertTrue(again.has(1, "engine"));
        assertEquals(first.all(), again.all());

        assertTrue(Results.open(file, "another run", true).all().isEmpty());
        assertFalse(Results.open(file, "another run", false).has(1, AIM));
    }

    @Test
    void takesTheMedianOfTheRounds() throws IOException {
        Results results = Results.open(folder.resolve("m"), "run", false);
        for (double cpu : new double[] {90, 300, 70}) {
            results.add(measurement(1, AIM, cpu, 1));
        }
        assertEquals(90, results.median(AIM, one -> one.load().totalCpuARequest()));
        results.add(measurement(1, AIM, 80, 1));
        assertEquals(85, results.median(AIM, one -> one.load().totalCpuARequest()));
        assertTrue(Double.isNaN(results.median(LONE, one -> one.load().seconds())));
    }

    @Test
    void saysWhichAimIsMet() throws IOException {
        Results results = Results.open(folder.resolve("m"), "run", false);
        results.add(measurement(1, AIM, 99, 2_000));
        results.add(measurement(1, LONE, 300, 2_600));
        floors(results, 1);
        List<String> aims = page(results)
                .lines()
                .filter(line -> line.endsWith("met |") || line.endsWith("missed** |"))
                .toList();
        assertEquals(
                List.of(
                        "| binary mnist-mlp, 32 connections, embedded journal: at most 100 us server CPU a request | 99 us | met |",
                        "| a lone request within 2 ms of engine time plus one durable write | 2.17 ms above them | **missed** |"),
                aims);
    }

    @Test
    void showsNoFigureOfACellWithAWrongAnswer() throws IOException {
        Results results = Results.open(folder.resolve("m"), "run", false);
        results.add(measurement(1, AIM, 80, 2_000));
        results.add(new Measurement(2, AIM, load(1, 1, Map.of("an output with other values", 1L)), 7.5));
        String row = page(results)
                .lines()
                .filter(line -> line.startsWith("| mnist-mlp | binary | 32 |"))
                .findFirst()
                .orElseThrow();
        assertEquals("| mnist-mlp | binary | 32 | - | - | - | - | 7.5 |", row);
        assertTrue(page(results).contains("| - us | **missed** |"));
    }
}
