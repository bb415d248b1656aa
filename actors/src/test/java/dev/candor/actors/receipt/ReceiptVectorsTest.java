package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The published test vectors, which programs in other languages check themselves against. A changed format makes this test fail; then the format
 * needs a new version. {@code -Dcandor.vectors.write=true} writes the file.
 */
final class ReceiptVectorsTest {
    private static final Path FOLDER = Path.of("..", "docs", "vectors");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** The published files: of answers that were computed, and of answers that were kept. */
    private enum Published {
        V1,
        V2;

        private Path file() {
            return FOLDER.resolve(
                    switch (this) {
                        case V1 -> "receipt-v1.json";
                        case V2 -> "receipt-v2.json";
                    });
        }

        private ReceiptLeaf form(ReceiptLeaf leaf) {
            return switch (this) {
                case V1 -> leaf;
                case V2 -> ReceiptFixtures.cached(leaf);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void formatStaysAsPublished(Published published) throws IOException {
        String current = JSON.writeValueAsString(vectors(published::form)) + "\n";
        if (Boolean.getBoolean("candor.vectors.write")) {
            Files.writeString(published.file(), current);
        }
        assertThat(Files.readString(published.file())).isEqualTo(current);
    }

    @ParameterizedTest
    @EnumSource
    void publishedReceiptsVerify(Published published) throws IOException {
        JsonNode vectors = JSON.readTree(published.file().toFile());
        TrustFile trust = TrustFileJson.parse(JSON.writeValueAsBytes(vectors.path("trust")));
        ReceiptVerifier verifier = new ReceiptVerifier(trust);
        int receipts = 0;
        for (JsonNode batch : vectors.path("batches")) {
            assertThat(batch.path("receipts").size())
                    .isEqualTo(batch.path("size").asInt());
            for (JsonNode receipt : batch.path("receipts")) {
                Verification verification = verifier.verify(Bytes.ofHex(receipt.asText()), Evidence.NONE);
                assertThat(verification.failures()).isEmpty();
                assertThat(verification.ok()).isTrue();
                receipts++;
            }
        }
        assertThat(receipts).isEqualTo(1 + 2 + 3 + 7 + 32);
        for (JsonNode exchange : vectors.path("exchanges")) {
            ExchangeJson.Exchange read = ExchangeJson.read(
                    Bytes.wrap(exchange.path("exchange").asText().getBytes(StandardCharsets.UTF_8)));
            Verification verification = verifier.verify(read.receipt(), read.evidence());
            assertThat(verification.failures())
                    .as(exchange.path("name").asText())
                    .isEmpty();
            assertThat(verification.findings().values()).allMatch(Verification.Finding.Passed.class::isInstance);
        }
    }

    private static ObjectNode vectors(UnaryOperator<ReceiptLeaf> form) throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        root.put(
                "comment",
                "Bytes are in hexadecimal digits. seed is the Ed25519 private key. leaves are the leaves of every batch: a batch of"
                        + " n holds the first n. exchanges are signed as one batch; request_digest and answer_digest are without"
                        + " salt; exchange is the text of a file, in which numbers stand as they were written.");
        root.put("seed", ReceiptFixtures.counting(0, 32).toHex());
        root.put("public_key", ReceiptFixtures.EXECUTOR.publicKey().raw().toHex());
        root.put("key_id", ReceiptFixtures.EXECUTOR.publicKey().id().toHex());
        root.put("network", ReceiptFixtures.NETWORK.toHex());
        root.set("trust", JSON.readTree(ReceiptFixtures.TRUST.toJson()));
        ArrayNode leaves = root.putArray("leaves");
        for (ReceiptLeaf plain : ReceiptFixtures.leaves(32)) {
            ReceiptLeaf leaf = form.apply(plain);
            leaves.addObject()
                    .put("bytes", leaf.toBytes().toHex())
                    .put("hash", MerkleTree.leafHash(leaf.toBytes()).toHex())
                    .set("fields", fields(leaf));
        }
        ArrayNode batches = root.putArray("batches");
        for (int size : new int[] {1, 2, 3, 7, 32}) {
            batches.add(batch(sign(ReceiptFixtures.leaves(size), form)));
        }
        root.set("exchanges", exchanges(form));
        return root;
    }

    private static JsonNode fields(ReceiptLeaf leaf) {
        return ReceiptExplainer.json(new Receipt(leaf, 0, 1, List.of(), Bytes.wrap(new byte[64])))
                .path("leaf");
    }

    private static ObjectNode batch(List<Bytes> receipts) {
        Receipt first = Receipt.parse(receipts.getFirst());
        Digest root = first.root().orElseThrow();
        ObjectNode batch = JSON.createObjectNode()
                .put("size", receipts.size())
                .put("root", root.toHex())
                .put(
                        "signed_message",
                        Receipt.signedMessage(
                                        first.leaf().network(),
                                        root,
                                        receipts.size(),
                                        first.leaf().keyId())
                                .toHex())
                .put("signature", first.signature().toHex());
        ArrayNode list = batch.putArray("receipts");
        receipts.forEach(receipt -> list.add(receipt.toHex()));
        return batch;
    }

    private static List<Bytes> sign(List<ReceiptLeaf> leaves, UnaryOperator<ReceiptLeaf> form) {
        return new Ed25519BatchSigner(ReceiptFixtures.NETWORK, ReceiptFixtures.EXECUTOR)
                .sign(leaves.stream().map(form).toList());
    }

    private static ArrayNode exchanges(UnaryOperator<ReceiptLeaf> form) {
        List<ExchangeFixtures> fixtures = ExchangeFixtures.all();
        List<ReceiptLeaf> leaves = new ArrayList<>();
        for (int i = 0; i < fixtures.size(); i++) {
            leaves.add(fixtures.get(i).leaf(i));
        }
        List<Bytes> receipts = sign(leaves, form);
        ArrayNode list = JSON.createArrayNode();
        for (int i = 0; i < fixtures.size(); i++) {
            ExchangeFixtures fixture = fixtures.get(i);
            list.addObject()
                    .put("name", fixture.name())
                    .put("request_digest", Digests.request(fixture.request()).toHex())
                    .put("answer_digest", Digests.answer(fixture.outputs()).toHex())
                    .put("exchange", fixture.file(i, receipts.get(i)));
        }
        return list;
    }
}
