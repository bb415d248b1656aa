package dev.candor.cluster.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.cluster.client.ConcurrentCalls;
import dev.candor.cluster.client.Exchange;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.launch.NodeAddress;
import dev.candor.cluster.launch.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The main job, end to end and from outside: a node in its own process with the embedded journal, both models, every held-out digit as one request
 * with a key through the HTTP endpoint, every receipt verified, then a restart without executors after which the same keys get the same bytes.
 */
public final class Demo {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final int REPLAYS = 100;
    private static final List<String> KERNELS = List.of("--add-modules=jdk.incubator.vector");
    private static final String CONFIG = "candor.node.roles = [gateway, core, cpu, prover]\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DemoPlan plan;
    private final DemoProgress progress;
    private final List<String> failures = new ArrayList<>();

    Demo(DemoPlan plan, DemoProgress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs everything; what did not hold is in the result, what could not be done is an exception. */
    DemoResult run() throws IOException, InterruptedException, NodeException {
        Map<DemoModel, List<Exchange>> exchanges = new LinkedHashMap<>();
        Map<String, Double> accuracy = new LinkedHashMap<>();
        double meanBatch;
        int verified;
        long nanos = 0;
        DemoProofs.Result proofs;
        progress.step("Starting a node with the embedded journal in " + plan.dataDir());
        try (NodeProcess node = NodeProcess.start(plan.dataDir(), arguments("auto"), KERNELS);
                NodeClient client = new NodeClient(ready(node).http(), Optional.empty())) {
            for (DemoModel model : plan.models()) {
                register(client, model);
            }
            progress.step("Sending " + plan.digits().count() + " digits to each model, one image a request, "
                    + plan.concurrency() + " in flight, each under its own key");
            for (DemoModel model : plan.models()) {
                List<InferCall> calls = model.calls(plan.digits());
                long start = System.nanoTime();
                List<Exchange> answers = ConcurrentCalls.run(
                        client, calls, plan.concurrency(), done -> progress.count(model.name(), done, calls.size()));
                nanos += System.nanoTime() - start;
                exchanges.put(model, answers);
                accuracy.put(model.name(), judge(model, answers));
            }
            meanBatch = meanBatch(client);
            progress.step("Verifying receipts against the node's public key");
            verified = new DemoReceipts(plan, client).verify(exchanges, progress, failures);
            proofs = new DemoProofs(plan, progress, client, failures).run();
            if (!node.stop(STOP_LIMIT)) {
                failures.add("the node did not stop within " + STOP_LIMIT.toSeconds() + " s");
            }
        }
        int replayed = replay(exchanges);
        return summary(exchanges, accuracy, nanos, meanBatch, verified, replayed, proofs);
    }

    private NodeAddress ready(NodeProcess node) throws IOException, InterruptedException {
        NodeAddress address = node.awaitReady(START_LIMIT);
        progress.fact("process " + address.pid() + " serves " + address.http());
        return address;
    }

    private List<String> arguments(String executors) throws IOException {
        Files.createDirectories(plan.dataDir());
        Path config = Files.writeString(plan.dataDir().resolve("node.conf"), CONFIG);
        return List.of("--config", config.toString(), "--http-port", "0", "--grpc-port", "0", "--executors", executors);
    }

    private void register(NodeClient client, DemoModel model) throws NodeException, InterruptedException, IOException {
        JsonNode blob = client.upload(model.file());
        JsonNode spec = JSON.readTree(model.spec().toFile());
        JsonNode registered = client.call(
                "POST",
                "/v1/models/" + model.name() + "/versions",
                JSON.createObjectNode()
                        .put("content_id", blob.path("content_id").asText())
                        .set("spec", spec));
        awaitModel(client, model.name());
        progress.fact(
                "registered " + model.name() + " " + registered.path("version").asText() + ", content "
                        + blob.path("content_id").asText().substring(0, 16) + "...");
    }

    static void awaitModel(NodeClient client, String model) throws NodeException, InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (client.status("/v2/models/" + model + "/ready") != 200) {
            if (System.nanoTime() - deadline > 0) {
                throw new NodeException(
                        model + " was not ready within " + START_LIMIT.toSeconds() + " s", 503, "NOT_READY");
            }
            Thread.sleep(50);
        }
    }

