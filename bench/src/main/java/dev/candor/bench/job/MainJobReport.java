package dev.candor.bench.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.bench.measure.Machine;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Measures the main job and writes what came out, for people and for programs. */
public final class MainJobReport {
    private MainJobReport() {}

    /**
     * Runs the benchmark; leaves {@code benchmarks.md} and {@code result.json} in the settings' folder, and the page where else it shall go.
     *
     * @return whether every cell counts
     */
    public static boolean make(JobSettings settings, String commit, PrintStream progress)
            throws IOException, InterruptedException, NodeException {
        Results results = MainJob.run(settings, commit, progress);
        Machine machine = Machine.of(settings.folder());
        String date = LocalDate.now(ZoneOffset.UTC).toString();
        String page = Report.of(results, settings, machine, commit, date);
        Files.writeString(settings.folder().resolve("benchmarks.md"), page);
        if (settings.docs().isPresent()) {
            Files.writeString(settings.docs().get(), page);
        }
        ObjectMapper json = new ObjectMapper();
        ObjectNode result = json.createObjectNode().put("commit", commit).put("date", date);
        result.set("machine", json.valueToTree(machine));
        result.set("measurements", json.valueToTree(results.all()));
        result.set("floors", json.valueToTree(results.floors()));
        Path file = settings.folder().resolve("result.json");
        Files.writeString(file, json.writerWithDefaultPrettyPrinter().writeValueAsString(result));
        progress.println("results in " + file);
        return results.all().stream().allMatch(one -> one.load().counts());
    }
}
