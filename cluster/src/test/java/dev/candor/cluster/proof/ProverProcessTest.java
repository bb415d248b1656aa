package dev.candor.cluster.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import dev.candor.cluster.node.ProverNode;
import dev.candor.proving.network.TorchScriptEmitter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Provers outside of the node that answers: they join, prove, leave, and another goes on. */
final class ProverProcessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Random RANDOM = new Random(17);

    @TempDir
    Path folder;

    private static Config config(String text) {
        return NodeConfigs.load(ConfigFactory.parseString(text));
    }

    private ProverNode prover(String name, CandorNode node) throws Exception {
        Config config =
                config("""
                candor.node { data-dir = "%s", roles = [prover], cluster.seed-nodes = ["%s"] }
                candor.blobs.folder = "%s"
                candor.prover { openings = 8, roll-over-below = 1, renew-every = 200ms }
                """.formatted(folder.resolve(name), node.address().pekko(), folder.resolve("blobs")));
        assertThat(NodeConfigs.problems(config)).isEmpty();
        assertThat(ProverNode.isWanted(config)).isTrue();
        return ProverNode.start(config);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - end).as("time left").isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static void register(NodeClient client, Path folder) throws Exception {
        Path file = Files.write(
                folder.resolve("tiny.pt"),
                TorchScriptEmitter.emit(TinyNetwork.of(21)).file());
        ObjectNode body = JSON.createObjectNode();
        body.set("content_id", client.upload(file).path("content_id"));
        body.set("spec", JSON.readTree("""
                {"input": [{"name": "x", "datatype": "FP32", "shape": [-1, %d]}],
                 "output": [{"name": "y", "datatype": "FP32", "shape": [-1, %d]}], "max_batch_size": 8}
                """.formatted(TinyNetwork.INPUTS, TinyNetwork.OUTPUTS)));
        client.call("POST", "/v1/models/tiny/versions", body);
        await(() -> client.status("/v2/models/tiny/ready") == 200);
    }

    private static String infer(NodeClient client) throws Exception {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode tensor = body.putArray("inputs").addObject().put("name", "x").put("datatype", "FP32");
        tensor.putArray("shape").add(1).add(TinyNetwork.INPUTS);
        ArrayNode data = tensor.putArray("data");
        RANDOM.ints(TinyNetwork.INPUTS, -127, 128).forEach(data::add);
        body.putObject("parameters").put("verification", "zkml");
        var response = client.infer(
                        InferCall.ofJson("tiny", Bytes.wrap(body.toString().getBytes(StandardCharsets.UTF_8))))
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        NodeClient.refuseFailure(response);
        return NodeClient.parse(response.body())
                .at("/parameters/candor_request_id")
                .asText();
    }

    private static int provers(NodeClient client) throws Exception {
        return client.get("/v1/models/tiny/verification")
                .at("/modes/zkml/provers")
                .asInt();
    }

    private static JsonNode verified(NodeClient client, String id) throws Exception {
        await(() -> client.get("/v1/requests/" + id)
                .at("/verification/state")
                .asText()
                .equals("verified"));
        return client.get("/v1/requests/" + id);
    }

    @Test
    void provesInAnotherProcessAndGoesOnInTheNext() throws Exception {
        Config serving = config("""
                candor.node { data-dir = "%s", grpc.enabled = false }
                candor.blobs.folder = "%s"
                candor.rest.port = 0
                """.formatted(folder.resolve("node"), folder.resolve("blobs")));
        try (CandorNode node = CandorNode.start(serving, "test", NodeSeams.NONE);
                NodeClient client = new NodeClient(node.address().http(), Optional.empty())) {
            register(client, folder);
            String first;
            try (ProverNode _ = prover("one", node)) {
                await(() -> provers(client) == 1);
                first = infer(client);
                assertThat(verified(client, first)
                                .at("/verification/proof/prover")
                                .asText())
                        .contains("/0");
            }
            await(() -> provers(client) == 0);
            // The mode is served for a while, and the job waits.
            String second = infer(client);
            try (ProverNode _ = prover("two", node)) {
                String by = verified(client, second)
                        .at("/verification/proof/prover")
                        .asText();
                assertThat(by)
                        .isNotEqualTo(verified(client, first)
                                .at("/verification/proof/prover")
                                .asText());
            }
        }
    }

    @Test
    void saysWhatAProverLacks() {
        assertThat(NodeConfigs.problems(config("candor.node.roles = [prover]")))
                .anyMatch(problem -> problem.contains("seed-nodes"));
        assertThat(NodeConfigs.problems(config(
                        "candor.node { roles = [prover], cluster.seed-nodes = [\"pekko://candor@127.0.0.1:1\"] }")))
                .anyMatch(problem -> problem.contains("candor.blobs.folder"));
    }
}