    private double judge(DemoModel model, List<Exchange> answers) throws NodeException {
        int right = 0;
        int refused = 0;
        for (int i = 0; i < answers.size(); i++) {
            Exchange answer = answers.get(i);
            if (answer.status() != 200) {
                refused++;
            } else if (argmax(NodeClient.parse(answer.body().toArray()))
                    == plan.digits().label(i)) {
                right++;
            }
        }
        if (refused > 0) {
            failures.add(refused + " requests to " + model.name() + " were not answered");
        }
        double accuracy = (double) right / answers.size();
        progress.fact(String.format(
                Locale.ROOT, "%s: %d of %d right, accuracy %.4f", model.name(), right, answers.size(), accuracy));
        if (accuracy < model.leastAccuracy()) {
            failures.add(String.format(
                    Locale.ROOT,
                    "%s reached accuracy %.4f, it should reach %.2f",
                    model.name(),
                    accuracy,
                    model.leastAccuracy()));
        }
        return accuracy;
    }

    static int argmax(JsonNode answer) {
        JsonNode scores = answer.path("outputs").path(0).path("data");
        int best = -1;
        for (int i = 0; i < scores.size(); i++) {
            if (best < 0 || scores.get(i).asDouble() > scores.get(best).asDouble()) {
                best = i;
            }
        }
        return best;
    }

    private double meanBatch(NodeClient client) throws NodeException {
        long items = 0;
        long batches = 0;
        for (DemoModel model : plan.models()) {
            JsonNode stats = client.get("/v2/models/" + model.name() + "/stats")
                    .path("model_stats")
                    .path(0);
            items += stats.path("inference_count").asLong();
            batches += stats.path("execution_count").asLong();
        }
        return batches == 0 ? 0 : (double) items / batches;
    }

    private int replay(Map<DemoModel, List<Exchange>> exchanges)
            throws IOException, InterruptedException, NodeException {
        progress.step(
                "Restarting the node without executors: what it answered before it must still answer, byte for byte");
        try (NodeProcess node = NodeProcess.start(plan.dataDir(), arguments("none"), KERNELS);
                NodeClient client = new NodeClient(ready(node).http(), Optional.empty())) {
            List<Exchange> originals = originals(exchanges);
            List<Exchange> again = ConcurrentCalls.run(
                    client, originals.stream().map(Exchange::call).toList(), plan.concurrency(), done -> {});
            int identical = 0;
            for (int i = 0; i < originals.size(); i++) {
                Exchange before = originals.get(i);
                Exchange after = again.get(i);
                if (after.status() == 200
                        && after.body().equals(before.body())
                        && after.receipt().equals(before.receipt())) {
                    identical++;
                }
            }
            progress.fact(identical + " of " + originals.size() + " answers and receipts are byte-identical");
            if (identical != originals.size()) {
                failures.add((originals.size() - identical) + " answers changed over the restart");
            }
            Exchange fresh = ConcurrentCalls.run(
                            client, List.of(originals.getFirst().call().withKey("demo-after-restart")), 1, done -> {})
                    .getFirst();
            progress.fact("a new key gets " + fresh.status() + ": "
                    + NodeClient.parse(fresh.body().toArray()).path("error").asText());
            if (fresh.status() != 503) {
                failures.add(
                        "a new key got status " + fresh.status() + " from a node without executors, it should get 503");
            }
            return identical;
        }
    }

    /** The first keys of every model, {@value #REPLAYS} together. */
    private static List<Exchange> originals(Map<DemoModel, List<Exchange>> exchanges) {
        int each = REPLAYS / exchanges.size();
        return exchanges.values().stream()
                .flatMap(answers -> answers.stream().limit(each))
                .toList();
    }

    private DemoResult summary(
            Map<DemoModel, List<Exchange>> exchanges,
            Map<String, Double> accuracy,
            long nanos,
            double meanBatch,
            int verified,
            int replayed,
            DemoProofs.Result proofs) {
        long[] latencies = exchanges.values().stream()
                .flatMap(List::stream)
                .mapToLong(Exchange::nanos)
                .sorted()
                .toArray();
        return new DemoResult(
                accuracy,
                latencies.length,
                latencies.length / (nanos / 1e9),
                latencies[latencies.length / 2] / 1e6,
                latencies[(int) (latencies.length * 0.99)] / 1e6,
                meanBatch,
                verified,
                replayed,
                REPLAYS / exchanges.size() * exchanges.size(),
                proofs.byMode(),
                proofs.proofsVerified(),
                List.copyOf(failures));
    }
}
