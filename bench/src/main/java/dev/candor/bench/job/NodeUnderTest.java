package dev.candor.bench.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.bench.measure.Batches;
import dev.candor.bench.measure.ProcessCpu;
import dev.candor.bench.model.BenchModel;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.launch.NodeAddress;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node as a user starts it, {@code ./candor serve}, on free ports over a new data folder. */
final class NodeUnderTest implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The launcher may have to build first. */
    private static final Duration START_LIMIT = Duration.ofMinutes(15);

    private final Child process;
    private final NodeClient client;
    private final Target target;

    private NodeUnderTest(Child process, NodeClient client, Target target) {
        this.process = process;
        this.client = client;
        this.target = target;
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @param data new data folder
     * @param config further settings in HOCON, may be empty
     * @param others processes whose time counts as the node's, by name
     */
    static NodeUnderTest start(JobSettings settings, String name, Path data, String config, Map<String, Long> others)
            throws IOException, InterruptedException {
        Files.createDirectories(data);
        List<String> command = new ArrayList<>(List.of(
                settings.home().resolve("candor").toString(),
                "serve",
                "--data",
                data.toString(),
                "--http-port",
                "0",
                "--grpc-port",
                "0"));
        if (!config.isEmpty()) {
            Path file = data.resolve("bench.conf");
            Files.writeString(file, config);
            command.addAll(List.of("--config", file.toString()));
        }
        Child process =
                Child.start(data.resolve("node.log"), Map.of("CANDOR_JAVA_OPTS", settings.nodeFlags()), command);
        NodeAddress address = awaitReady(process, data);
        URI http = address.http();
        Map<String, Long> pids = new TreeMap<>(others);
        pids.put("node", address.pid());
        Target target = new Target(name, new InetSocketAddress(http.getHost(), http.getPort()), pids);
        return new NodeUnderTest(process, new NodeClient(http, Optional.empty()), target);
    }

    private static NodeAddress awaitReady(Child process, Path data) throws IOException, InterruptedException {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < limit && process.alive()) {
            Optional<NodeAddress> address = NodeAddress.read(data);
            if (address.isPresent()) {
                return address.get();
            }
            Thread.sleep(100);
        }
        process.close();
        throw new IOException("the node was not ready; its log is " + data.resolve("node.log"));
    }

    Target target() {
        return target;
    }

    /** Registers a model and waits until it can be asked. */
    void register(BenchModel model) throws NodeException, InterruptedException {
        JsonNode blob = client.upload(model.file());
        ObjectNode body = JSON.createObjectNode();
        body.set("content_id", blob.path("content_id"));
        body.set("spec", model.specJson());
        client.call("POST", "/v1/models/" + model.name() + "/versions", body);
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        while (client.status("/v2/models/" + model.name() + "/ready") != 200) {
            if (System.nanoTime() > limit) {
                throw new NodeException("model " + model.name() + " is still not ready", 0, "");
            }
            Thread.sleep(100);
        }
    }

    /** Inferences and batches of a model since the node's start. */
    Batches batches(String model) throws NodeException {
        return Batches.of(client, model);
    }

    /** Processor time in microseconds that each process uses in a second without requests. */
    Map<String, Double> idle(Duration length) throws IOException, InterruptedException {
        Map<String, Double> idle = new TreeMap<>();
        for (Map.Entry<String, Long> pid : target.pids().entrySet()) {
            idle.put(pid.getKey(), (double) -ProcessCpu.micros(pid.getValue()));
        }
        long start = System.nanoTime();
        Thread.sleep(length);
        double seconds = (System.nanoTime() - start) / 1e9;
        for (Map.Entry<String, Long> pid : target.pids().entrySet()) {
            idle.merge(pid.getKey(), (double) ProcessCpu.micros(pid.getValue()), Double::sum);
        }
        idle.replaceAll((name, micros) -> micros / seconds);
        return idle;
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.close();
    }
}
