package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.ApiKeys;
import dev.candor.cluster.rpc.RpcError;
import dev.candor.cluster.rpc.RpcMethod;
import dev.candor.cluster.security.Audit;
import dev.candor.cluster.security.AuthorizationTable;
import dev.candor.cluster.security.DoorSecurity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON-RPC over HTTP: envelopes, errors, methods, and who may call them. */
@Timeout(60)
final class RpcTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[-0.0,2,16777217.0000001,4]}]}";
    private static final String UNKNOWN = "3-0193f0c2-7b1e-7000-8000-000000000000";

    @TempDir
    Path folder;

    private RestFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new RestFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private JsonNode ask(String envelope) throws IOException {
        RawClient.Response response = fixture.post("/rpc", envelope);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).isEqualTo("application/json");
        return JSON.readTree(response.body());
    }

    private static String call(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private JsonNode result(String method, String params) throws IOException {
        JsonNode answer = ask(call(method, params));
        assertThat(answer.path("jsonrpc").asText()).isEqualTo("2.0");
        assertThat(answer.path("id").asText()).isEqualTo("a");
        assertThat(answer.has("error")).as("%s", answer).isFalse();
        return answer.path("result");
    }

    private JsonNode error(String method, String params) throws IOException {
        JsonNode answer = ask(call(method, params));
        assertThat(answer.has("result")).as("%s", answer).isFalse();
        return answer.path("error");
    }

    @Test
    void infersWithTheBodyThatRestTakesAndGivesTheBodyThatRestGives() throws IOException {
        String params = "{\"version\":\"1.00\",\"model\":\"echo\",\"request\":" + REQUEST + "}";
        JsonNode result = result("candor_infer", params);
        assertThat(result)
                .isEqualTo(JSON.readTree(fixture.post("/v2/models/echo/versions/1.00/infer", REQUEST)
                        .body()));
        assertThat(fixture.cluster.requests.poll()).isEqualTo(fixture.cluster.requests.poll());
    }

    @Test
    void takesParametersByPlaceAsWell() throws IOException {
        assertThat(result("candor_infer", "[\"echo\"," + REQUEST + "]")
                        .at("/outputs/0/name")
                        .asText())
                .isEqualTo("y");
    }

    @Test
    void keepsIdsAsTheyWere() throws IOException {
        for (String id : List.of("17", "-1", "1.50", "\"\\u00e9\\\"\"", "null", "123456789012345678901234567890")) {
            String answer = fixture.post(
                            "/rpc", "{\"id\":" + id + ",\"method\":\"candor_network\",\"jsonrpc\":\"2.0\"}")
                    .body();
            assertThat(JSON.readTree(answer).path("id")).isEqualTo(JSON.readTree(id));
            assertThat(answer).endsWith(id.startsWith("\"") ? "}" : ",\"id\":" + id + "}");
        }
    }

    @Test
    void answersABatchInItsOrderAndLeavesNotificationsOut() throws IOException {
        JsonNode answers = ask("[" + call("candor_network", "[]")
                + ",{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\"},1," + call("candor_nothing", "{}") + "]");
        assertThat(answers.size()).isEqualTo(3);
        assertThat(answers.at("/0/result/version").asText()).isEqualTo("1.2.3");
        assertThat(answers.at("/1/error/code").asInt()).isEqualTo(-32600);
        assertThat(answers.at("/1/id").isNull()).isTrue();
        assertThat(answers.at("/2/error/code").asInt()).isEqualTo(-32601);
        assertThat(answers.at("/2/id").asText()).isEqualTo("a");
    }

    @Test
    void saysNothingToNotifications() throws IOException {
        for (String quiet : List.of(
                "{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"no_such_thing\"}",
                "[{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\"},{\"jsonrpc\":\"2.0\",\"method\":\"candor_stats\"}]")) {
            RawClient.Response response = fixture.post("/rpc", quiet);
            assertThat(response.status()).isEqualTo(204);
            assertThat(response.bytes().length()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{} {}",
                "[1,",
                "\u0000",
                "{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\",\"id\":1}x",
                "nul"
            })
    void namesWhatIsNoJson(String sent) throws IOException {
        JsonNode answer = ask(sent);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32700);
        assertThat(answer.at("/error/data/code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.path("id").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "{}",
                "{\"jsonrpc\":\"1.0\",\"method\":\"candor_network\",\"id\":1}",
                "{\"jsonrpc\":2.0,\"method\":\"candor_network\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"method\":7,\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"method\":[[{}]],\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\",\"id\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\",\"id\":true}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\",\"id\":1,\"id\":2}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\",\"method\":\"candor_stats\",\"id\":2}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"candor_network\",\"id\":1,\"params\":7}"
            })
    void namesWhatIsNoRequest(String sent) throws IOException {
        JsonNode answer = ask(sent);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(answer.at("/error/message").asText()).isNotBlank();
    }

    @Test
    void refusesABatchThatIsTooLongAsAWhole() throws IOException {
        String one = call("candor_network", "[]");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            many.add(one);
        }
        assertThat(ask("[" + String.join(",", many) + "]")
                        .at("/error/data/code")
                        .asText())
                .isEqualTo("TOO_LARGE");
        assertThat(ask("[" + String.join(",", many.subList(0, 64)) + "]").size())
                .isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "candor_infer|{}|model",
                "candor_infer|[7]|model",
                "candor_infer|{\"model\":\"echo\",\"request\":7}|request",
                "candor_infer|{\"model\":\"echo\",\"colour\":1}|colour",
                "candor_infer|[\"echo\",{},\"\",1]|more parameters",
                "candor_infer|{\"model\":\"echo\",\"model\":\"echo\"}|twice",
                "candor_infer|{\"model\":\"echo\",\"request\":{}}|inputs",
                "candor_status|[\"x\"]|x",
                "candor_receipt|[\"x\",7]|x",
                "candor_models|{\"limit\":0}|1 to 100",
                "candor_models|{\"limit\":1.5}|1 to 100",
                "candor_models|{\"cursor\":\"?\"}|cursor",
                "candor_proof|[\"3-0193f0c2-7b1e-7000-8000-000000000001\",\"soul\"]|parts"
            })
    void namesTheParameterThatIsWrong(String method, String params, String named) throws IOException {
        JsonNode error = error(method, params);
        assertThat(error.path("code").asInt()).isEqualTo(-32602);
        assertThat(error.path("message").asText()).contains(named);
        assertThat(error.at("/data/http_status").asInt()).isEqualTo(400);
    }

    @Test
    void refusesBinaryTensorsWhichHaveNoFormHere() throws IOException {
        String request = REQUEST.replace("]}]}", "]}],\"parameters\":{\"binary_data_output\":true}}");
        assertThat(error("candor_infer", "[\"echo\"," + request + "]")
                        .path("message")
                        .asText())
                .contains("binary");
    }

    @ParameterizedTest
    @EnumSource
    void givesEachRefusalItsNumberAndItsStableCode(ErrorCode code) throws IOException {
        fixture.cluster.answers = request -> FakeCluster.refused(
                new Refusal(code, "so it is", Optional.of(Duration.ofMillis(250)), Optional.of(Bytes.ofHex("0102"))));
        JsonNode error = error("candor_infer", "[\"echo\"," + REQUEST + "]");
        assertThat(error.path("code").asInt()).isEqualTo(RpcError.number(code));
        assertThat(error.path("message").asText()).isEqualTo("so it is");
        assertThat(error.at("/data/code").asText()).isEqualTo(code.name());
        assertThat(error.at("/data/http_status").asInt()).isEqualTo(code.httpStatus());
        assertThat(error.at("/data/retry_after_ms").asInt()).isEqualTo(250);
        assertThat(error.at("/data/receipt").asText()).isEqualTo("AQI=");
    }

    @Test
    void hidesDefectsButSaysThatThereWasOne() throws IOException {
        fixture.cluster.answers = request -> {
            throw new IllegalStateException("a secret");
        };
        JsonNode error = error("candor_infer", "[\"echo\"," + REQUEST + "]");
        assertThat(error.path("code").asInt()).isEqualTo(-32603);
        assertThat(error.toString()).doesNotContain("secret");
    }

    @Test
    void givesStatusReceiptFinalityProofAndFigures() throws IOException {
        restart();
        String id = "[\"" + FakeCluster.ID + "\"]";
        assertThat(as("inferring", "candor_status", id).at("/result/said").asText())
                .isEqualTo("show " + FakeCluster.ID + " for alice");
        assertThat(as("inferring", "candor_receipt", id).at("/result/receipt").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(FakeCluster.RECEIPT.toArray()));
        assertThat(as("inferring", "candor_finality", id).at("/result/height").asInt())
                .isEqualTo(3);
        for (String part : List.of("proof", "statement", "lineage")) {
            JsonNode file = as("inferring", "candor_proof", "[\"" + FakeCluster.ID + "\",\"" + part + "\"]");
            assertThat(new String(
                            Base64.getDecoder().decode(file.at("/result/bytes").asText()), StandardCharsets.UTF_8))
                    .isEqualToIgnoringCase(part);
        }
        assertThat(as("inferring", "candor_proof", "[\"" + FakeCluster.ID + "\",\"attestation\"]")
                        .at("/result/bytes")
                        .asText())
                .isEqualTo("Q1JBVA==");
        assertThat(as("inferring", "candor_stats", "[]").at("/result/days").isArray())
                .isTrue();
    }

    @Test
    void anotherCallersReceiptIsNotThere() throws IOException {
        restart();
        for (String method : List.of("candor_receipt", "candor_finality")) {
            JsonNode foreign = as("other", method, "[\"" + FakeCluster.ID + "\"]");
            JsonNode never = as("other", method, "[\"" + UNKNOWN + "\"]");
            assertThat(foreign.at("/error/code").asInt()).isEqualTo(-32005);
            assertThat(foreign.toString().replace(FakeCluster.ID.toString(), UNKNOWN))
                    .isEqualTo(never.toString());
        }
    }

    @Test
    void listsModelsAPageAtATime() throws IOException {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = result("candor_models", "{\"limit\":2" + cursor + "}");
            page.path("models").forEach(model -> seen.add(model.path("name").asText()));
            cursor = page.has("next") ? ",\"cursor\":" + page.path("next") : "";
            pages++;
        } while (!cursor.isEmpty());
        assertThat(pages).isEqualTo(3);
        assertThat(seen).containsExactlyElementsOf(fixture.cluster.models.keySet());
    }

    @Test
    void subscriptionsNeedAConnectionThatStays() throws IOException {
        assertThat(error("candor_subscribe", "[\"heads\"]").at("/data/code").asText())
                .isEqualTo("UNIMPLEMENTED");
        assertThat(error("candor_unsubscribe", "[\"0x1\"]").path("message").asText())
                .contains("/rpc/ws");
    }

    @Test
    void eachMethodIsForTheRolesOfTheTable() throws IOException {
        restart();
        Map<String, List<Boolean>> rows = AuthorizationTable.read();
        rows.keySet().removeIf(row -> !row.startsWith("rpc "));
        assertThat(rows.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        methods().stream().map(method -> "rpc " + method.name()).collect(Collectors.toSet()));
        List<String> keys = List.of("inferring", "administering", "auditing", "");
        rows.forEach((row, cells) -> {
            for (int column = 0; column < keys.size(); column++) {
                assertThat(allowed(row.substring(4), keys.get(column)))
                        .as("%s with %s", row, keys.get(column))
                        .isEqualTo(cells.get(column));
            }
        });
    }

    private List<RpcMethod> methods() {
        return RpcMethods.all(fixture.services(), fixture.settings());
    }

    private boolean allowed(String method, String key) {
        try {
            RawClient.Response response =
                    fixture.post("/rpc", call(method, "{}"), key.isEmpty() ? "X: y" : "Authorization: Bearer " + key);
            return response.status() == 200
                    && !JSON.readTree(response.body())
                            .at("/error/data/code")
                            .asText()
                            .equals("PERMISSION_DENIED");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode as(String key, String method, String params) throws IOException {
        return JSON.readTree(fixture.post("/rpc", call(method, params), "Authorization: Bearer " + key)
                .body());
    }

    private void restart() throws IOException {
        fixture.close();
        String file = line("alice", "inferring", "infer")
                + line("ops", "administering", "admin")
                + line("eye", "auditing", "audit")
                + line("mallory", "other", "infer");
        fixture = new RestFixture(
                RestFixture.HTTP,
                ApiKeys.read(Files.writeString(folder.resolve("keys"), file)),
                settings -> settings,
                new DoorSecurity(Optional.empty(), Audit.NONE, false));
    }

    private static String line(String name, String key, String role) {
        return name + " " + Digest.sha256(Bytes.wrap(key.getBytes(StandardCharsets.UTF_8))) + " " + role + "\n";
    }

    @Test
    void numbersOfErrorsAreNeverShared() {
        Set<Integer> numbers = new HashSet<>();
        for (ErrorCode code : ErrorCode.values()) {
            int number = RpcError.number(code);
            if (number > -32600) {
                assertThat(numbers.add(number)).as("%s", code).isTrue();
                assertThat(number).isBetween(-32099, -32000);
            }
        }
    }

    @Test
    void refusesABodyOverItsLimitBeforeItIsRead() throws IOException {
        byte[] large = new byte[RpcApi.MAX_BODY + 1];
        assertThat(fixture.post("/rpc", large).status()).isEqualTo(413);
    }
}
