package dev.candor.cluster.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.wire.Octets;
import dev.candor.cluster.attestation.AttestationEvidence;
import dev.candor.cluster.cli.Candor;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.LedgerFolder;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.TorchScriptEmitter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with a prover and a ledger of its own: proofs are paid for, or the premium comes back. */
final class ProofSettlementTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final IntegerNetwork NETWORK = TinyNetwork.of(9);
    private static final Random RANDOM = new Random(13);

    @TempDir
    Path folder;

    private volatile boolean altered;

    private Config config(String ledger) {
        return NodeConfigs.load(ConfigFactory.parseString("""
                candor.node { data-dir = "%s", roles = [gateway, core, cpu, prover], grpc.enabled = false }
                candor.rest.port = 0
                candor.attestation.attester = software
                candor.prover { openings = 8, roll-over-below = 1, renew-every = 200ms }
                candor.ledger { enabled = true, interval = 50ms, allowance.enabled = false }
                candor.ledger.rules { price { base = 10, tee = 5, zkml = 50 }, fee-ppm = 0 }
                """.formatted(folder) + ledger));
    }

    private CandorNode start(String ledger) throws Exception {
        return CandorNode.start(config(ledger), "test", new NodeSeams(this::altering, NodeSeams.NONE.stores()));
    }

    /** An executor that signs other numbers than its model gives, while {@link #altered} is set. */
    private CommitSink altering(CommitSink sink) {
        return new CommitSink() {
            @Override
            public int keylessPartition() {
                return sink.keylessPartition();
            }

            @Override
            public void commit(int partition, List<Commitment> entries) {
                sink.commit(
                        partition,
                        altered
                                ? entries.stream()
                                        .map(ProofSettlementTest.this::altered)
                                        .toList()
                                : entries);
            }
        };
    }

    private Commitment altered(Commitment entry) {
        Answer answer = entry.answer();
        Tensor right = answer.outputs().getFirst();
        byte[] changed = right.data().toArray();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 77);
        Tensor wrong = new Tensor(right.name(), right.datatype(), right.shape(), Bytes.wrap(changed));
        ReceiptLeaf leaf = Receipt.parse(answer.receipt()).leaf();
        ReceiptLeaf signed = new ReceiptLeaf(
                leaf.network(),
                leaf.keyId(),
                leaf.id(),
                leaf.caller(),
                leaf.model(),
                leaf.requestDigest(),
                Digests.salted(answer.salt(), Digests.answer(List.of(wrong))),
                leaf.requested(),
                leaf.achieved(),
                leaf.arithmetic(),
                leaf.device(),
                leaf.answeredAt());
        try {
            Bytes receipt = new Ed25519BatchSigner(leaf.network(), SigningKey.load(folder.resolve("executor.pem")))
                    .sign(List.of(signed))
                    .getFirst();
            return new Commitment(
                    entry.uuid(),
                    entry.identity(),
                    new Answer(answer.id(), answer.model(), List.of(wrong), answer.salt(), receipt),
                    entry.timings(),
                    entry.deadline(),
                    entry.replyTo());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As an operator does it who tries again where a busy machine did not answer in time. */
    private void submit(String... what) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("validator", "submit", "--data", folder.toString()));
        arguments.addAll(List.of(what));
        await(() -> {
            StringWriter err = new StringWriter();
            int code =
                    Candor.commandLine().setErr(new PrintWriter(err, true)).execute(arguments.toArray(String[]::new));
            return code == 0 || err.toString().contains("is known already");
        });
    }

    private static void register(NodeClient client, Path folder) throws Exception {
        Path file = Files.write(
                folder.resolve("tiny.pt"), TorchScriptEmitter.emit(NETWORK).file());
        ObjectNode body = JSON.createObjectNode();
        body.set("content_id", client.upload(file).path("content_id"));
        body.set("spec", JSON.readTree("""
                {"input": [{"name": "x", "datatype": "FP32", "shape": [-1, %d]}],
                 "output": [{"name": "y", "datatype": "FP32", "shape": [-1, %d]}], "max_batch_size": 8}
                """.formatted(TinyNetwork.INPUTS, TinyNetwork.OUTPUTS)));
        client.call("POST", "/v1/models/tiny/versions", body);
        await(() -> client.status("/v2/models/tiny/ready") == 200);
        await(() -> client.get("/v1/models/tiny/verification")
                .at("/modes/zkml/served")
                .asBoolean());
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

    private static String infer(NodeClient client, String parameters) throws Exception {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode tensor = body.putArray("inputs").addObject().put("name", "x").put("datatype", "FP32");
        tensor.putArray("shape").add(1).add(TinyNetwork.INPUTS);
        ArrayNode data = tensor.putArray("data");
        RANDOM.ints(TinyNetwork.INPUTS, -127, 128).forEach(data::add);
        body.putArray("outputs").addObject().put("name", "y");
        body.set("parameters", JSON.readTree(parameters));
        var response = client.infer(
                        InferCall.ofJson("tiny", Bytes.wrap(body.toString().getBytes(StandardCharsets.UTF_8))))
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        NodeClient.refuseFailure(response);
        return NodeClient.parse(response.body())
                .at("/parameters/candor_request_id")
                .asText();
    }

    private static JsonNode awaitAt(NodeClient client, String id, String pointer, String value) throws Exception {
        await(() -> client.get("/v1/requests/" + id).at(pointer).asText().equals(value));
        return client.get("/v1/requests/" + id);
    }

    private long transactions(String ledger, Class<? extends Action> kind) {
        long settled = 0;
        try (ValidatorJournal journal = LedgerFolder.read(config(ledger))) {
            for (long height = 1; height <= journal.height(); height++) {
                for (Transaction each :
                        journal.block(height).orElseThrow().block().body().transactions()) {
                    if (each instanceof Transaction.Signed signed && kind.isInstance(signed.action())) {
                        settled++;
                    }
                }
            }
        }
        return settled;
    }

    @Test
    void proofsArePaidForOnceAndWhatIsNotProvenThereIsRefunded() throws Exception {
        String rules = "candor.ledger.rules.proof-deadline = 20m";
        List<String> settled = new ArrayList<>();
        try (CandorNode node = start(rules);
                NodeClient client = new NodeClient(node.address().http(), Optional.empty())) {
            register(client, folder);
            JsonNode modes = client.get("/v1/models/tiny/verification");
            assertThat(modes.at("/modes/zkml/price/total").asLong()).isEqualTo(60);
            assertThat(modes.at("/modes/vanilla/price/total").asLong()).isEqualTo(10);
            submit("--deposit", "caller:anonymous=1000");
            submit("--model", "tiny=" + modes.path("content_id").asText(), "--prices", "10,5,50");
            // More proofs than an epoch has openings: the roll-over is certified too.
            for (int i = 0; i < 8; i++) {
                settled.add(infer(client, "{\"verification\": \"zkml\"}"));
            }
            for (String id : settled) {
                JsonNode shown = awaitAt(client, id, "/verification/state", "settled");
                assertThat(shown.at("/settlement/status").asText()).isEqualTo("proven");
                assertThat(shown.at("/settlement/premium").asLong()).isEqualTo(50);
                assertThat(shown.at("/settlement/premium_is").asText()).isEqualTo("with the prover");
            }
            altered = true;
            String wrong = infer(client, "{\"verification\": \"zkml\"}");
            altered = false;
            JsonNode disproved = awaitAt(client, wrong, "/settlement/status", "disproved");
            assertThat(disproved.at("/verification/state").asText()).isEqualTo("rejected");
            assertThat(disproved.at("/settlement/premium_is").asText()).isEqualTo("refunded");
            await(() -> client.get("/v1/requests/" + wrong)
                    .at("/verification/reason")
                    .asText()
                    .endsWith("the ledger disproved it"));
            String hidden = infer(client, "{\"verification\": \"zkml\", \"private_input\": true}");
            JsonNode shown = awaitAt(client, hidden, "/verification/state", "verified");
            assertThat(shown.at("/settlement/status").asText()).isIn("uncharged", "pending");
        }
        try (CandorNode node = start(rules);
                NodeClient client = new NodeClient(node.address().http(), Optional.empty())) {
            for (String id : settled) {
                assertThat(client.get("/v1/requests/" + id)
                                .at("/verification/state")
                                .asText())
                        .isEqualTo("settled");
            }
        }
        assertThat(transactions(rules, Action.Settle.class)).isEqualTo(8);
        assertThat(transactions(rules, Action.Disprove.class)).isEqualTo(1);
    }

    /** Software vouches for the key, and what it says is marked wherever it shows. */
    private static void software(NodeClient client) throws Exception {
        assertThat(client.get("/v1/models/tiny/verification")
                        .at("/modes/tee/level")
                        .asText())
                .isEqualTo("SIMULATED");
        String id = infer(client, "{\"verification\": \"tee\"}");
        JsonNode shown = client.get("/v1/requests/" + id);
        assertThat(shown.path("mode").asText()).isEqualTo("tee");
        assertThat(shown.path("achieved").asText()).isEqualTo("vanilla");
        assertThat(shown.at("/verification/state").asText()).isEqualTo("simulated");
        assertThat(shown.at("/attestation/warning").asText()).contains("SIMULATED");
        Receipt receipt = Receipt.parse(
                Bytes.wrap(Base64.getDecoder().decode(shown.path("receipt").asText())));
        Attestation evidence =
                AttestationCodec.decode(Octets.copyOf(client.getBytes("/v1/requests/" + id + "/attestation")));
        Digest nonce = AttestationEvidence.nonce(receipt.root().orElseThrow());
        assertThat(evidence.nonce().toHex()).isEqualTo(nonce.toHex());
        assertThat(evidence.evidence()).isInstanceOf(Evidence.SimulatedStatement.class);
    }

    @Test
    void thePremiumOfAProofThatNeverComesIsRefunded() throws Exception {
        try (CandorNode node = start("candor.ledger.rules.proof-deadline = 1ms");
                NodeClient client = new NodeClient(node.address().http(), Optional.empty())) {
            register(client, folder);
            submit("--deposit", "caller:anonymous=1000");
            String id = infer(client, "{\"verification\": \"zkml\"}");
            await(() -> {
                // Blocks come with receipts.
                infer(client, "{}");
                return client.get("/v1/requests/" + id)
                        .at("/settlement/status")
                        .asText()
                        .equals("expired");
            });
            JsonNode shown = awaitAt(client, id, "/verification/state", "verified");
            await(() -> client.get("/v1/requests/" + id)
                    .at("/verification/reason")
                    .asText()
                    .contains("refunded"));
            assertThat(shown.at("/settlement/premium_is").asText()).isEqualTo("refunded");
            assertThat(shown.at("/settlement/premium").asLong()).isEqualTo(50);
            software(client);
        }
    }
}
