package dev.candor.cluster.demo;

import dev.candor.actors.tensor.Shape;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Sets a demo up in a temporary folder, runs it, reports, and tidies up. */
public final class DemoRunner {
    private DemoRunner() {}

    /**
     * How a demo ended.
     *
     * @param holds whether everything held
     * @param json one line of figures
     */
    public record Outcome(boolean holds, String json) {}

    /**
     * Runs the demo.
     *
     * @param concurrency requests in flight
     * @param files TorchScript files served instead of the shipped ones, by model name
     * @param save where to keep what other verifiers need, if anywhere
     * @param redraw whether {@code out} is a terminal that may be drawn over
     */
    public static Outcome run(
            int concurrency, Map<String, Path> files, Optional<Path> save, PrintStream out, boolean redraw)
            throws IOException, InterruptedException, NodeException {
        List<DemoModel> models = models(files);
        Path temporary = Files.createTempDirectory("candor-demo-");
        boolean keep = true;
        try {
            DemoPlan plan = new DemoPlan(temporary, models, Digits.shipped(), concurrency, save);
            DemoResult result = new Demo(plan, new DemoProgress(out, redraw)).run();
            report(result, temporary, out);
            keep = !result.holds();
            return new Outcome(result.holds(), result.toJson());
        } finally {
            if (!keep) {
                deleteTree(temporary);
            }
        }
    }

    private static List<DemoModel> models(Map<String, Path> files) throws IOException {
        List<DemoModel> shipped =
                List.of(model("mnist-mlp", Shape.of(1, 784), 0.95), model("lenet5", Shape.of(1, 1, 28, 28), 0.97));
        Set<String> unknown = new TreeSet<>(files.keySet());
        shipped.forEach(model -> unknown.remove(model.name()));
        if (!unknown.isEmpty()) {
            throw new IOException("the demo has no model " + String.join(", ", unknown)
                    + "; --model-file takes mnist-mlp=FILE or lenet5=FILE");
        }
        return shipped.stream()
                .map(model -> model.servedFrom(files.getOrDefault(model.name(), model.file())))
                .toList();
    }

    private static DemoModel model(String name, Shape shape, double leastAccuracy) throws IOException {
        Path folder = Digits.folder();
        return new DemoModel(
                name, folder.resolve(name + ".pt"), folder.resolve(name + ".json"), "image", shape, leastAccuracy);
    }

    private static void report(DemoResult result, Path dataDir, PrintStream out) {
        out.println("==> Result");
        result.accuracy()
                .forEach((model, accuracy) -> out.printf(Locale.ROOT, "    accuracy of %-10s %.4f%n", model, accuracy));
        out.printf(
                Locale.ROOT,
                "    %,d requests, %,.0f a second, p50 %.2f ms, p99 %.2f ms, mean batch %.1f%n",
                result.requests(),
                result.throughputRps(),
                result.p50Millis(),
                result.p99Millis(),
                result.meanBatch());
        out.printf(
                Locale.ROOT,
                "    %,d of %,d receipts verified, %d of %d answers byte-identical after the restart%n",
                result.receiptsVerified(),
                result.requests(),
                result.replayedIdentical(),
                result.replaysAsked());
        if (result.holds()) {
            out.println("==> All of it holds.");
        } else {
            out.println("==> This does not hold (the node's data and log stay in " + dataDir + "):");
            result.failures().forEach(failure -> out.println("    " + failure));
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
