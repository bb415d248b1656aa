package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptExplainer;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/receipt.schema.json} against the published receipts. */
final class ReceiptSchemaTest {
    private static final Path DOCS = Path.of("..", "docs");

    private static JsonSchema schema() throws IOException {
        return Schemas.of(
                Schemas.JSON.readTree(DOCS.resolve("receipt.schema.json").toFile()));
    }

    private static List<ObjectNode> explained() throws IOException {
        List<ObjectNode> all = new ArrayList<>();
        for (String file : List.of("receipt-v1.json", "receipt-v2.json")) {
            JsonNode vectors =
                    Schemas.JSON.readTree(DOCS.resolve("vectors").resolve(file).toFile());
            for (JsonNode each : vectors.path("exchanges")) {
                String receipt = Schemas.JSON
                        .readTree(each.path("exchange").asText())
                        .at("/response/parameters/candor_receipt")
                        .asText();
                all.add(ReceiptExplainer.json(
                        Receipt.parse(Bytes.wrap(Base64.getDecoder().decode(receipt)))));
            }
        }
        return all;
    }

    @Test
    void publishedReceiptsAreAsItSays() throws IOException {
        List<ObjectNode> explained = explained();
        assertThat(explained).hasSizeGreaterThan(2);
        for (ObjectNode receipt : explained) {
            assertThat(Schemas.problems(schema(), receipt.toString())).isEmpty();
        }
    }

    @Test
    void whatIsMissingWrongOrMoreIsFound() throws IOException {
        ObjectNode receipt = explained().getFirst();
        assertThat(Schemas.problems(schema(), receipt.deepCopy().put("more", 1).toString()))
                .isNotEmpty();
        ObjectNode leaf = receipt.deepCopy();
        ((ObjectNode) leaf.path("leaf")).remove("network");
        assertThat(Schemas.problems(schema(), leaf.toString())).isNotEmpty();
        ObjectNode cached = receipt.deepCopy();
        ((ObjectNode) cached.path("leaf")).put("source", "cache");
        assertThat(Schemas.problems(schema(), cached.toString())).isNotEmpty();
        assertThat(Schemas.problems(
                        schema(), receipt.deepCopy().put("signature", "00").toString()))
                .isNotEmpty();
    }
}
