package dev.candor.cluster.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.TorchScriptEmitter;
import dev.candor.proving.verifier.ClaimVerifier;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.VerifiedLineage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with a prover: exact models are served, their answers proven, and proofs shown to whom they belong. */
final class ProofServingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final IntegerNetwork NETWORK = TinyNetwork.of(1);
    private static final Random RANDOM = new Random(7);

    /** How many of the next answers are altered before they are committed. */
    private static final AtomicInteger ALTERED = new AtomicInteger();

    @TempDir
    static Path folder;

    private static CandorNode node;
    private static NodeClient alice;
    private static NodeClient bob;
    private static NodeClient operator;

    @BeforeAll
    static void start() throws Exception {
        Path keys = folder.resolve("keys");
        Files.write(keys, List.of(key("alice", "infer"), key("bob", "infer"), key("operator", "infer,admin")));
        node = CandorNode.start(
                NodeConfigs.load(ConfigFactory.parseString("""
                        candor.node { data-dir = "%s", roles = [gateway, core, cpu, prover], grpc.enabled = false }
                        candor.node.auth { mode = api-keys, keys-file = "%s" }
                        candor.rest.port = 0
                        candor.webhooks.allowed-networks = ["127.0.0.0/8"]
                        candor.prover { openings = 8, roll-over-below = 1, renew-every = 200ms }
                        """.formatted(folder.resolve("data"), keys))),
                "test",
                new NodeSeams(ProofServingTest::altering, NodeSeams.NONE.stores()));
        alice = client("alice");
        bob = client("bob");
        operator = client("operator");
        Path file = Files.write(
                folder.resolve("tiny.pt"), TorchScriptEmitter.emit(NETWORK).file());
        ObjectNode body = JSON.createObjectNode();
        body.set("content_id", operator.upload(file).path("content_id"));
        body.set("spec", JSON.readTree("""
                {"input": [{"name": "x", "datatype": "FP32", "shape": [-1, %d]}],
                 "output": [{"name": "y", "datatype": "FP32", "shape": [-1, %d]}], "max_batch_size": 8}
                """.formatted(TinyNetwork.INPUTS, TinyNetwork.OUTPUTS)));
        operator.call("POST", "/v1/models/tiny/versions", body);
        await(() -> alice.status("/v2/models/tiny/ready") == 200);
        await(() -> alice.get("/v1/models/tiny/verification")
                .at("/modes/zkml/served")
                .asBoolean());
    }

    private static String key(String name, String roles) {
        return name + " "
                + Digest.sha256(Bytes.wrap((name + "-key").getBytes(StandardCharsets.UTF_8)))
                        .toHex() + " " + roles;
    }

    private static NodeClient client(String name) {
        return new NodeClient(node.address().http(), Optional.of(name + "-key"));
    }

    @AfterAll
    static void stop() {
        alice.close();
        bob.close();
        operator.close();
        node.close();
    }

    /** An executor that was broken into: it answers other numbers than it computed. */
    private static CommitSink altering(CommitSink sink) {
        return new CommitSink() {
            @Override
            public int keylessPartition() {
                return sink.keylessPartition();
            }

            @Override
            public void commit(int partition, List<Commitment> entries) {
                sink.commit(partition, entries.stream().map(this::altered).toList());
            }

            private Commitment altered(Commitment entry) {
                if (ALTERED.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                    return entry;
                }
                Answer answer = entry.answer();
                Tensor right = answer.outputs().getFirst();
                byte[] changed = right.data().toArray();
                ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 77);
                Tensor wrong = new Tensor(right.name(), right.datatype(), right.shape(), Bytes.wrap(changed));
                return new Commitment(
                        entry.uuid(),
                        entry.identity(),
                        new Answer(answer.id(), answer.model(), List.of(wrong), answer.salt(), answer.receipt()),
                        entry.timings(),
                        entry.deadline(),
                        entry.replyTo());
            }
        };
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

    private static long[] input(int rows) {
        return RANDOM.longs((long) rows * TinyNetwork.INPUTS, -127, 128).toArray();
    }

    private static ObjectNode request(long[] input, String parameters) throws Exception {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode tensor = body.putArray("inputs").addObject().put("name", "x").put("datatype", "FP32");
        tensor.putArray("shape").add(input.length / TinyNetwork.INPUTS).add(TinyNetwork.INPUTS);
        ArrayNode data = tensor.putArray("data");
        Arrays.stream(input).forEach(data::add);
        body.set("parameters", JSON.readTree(parameters));
        return body;
    }

    private static HttpResponse<byte[]> send(NodeClient client, ObjectNode body) throws Exception {
        return client.infer(InferCall.ofJson("tiny", Bytes.wrap(body.toString().getBytes(StandardCharsets.UTF_8))))
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static JsonNode infer(NodeClient client, long[] input, String parameters) throws Exception {
        HttpResponse<byte[]> response = send(client, request(input, parameters));
        NodeClient.refuseFailure(response);
        return NodeClient.parse(response.body());
    }

    private static String id(JsonNode answer) {
        return answer.at("/parameters/candor_request_id").asText();
    }

    private static ReceiptLeaf leaf(JsonNode shown) {
        return Receipt.parse(Bytes.wrap(
                        Base64.getDecoder().decode(shown.path("receipt").asText())))
                .leaf();
    }

    private static JsonNode awaitState(String id, String state) throws Exception {
        await(() -> {
            String now =
                    alice.get("/v1/requests/" + id).at("/verification/state").asText();
            assertThat(now).isIn("queued", "leased", "proved", state);
            return now.equals(state);
        });
        return alice.get("/v1/requests/" + id);
    }

    /** What the standalone verifier does, on the files as a caller gets them. */
    private static StatementFile verify(String id, String model) throws Exception {
        byte[] lineage = bytes(id, "lineage");
        VerifiedLineage verified =
                VerifiedLineage.of(LineageFile.decode(lineage), dev.candor.proving.hash.Digest.parse(model));
        StatementFile claim = StatementFile.decode(bytes(id, "statement"));
        assertThat(new ClaimVerifier(verified, ExecutionVerifier.UsedOpenings.NOT_KEPT)
                        .verify(claim, bytes(id, "proof")))
                .isNull();
        return claim;
    }

    private static byte[] bytes(String id, String part) throws Exception {
        return alice.getBytes("/v1/requests/" + id + "/" + part);
    }

    @Test
    void answersInTheModeZkmlAreProven() throws Exception {
        long[] input = input(3);
        JsonNode answer = infer(alice, input, "{\"verification\": \"zkml\"}");
        long[] expected = ReferenceExecution.run(NETWORK, 3, input).output();
        long[] given = new long[expected.length];
        Arrays.setAll(given, i -> answer.at("/outputs/0/data").get(i).asLong());
        assertThat(given).isEqualTo(expected);

        JsonNode shown = awaitState(id(answer), "verified");
        assertThat(shown.path("mode").asText()).isEqualTo("zkml");
        assertThat(shown.path("achieved").asText()).isEqualTo("vanilla");
        assertThat(leaf(shown).arithmetic()).isEqualTo(ReceiptLeaf.Arithmetic.EXACT);
        StatementFile claim =
                verify(id(answer), shown.at("/verification/proof/model").asText());
        int first = shown.at("/verification/proof/sample").asInt();
        Digest receipt = Digest.sha256(
                Bytes.wrap(Base64.getDecoder().decode(shown.path("receipt").asText())));
        for (int row = 0; row < 3; row++) {
            assertThat(claim.execution().requests().get(first + row).toString()).isEqualTo(receipt.toHex());
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(claim.execution().outputs().at(first * TinyNetwork.OUTPUTS + i))
                    .isEqualTo(expected[i]);
        }
    }

    @Test
    void privateInputsStandInNoStatement() throws Exception {
        JsonNode answer = infer(alice, input(1), "{\"verification\": \"zkml\", \"private_input\": true}");
        JsonNode shown = awaitState(id(answer), "verified");
        StatementFile claim =
                verify(id(answer), shown.at("/verification/proof/model").asText());
        assertThat(claim.execution().inputRoot()).isNotNull();
        assertThat(claim.execution().inputs().size()).isZero();
    }

    @Test
    void waitingRequestsOfOneCallerShareAProofAndRollOversGoUnseen() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            ids.add(id(infer(alice, input(1), "{\"verification\": \"zkml\"}")));
        }
        Set<String> openings = new HashSet<>();
        for (String id : ids) {
            JsonNode proof = awaitState(id, "verified").at("/verification/proof");
            openings.add(proof.path("epoch") + "/" + proof.path("opening"));
        }
        assertThat(openings.size()).isLessThanOrEqualTo(24);
        for (int i = 0; i < 8; i++) {
            String id = id(infer(alice, input(1), "{\"verification\": \"zkml\"}"));
            JsonNode proof = awaitState(id, "verified").at("/verification/proof");
            assertThat(openings.add(proof.path("epoch") + "/" + proof.path("opening")))
                    .isTrue();
        }
        verify(
                ids.getLast(),
                alice.get("/v1/requests/" + ids.getLast())
                        .at("/verification/proof/model")
                        .asText());
    }

    @Test
    void aPastAnswerIsProvenOnceItsInputIsSentAgain() throws Exception {
        long[] input = input(2);
        JsonNode answer = infer(alice, input, "{}");
        assertThat(alice.get("/v1/requests/" + id(answer))
                        .at("/verification/state")
                        .asText())
                .isEqualTo("none");
        ObjectNode body = JSON.createObjectNode().put("model", "tiny");
        body.put("salt", answer.at("/parameters/candor_salt").asText());
        body.set("request", request(input(2), "{}"));
        assertThatThrownBy(() -> alice.call("POST", "/v1/requests/" + id(answer) + "/verify", body))
                .hasMessageContaining("not the request of the receipt");
        body.set("request", request(input, "{}"));
        assertThatThrownBy(() -> bob.call("POST", "/v1/requests/" + id(answer) + "/verify", body))
                .hasMessageContaining("no request");
        alice.call("POST", "/v1/requests/" + id(answer) + "/verify", body);
        alice.call("POST", "/v1/requests/" + id(answer) + "/verify", body);
        JsonNode shown = awaitState(id(answer), "verified");
        assertThat(shown.path("mode").asText()).isEqualTo("vanilla");
        assertThat(shown.at("/verification/escalated").asBoolean()).isTrue();
        verify(id(answer), shown.at("/verification/proof/model").asText());
    }

    @Test
    void anAnswerThatWasAlteredIsNeverProven() throws Exception {
        ALTERED.set(1);
        String altered = id(infer(alice, input(1), "{\"verification\": \"zkml\"}"));
        String right = id(infer(alice, input(1), "{\"verification\": \"zkml\"}"));
        assertThat(awaitState(altered, "rejected").at("/verification/reason").asText())
                .contains("not what the model gives");
        awaitState(right, "verified");
    }

    @Test
    void onlyCallerAndOperatorsSeeARequest() throws Exception {
        String id = id(infer(alice, input(1), "{\"verification\": \"zkml\"}"));
        awaitState(id, "verified");
        assertThat(operator.get("/v1/requests/" + id).path("request_id").asText())
                .isEqualTo(id);
        for (String path : List.of("", "/proof", "/statement", "/lineage", "/events")) {
            assertThatThrownBy(() -> bob.get("/v1/requests/" + id + path))
                    .isInstanceOfSatisfying(
                            NodeException.class, e -> assertThat(e.status()).isEqualTo(404));
        }
    }

    @Test
    void aPastAnswerIsProvenFromTheInputThatWasKept() throws Exception {
        String kept = id(infer(alice, input(1), "{\"retain_input\": true}"));
        String sent = id(infer(alice, input(1), "{}"));
        assertThat(alice.get("/v1/requests/" + kept).path("input_kept_until").asLong())
                .isGreaterThan(System.currentTimeMillis());
        assertThat(alice.get("/v1/requests/" + sent).has("input_kept_until")).isFalse();
        assertThatThrownBy(() -> bob.call("POST", "/v1/requests/" + kept + "/verify", JSON.createObjectNode()))
                .isInstanceOfSatisfying(
                        NodeException.class, e -> assertThat(e.status()).isEqualTo(404));
        assertThatThrownBy(() -> alice.call("POST", "/v1/requests/" + sent + "/verify", JSON.createObjectNode()))
                .hasMessageContaining("was not kept");
        alice.call("POST", "/v1/requests/" + kept + "/verify", JSON.createObjectNode());
        awaitState(kept, "verified");
    }

    @Test
    void statusIsToldAsItChangesAndTheCallbackAtTheEnd() throws Exception {
        try (ServerSocket receiver = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            BlockingQueue<String> calls = new LinkedBlockingQueue<>();
            Thread.ofPlatform().daemon().start(() -> answerCalls(receiver, calls));
            String url = "http://127.0.0.1:" + receiver.getLocalPort() + "/hook";
            ObjectNode tried = JSON.createObjectNode().put("callback_url", url);
            assertThat(alice.call("POST", "/v1/webhooks/test", tried)
                            .path("delivered")
                            .asBoolean())
                    .isTrue();
            assertThat(calls.poll(60, TimeUnit.SECONDS)).contains("webhook.test");
            String id = id(infer(alice, input(1), "{\"verification\": \"zkml\", \"callback_url\": \"" + url + "\"}"));
            try (Socket events = events("/v1/requests/" + id + "/events")) {
                String told = new String(events.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(told).contains("event: verification", id, "\"state\":\"verified\"", "event: end");
            }
            assertThat(calls.poll(60, TimeUnit.SECONDS)).contains("verification.verified", id);
            await(() -> alice.get("/v1/requests/" + id)
                    .at("/verification/callback/told")
                    .asText()
                    .equals("verified"));
        }
    }

    /** A reader of events over HTTP/1.0, where the answer ends with the connection. */
    private static Socket events(String path) throws IOException {
        URI http = node.address().http();
        Socket socket = new Socket(http.getHost(), http.getPort());
        socket.setSoTimeout(120_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer alice-key\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void answerCalls(ServerSocket receiver, BlockingQueue<String> calls) {
        while (!receiver.isClosed()) {
            try (Socket socket = receiver.accept()) {
                StringBuilder text = new StringBuilder();
                for (int c = socket.getInputStream().read();
                        c >= 0;
                        c = socket.getInputStream().read()) {
                    text.append((char) c);
                    if (text.indexOf("\r\n\r\n") > 0
                            && text.charAt(text.length() - 1) == '}'
                            && text.substring(text.indexOf("\r\n\r\n") + 4).length()
                                    >= Integer.parseInt(
                                            text.toString().replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"))) {
                        break;
                    }
                }
                calls.add(text.toString());
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                calls.add("broken: " + e.getMessage());
            }
        }
    }

    @Test
    void whatIsNotServedIsRefusedByName() throws Exception {
        refused("{\"verification\": \"tee\"}", 422, "the modes it is served in: vanilla, zkml");
        refused("{\"verification\": \"magic\"}", 400, "vanilla, tee or zkml");
        refused("{\"verification\": \"zkml\", \"callback_url\": \"ftp://h\"}", 400, "callback_url");
        refused(
                "{\"verification\": \"zkml\", \"callback_url\": \"https://10.0.0.1/\"}",
                400,
                "not of the public Internet");
        refused("{\"callback_url\": \"https://example.com/\"}", 400, "callback_url");
        refused("{\"verification\": \"zkml\", \"retain_input\": true}", 400, "retain_input");
        refused("{\"private_input\": true}", 400, "private_input");
        refused("{\"verification_deadline_ms\": 5000}", 400, "verification_deadline_ms");
        ObjectNode half = request(input(1), "{}");
        ((ArrayNode) half.at("/inputs/0/data")).set(3, JSON.getNodeFactory().numberNode(0.5));
        assertThat(new String(send(alice, half).body(), StandardCharsets.UTF_8))
                .contains("whole numbers from -127 to 127");
    }

    private static void refused(String parameters, int status, String sentence) throws Exception {
        HttpResponse<byte[]> response = send(alice, request(input(1), parameters));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains(sentence);
    }
}
