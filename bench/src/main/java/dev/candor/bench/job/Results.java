package dev.candor.bench.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What was measured, a line of JSON each in a file that grows as the run goes on, so that an interrupted run can go on. The first line names the run.
 * Not thread-safe.
 */
final class Results {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CELL = "cell";
    private static final String FLOOR = "floor";

    private final Path file;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<FloorFigures> floors = new ArrayList<>();

    /**
     * Figures of a floor that is no server: {@code engine}, {@code write}, or {@code idle} with a server's name.
     *
     * @param figures by name, in microseconds
     */
    record FloorFigures(int round, String name, Map<String, Double> figures) {}

    private Results(Path file) {
        this.file = file;
    }

    /** Results of the run {@code fingerprint}: those that the file holds of it if {@code resume}, else none. */
    static Results open(Path file, String fingerprint, boolean resume) throws IOException {
        Results results = new Results(file);
        String first = JSON.createObjectNode().put("run", fingerprint).toString();
        if (resume && Files.exists(file)) {
            List<String> lines = Files.readAllLines(file);
            if (!lines.isEmpty() && lines.getFirst().equals(first)) {
                for (String line : lines.subList(1, lines.size())) {
                    results.read(JSON.readTree(line));
                }
                return results;
            }
        }
        Files.writeString(file, first + "\n");
        return results;
    }

    private void read(JsonNode line) throws IOException {
        if (line.has(CELL)) {
            measurements.add(JSON.treeToValue(line.get(CELL), Measurement.class));
        } else {
            floors.add(JSON.treeToValue(line.path(FLOOR), FloorFigures.class));
        }
    }

    void add(Measurement measurement) throws IOException {
        measurements.add(measurement);
        append(CELL, measurement);
    }

    void add(FloorFigures figures) throws IOException {
        floors.add(figures);
        append(FLOOR, figures);
    }

    private void append(String kind, Object value) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.set(kind, JSON.valueToTree(value));
        Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    }

    boolean has(int round, Cell cell) {
        return measurements.stream()
                .anyMatch(one -> one.round() == round && one.cell().equals(cell));
    }

    boolean has(int round, String floor) {
        return floors.stream()
                .anyMatch(one -> one.round() == round && one.name().equals(floor));
    }

    /** All measurements of a cell; empty where it was not measured. */
    List<Measurement> of(Cell cell) {
        return measurements.stream().filter(one -> one.cell().equals(cell)).toList();
    }

    List<Measurement> all() {
        return measurements;
    }

    List<FloorFigures> floors() {
        return floors;
    }

    /** The median over the rounds of a figure of a cell; NaN where it was not measured. */
    double median(Cell cell, ToDoubleFunction<Measurement> figure) {
        return median(of(cell).stream().mapToDouble(figure).sorted().toArray());
    }

    /** The median over the rounds of a floor's figure; NaN where it was not measured. */
    double median(String floor, String figure) {
        return median(floors.stream()
                .filter(one -> one.name().equals(floor))
                .mapToDouble(one -> one.figures().getOrDefault(figure, Double.NaN))
                .sorted()
                .toArray());
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        // NaN sorts last. One round that does not count spoils the figure.
        if (sorted.length == 0 || Double.isNaN(sorted[sorted.length - 1])) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
