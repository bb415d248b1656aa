package dev.candor.multijvmtests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.TrustedKey;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.launch.NodeAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node process over a data folder: the shipped one, or a mutant of it. Not thread-safe. */
public final class TestNode implements AutoCloseable {
    /** For a node to be ready, on a machine that is busy with other things. */
    public static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final String SHIPPED = "dev.candor.cluster.cli.Candor";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path dataDir;
    private final Jvm jvm;

    private TestNode(Path dataDir, Jvm jvm) {
        this.dataDir = dataDir;
        this.jvm = jvm;
    }

    /**
     * How a node is started.
     *
     * @param prefix a program that runs its JVM; empty for none
     * @param main the class and its first arguments
     * @param arguments further arguments of {@code serve}
     */
    public record Launch(List<String> prefix, List<String> main, List<String> arguments) {
        /** The shipped node with these arguments. */
        public static Launch shipped(String... arguments) {
            return new Launch(List.of(), List.of(SHIPPED, "serve"), List.of(arguments));
        }

        /** The same under a tracer. */
        public Launch under(List<String> program) {
            return new Launch(program, main, arguments);
        }

        /** The same with another main class. */
        public Launch as(String... mainAndFirstArguments) {
            return new Launch(prefix, List.of(mainAndFirstArguments), arguments);
        }
    }

    /** Starts a node on free ports; returns at once. */
    public static TestNode start(Path dataDir, Launch launch) throws IOException {
        Files.createDirectories(dataDir);
        NodeAddress.clear(dataDir);
        List<String> arguments =
                new ArrayList<>(launch.main().subList(1, launch.main().size()));
        arguments.addAll(List.of("--data", dataDir.toString(), "--http-port", "0", "--grpc-port", "0"));
        arguments.addAll(launch.arguments());
        Jvm jvm = Jvm.start(
                launch.prefix(), dataDir.resolve("node.log"), launch.main().getFirst(), arguments);
        return new TestNode(dataDir, jvm);
    }

    /** Waits until it serves. */
    public NodeAddress awaitReady() throws Exception {
        Await.until(START_LIMIT, "the node in " + dataDir + " is ready", () -> {
            if (!jvm.alive()) {
                throw new IOException("the node ended before it was ready:\n" + jvm.tail());
            }
            return NodeAddress.read(dataDir).isPresent();
        });
        return NodeAddress.read(dataDir).orElseThrow();
    }

    /** The process. */
    public Jvm jvm() {
        return jvm;
    }

    /** Its data folder. */
    public Path dataDir() {
        return dataDir;
    }

    /** Registers the shipped model of that name and waits until it serves. */
    public void register(NodeClient client, String model) throws Exception {
        JsonNode blob = client.upload(Workload.models().resolve(model + ".pt"));
        JsonNode spec = JSON.readTree(Workload.models().resolve(model + ".json").toFile());
        client.call(
                "POST",
                "/v1/models/" + model + "/versions",
                JSON.createObjectNode()
                        .put("content_id", blob.path("content_id").asText())
                        .set("spec", spec));
        awaitModel(client, model);
    }

    /** Waits until a registered model serves. */
    public static void awaitModel(NodeClient client, String model) throws Exception {
        Await.until(START_LIMIT, model + " is ready", () -> client.status("/v2/models/" + model + "/ready") == 200);
    }

    /** A client of the node. */
    public NodeClient client() throws Exception {
        return new NodeClient(awaitReady().http(), Optional.empty());
    }

    /** What a stranger believes: this node's key, for its network. */
    public TrustFile trust(NodeClient client) throws NodeException, IOException {
        return TrustFile.EMPTY
                .forNetwork(Digest.ofHex(client.get("/health").path("network").asText()))
                .with(TrustedKey.of(
                        SigningKey.load(dataDir.resolve("executor.pem")).publicKey(), TrustedKey.Role.EXECUTOR));
    }

    @Override
    public void close() {
        jvm.close();
    }
}
