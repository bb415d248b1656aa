package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the published vectors. */
final class ReceiptCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path trust;
    private final List<Path> exchanges = new ArrayList<>();
    private byte[] receipt;

    @BeforeEach
    void writeFiles() throws IOException {
        JsonNode vectors = JSON.readTree(
                Path.of("..", "docs", "vectors", "receipt-v1.json").toFile());
        trust = folder.resolve("trust.json");
        Files.writeString(trust, vectors.path("trust").toString());
        for (JsonNode exchange : vectors.path("exchanges")) {
            Path file = folder.resolve("exchange-" + exchanges.size() + ".json");
            Files.writeString(file, exchange.path("exchange").asText());
            exchanges.add(file);
        }
        receipt = HexFormat.of()
                .parseHex(
                        vectors.path("batches").path(3).path("receipts").path(2).asText());
    }

    @Test
    void verifiesExchanges() {
        List<Object> arguments = new ArrayList<>(List.of("verify", "--trust", trust));
        arguments.addAll(exchanges);
        Terminal ended = Terminal.run(new ReceiptCommand(), arguments.toArray());
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("exchange-0.json: verified", "exchange-3.json: verified");
        assertThat(ended.out()).contains("passed  signature   Ed25519 over the batch of 4");
        assertThat(ended.out()).endsWith("4 of 4 receipts verified" + System.lineSeparator());
        assertThat(ended.code()).isZero();
    }

    @Test
    void saysWhatFailed() throws IOException {
        Path good = exchanges.get(0);
        Path bad = exchanges.get(1);
        Files.writeString(bad, Files.readString(bad).replace("9223372036854775807", "9223372036854775806"));
        Path ugly = folder.resolve("none.json");
        Terminal ended = Terminal.run(new ReceiptCommand(), "verify", "--trust", trust, good, bad, ugly);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out())
                .contains("exchange-0.json: verified")
                .contains("exchange-1.json: FAILED")
                .containsPattern("FAILED +answer +the outputs with the salt do not have the receipt's digest")
                .containsPattern("passed +request ")
                .contains("none.json: FAILED", "there is no file " + ugly)
                .contains("1 of 3 receipts verified");

        JsonNode json = Terminal.run(new ReceiptCommand(), "verify", "--json", "--trust", trust, good, bad, ugly)
                .json();
        assertThat(json.path("ok").asBoolean()).isFalse();
        assertThat(json.path("verified").asInt()).isEqualTo(1);
        assertThat(json.path("total").asInt()).isEqualTo(3);
        JsonNode checks = json.path("receipts").path(1).path("checks");
        assertThat(checks).hasSize(13);
        assertThat(checks)
                .filteredOn(check -> check.path("status").asText().equals("failed"))
                .singleElement()
                .satisfies(check -> assertThat(check.path("check").asText()).isEqualTo("answer"));
        assertThat(json.path("receipts")
                        .path(0)
                        .path("receipt")
                        .path("leaf")
                        .path("model_name")
                        .asText())
                .isEqualTo("mnist-mlp");
        assertThat(json.path("receipts").path(2).path("error").asText()).contains("there is no file");
    }

    @Test
    void verifiesBodiesWithWhatWasAsked() throws IOException {
        JsonNode exchange = JSON.readTree(exchanges.get(1).toFile());
        Path request = write("request.json", exchange.path("request").toString());
        Path response = write("response.json", exchange.path("response").toString());
        Terminal ended = Terminal.run(
                new ReceiptCommand(),
                "verify",
                "--trust",
                trust,
                "--request",
                request,
                "--response",
                response,
                "--model-version",
                "stable");
        assertThat(ended.out()).contains("response.json: verified");
        assertThat(ended.code()).isZero();
        Terminal withoutAlias = Terminal.run(
                new ReceiptCommand(), "verify", "--trust", trust, "--request", request, "--response", response);
        assertThat(withoutAlias.out()).containsPattern("FAILED +request");
        assertThat(withoutAlias.code()).isEqualTo(1);
    }

    @Test
    void verifiesAReceiptAloneInEveryForm() throws IOException {
        String base64 = Base64.getEncoder().encodeToString(receipt);
        Path raw = folder.resolve("receipt.bin");
        Files.write(raw, receipt);
        for (Object form : List.of(
                base64,
                Base64.getUrlEncoder().withoutPadding().encodeToString(receipt),
                raw,
                write("receipt.txt", base64 + "\n"),
                exchanges.get(2),
                write(
                        "body.json",
                        JSON.readTree(exchanges.get(2).toFile())
                                .path("response")
                                .toString()))) {
            Terminal ended = Terminal.run(new ReceiptCommand(), "verify", "--trust", trust, "--receipt", form);
            assertThat(ended.out())
                    .contains("receipt: verified")
                    .containsPattern("skipped request +no request was given");
            assertThat(ended.code()).isZero();
        }
    }

    @Test
    void takesNoKeyFromAnywhereElse() throws IOException {
        Path empty = write("empty.json", "{\"format\":\"candor-trust-v1\",\"keys\":[]}");
        Terminal ended = Terminal.run(new ReceiptCommand(), "verify", "--trust", empty, exchanges.get(0));
        assertThat(ended.out()).containsPattern("FAILED +key-known +the trust file has no key 56475aa7");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void aTrustFileThatCannotBeReadIsAnErrorNotAVerdict() throws IOException {
        Terminal missing =
                Terminal.run(new ReceiptCommand(), "verify", "--trust", folder.resolve("no.json"), exchanges.get(0));
        assertThat(missing.err()).contains("candor: the trust file", "is not there");
        assertThat(missing.out()).isEmpty();
        assertThat(missing.code()).isEqualTo(1);
        Terminal broken = Terminal.run(new ReceiptCommand(), "verify", "--trust", write("t", "{}"), exchanges.get(0));
        assertThat(broken.err()).contains("\"format\" must be there");
        assertThat(broken.code()).isEqualTo(1);
    }

    @Test
    void refusesWrongUse() {
        Path some = exchanges.get(0);
        for (Object[] arguments : new Object[][] {
            {},
            {"verify"},
            {"verify", "--trust", trust},
            {"verify", some},
            {"verify", "--trust", trust, "--request", some},
            {"verify", "--trust", trust, "--receipt", "AAAA", some},
            {"verify", "--trust", trust, "--model", "m", some},
            {"verify", "--trust", trust, "--colour", some},
            {"explain"},
        }) {
            Terminal ended = Terminal.run(new ReceiptCommand(), arguments);
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).contains("Usage: receipt");
        }
    }

    @Test
    void explainsEveryField() {
        String base64 = Base64.getEncoder().encodeToString(receipt);
        Terminal ended = Terminal.run(new ReceiptCommand(), "explain", base64);
        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("network           75b45c684fd731d9")
                .contains("key id            56475aa75463474c")
                .contains("request id        2-0193f0c2-0000-7002-8000-000000000002  (judged by partition 2)")
                .contains("caller            ", "model             mnist-mlp 1.02", "model content     ")
                .contains("request digest    ", "answer digest     ", "(salted)")
                .contains("requested mode    VANILLA", "achieved mode     VANILLA")
                .contains("arithmetic        FLOAT  (the model as given, in floating point)")
                .contains("device            cpu:2", "answered at       2026-01-02T03:04:05.008Z")
                .contains("leaf hash         ", "place             2 of 7", "path 0            ", "path 2  ")
                .contains("root              ", "signature         ", "this explanation has not checked it");
        JsonNode json =
                Terminal.run(new ReceiptCommand(), "explain", "--json", base64).json();
        assertThat(json.path("leaf").size()).isEqualTo(15);
        assertThat(json.path("leaf").path("request_id").asText()).isEqualTo("2-0193f0c2-0000-7002-8000-000000000002");
        assertThat(json.path("index").asInt()).isEqualTo(2);
        assertThat(json.path("tree_size").asInt()).isEqualTo(7);
        assertThat(json.path("path")).hasSize(3);
        assertThat(json.path("root").asText()).hasSize(64);
        assertThat(json.path("signature").asText()).hasSize(128);
    }

    @Test
    void saysWhyItCannotExplain() {
        Terminal garbage = Terminal.run(new ReceiptCommand(), "explain", "no-such-file!");
        assertThat(garbage.err()).contains("a receipt is a file or the base64 of at most 1399 bytes");
        assertThat(garbage.code()).isEqualTo(1);
        Terminal other = Terminal.run(new ReceiptCommand(), "explain", "AAAAAAAA");
        assertThat(other.err()).contains("starts with \"CRCP\"");
        assertThat(other.code()).isEqualTo(1);
    }

    @Test
    void helpsItself() {
        assertThat(Terminal.run(new ReceiptCommand(), "--help").out()).contains("verify", "explain");
        assertThat(Terminal.run(new ReceiptCommand(), "verify", "--help").out())
                .contains("--trust", "--request", "--json");
        assertThat(Terminal.run(new ReceiptCommand(), "explain", "--help").out())
                .contains("It verifies nothing");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
