package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.evm.EvmVectors;
import dev.candor.cluster.http.ApiKeys;
import dev.candor.cluster.security.Audit;
import dev.candor.cluster.security.DoorSecurity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The EVM facade as a client sees it: what runs a model, and what is refused by which name. */
@Timeout(60)
final class EvmTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CALL = "[{\"from\":\"" + EvmVectors.text("/address")
            + "\",\"to\":\"0x8383C9bD7462F12Eb996DD02F78234C0421A6FaE\",\"data\":\"" + EvmVectors.text("/calldata")
            + "\"}]";

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

    private JsonNode ask(String method, String params, String... headers) throws IOException {
        RawClient.Response response = fixture.post(
                "/evm",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}",
                headers);
        assertThat(response.status()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private JsonNode send(String name) throws IOException {
        return ask("eth_sendRawTransaction", "[\"" + EvmVectors.raw(name) + "\"]");
    }

    /** The receipt, once it is there. */
    private JsonNode receipt(String name) throws IOException {
        JsonNode receipt;
        do {
            receipt = ask("eth_getTransactionReceipt", "[\"" + EvmVectors.text("/" + name + "/hash") + "\"]")
                    .path("result");
        } while (receipt.isNull());
        return receipt;
    }

    private String count() throws IOException {
        return ask("eth_getTransactionCount", "[\"" + EvmVectors.text("/address") + "\",\"pending\"]")
                .path("result")
                .asText();
    }

    @Test
    void aTransactionRunsAModelAndItsEventHasTheAnswer() throws IOException {
        assertThat(ask("eth_chainId", "[]").path("result").asText())
                .isEqualTo("0x" + Long.toHexString(EvmVectors.chain()));
        assertThat(count()).isEqualTo("0x0");
        assertThat(send("legacy").path("result").asText()).isEqualTo(EvmVectors.text("/legacy/hash"));
        JsonNode receipt = receipt("legacy");
        assertThat(receipt.path("status").asText()).isEqualTo("0x1");
        assertThat(receipt.path("from").asText()).isEqualTo(EvmVectors.text("/address"));
        assertThat(receipt.at("/logs/1/topics/0").asText()).isEqualTo(EvmVectors.text("/result_topic"));
        assertThat(receipt.at("/logs/1/data").asText()).isEqualTo(EvmVectors.text("/result_data"));
        assertThat(receipt.at("/logs/0/data").asText()).isEqualTo(EvmVectors.text("/inference_data"));
        assertThat(count()).isEqualTo("0x1");
        InferenceRequest asked = fixture.cluster.requests.remove();
        assertThat(asked.inputs().getFirst().datatype()).isEqualTo(DataType.FP32);
        assertThat(asked.inputs().getFirst().shape()).isEqualTo(Shape.of(1, 4));
        assertThat(asked.idempotencyKey())
                .contains("evm-" + EvmVectors.text("/legacy/hash").substring(2));
        assertThat(fixture.cluster.callers.remove().name()).isEqualTo(EvmVectors.text("/address"));
        assertThat(ask("eth_getTransactionByHash", "[\"" + EvmVectors.text("/legacy/hash") + "\"]")
                        .at("/result/blockNumber")
                        .asText())
                .isEqualTo("0x1");
    }

    @Test
    void theSameTransactionAgainIsTheSameAndRunsNothing() throws IOException {
        send("legacy");
        receipt("legacy");
        assertThat(send("legacy").path("result").asText()).isEqualTo(EvmVectors.text("/legacy/hash"));
        assertThat(fixture.cluster.requests).hasSize(1);
        send("eip2930");
        receipt("eip2930");
        JsonNode replayed = send("legacy");
        assertThat(replayed.at("/error/data/code").asText()).isEqualTo("CONFLICT");
        assertThat(replayed.at("/error/message").asText()).isEqualTo("nonce too low: next nonce 2, tx nonce 0");
        assertThat(fixture.cluster.requests).hasSize(2);
    }

    @Test
    void takesEachNonceOnceAndInOrder() throws IOException {
        assertThat(send("nonce_too_high").at("/error/message").asText())
                .isEqualTo("nonce too high: next nonce 0, tx nonce 7");
        send("legacy");
        send("legacy_next");
        assertThat(send("legacy_next_other").at("/error/message").asText()).startsWith("nonce too low");
        assertThat(send("eip1559").path("result").asText()).isEqualTo(EvmVectors.text("/eip1559/hash"));
        assertThat(count()).isEqualTo("0x3");
    }

    @ParameterizedTest
    @CsvSource({
        "other_chain,INVALID_REQUEST,invalid chain id",
        "any_chain,INVALID_REQUEST,EIP-155",
        "with_value,INVALID_REQUEST,value 0",
        "little_gas,INVALID_REQUEST,intrinsic gas too low",
        "other_contract,INVALID_REQUEST,there is no contract",
        "other_function,INVALID_REQUEST,only run",
        "unknown_model,MODEL_NOT_FOUND,nobody",
        "unknown_mode,INVALID_REQUEST,the modes are"
    })
    void refusesByNameWithoutUsingTheNonce(String name, String code, String sentence) throws IOException {
        JsonNode error = send(name).path("error");
        assertThat(error.at("/data/code").asText()).isEqualTo(code);
        assertThat(error.path("message").asText()).contains(sentence);
        assertThat(count()).isEqualTo("0x0");
        assertThat(fixture.cluster.requests).isEmpty();
    }

    @Test
    void refusesABrokenSignatureByName() throws IOException {
        String raw = EvmVectors.raw("legacy");
        String broken = raw.substring(0, raw.length() - 64) + "f".repeat(64);
        JsonNode error = ask("eth_sendRawTransaction", "[\"" + broken + "\"]").path("error");
        assertThat(error.at("/data/code").asText()).isEqualTo("UNAUTHENTICATED");
        assertThat(error.path("message").asText()).startsWith("invalid sender");
    }

    @Test
    void takesTheModesInTheirOrderNotInOurs() throws IOException {
        send("tee");
        assertThat(fixture.cluster.requests.remove().mode()).isEqualTo(VerificationMode.TEE);
        JsonNode receipt = receipt("tee");
        assertThat(receipt.path("status").asText()).isEqualTo("0x1");
        assertThat(receipt.at("/logs/1/data").asText())
                .contains(Bytes.wrap("candor".getBytes(StandardCharsets.UTF_8)).toHex());
        close();
        open();
        send("zkml");
        InferenceRequest proven = fixture.cluster.requests.remove();
        assertThat(proven.mode()).isEqualTo(VerificationMode.ZKML);
        assertThat(proven.version()).isEqualTo("1.00");
    }

    @Test
    void stringsGoInAndOut() throws IOException {
        send("strings");
        assertThat(receipt("strings").path("status").asText()).isEqualTo("0x1");
        assertThat(fixture.cluster.requests.remove().inputs().getFirst().datatype())
                .isEqualTo(DataType.BYTES);
    }

    @Test
    void aRefusalOfTheClusterFailsTheTransactionWithItsReason() throws IOException {
        fixture.cluster.answers = request -> FakeCluster.refused(Refusal.of(ErrorCode.OVERLOADED, "the queue is full"));
        send("legacy");
        JsonNode receipt = receipt("legacy");
        assertThat(receipt.path("status").asText()).isEqualTo("0x0");
        assertThat(receipt.path("revertReason").asText()).isEqualTo("OVERLOADED: the queue is full");
        assertThat(receipt.path("logs").size()).isZero();
    }

    @Test
    void estimatesWhatWouldBeTakenAndSaysWhyNot() throws IOException {
        String gas = ask("eth_estimateGas", CALL).path("result").asText();
        assertThat(Long.decode(gas)).isGreaterThan(21_000);
        assertThat(ask("eth_call", CALL).at("/error/message").asText()).contains("not signed");
        fixture.cluster.models.remove("echo");
        JsonNode error = ask("eth_estimateGas", CALL).path("error");
        assertThat(error.at("/data/code").asText()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(error.path("data").isObject()).isTrue();
    }

    @Test
    void aSignerMustBeACallerThatMayInferWhereTheNodeAsks() throws IOException {
        close();
        String address = EvmVectors.text("/address");
        for (String role : List.of("", "admin", "infer")) {
            String signer = role.isEmpty() ? "0x" + "12".repeat(20) : address;
            String line = "dana " + signer + " " + (role.isEmpty() ? "infer" : role) + "\n";
            fixture = new RestFixture(
                    RestFixture.HTTP,
                    ApiKeys.read(Files.writeString(folder.resolve("keys" + role), line)),
                    settings -> settings,
                    new DoorSecurity(Optional.empty(), Audit.NONE, false));
            JsonNode estimate = ask("eth_estimateGas", CALL.replace("\"from\":", "\"whoever\":"));
            assertThat(estimate.path("result").asText())
                    .as("nothing is said of models")
                    .startsWith("0x");
            JsonNode answer = send("legacy");
            switch (role) {
                case "" -> assertThat(answer.at("/error/data/code").asText()).isEqualTo("UNAUTHENTICATED");
                case "admin" ->
                    assertThat(answer.at("/error/data/code").asText()).isEqualTo("PERMISSION_DENIED");
                default -> {
                    assertThat(answer.path("result").asText()).isEqualTo(EvmVectors.text("/legacy/hash"));
                    assertThat(fixture.cluster.callers.remove().name()).isEqualTo("dana");
                }
            }
            if (!role.equals("infer")) {
                fixture.close();
            }
        }
    }

    @Test
    void aForeignWebPageCannotSignOnLoopback() throws IOException {
        RawClient.Response refused = fixture.post(
                "/evm", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}", "Origin: http://evil.example");
        assertThat(refused.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "eth_getTransactionCount|[\"0x12\"]",
                "eth_getTransactionReceipt|[\"zz\"]",
                "eth_sendRawTransaction|[\"0x0\"]",
                "eth_sendRawTransaction|[\"0xzz\"]",
                "eth_estimateGas|[{}]",
                "eth_call|[{\"from\":7}]",
                "eth_getCode|[]"
            })
    void namesParametersThatAreWrong(String method, String params) throws IOException {
        assertThat(ask(method, params).at("/error/code").asInt()).isEqualTo(-32602);
    }

    @Test
    void answersWhatToolsAskBesides() throws IOException {
        assertThat(ask("eth_getCode", "[\"0x8383C9bD7462F12Eb996DD02F78234C0421A6FaE\",\"latest\"]")
                        .path("result")
                        .asText())
                .isEqualTo("0xfe");
        assertThat(ask("eth_getBalance", "[\"" + EvmVectors.text("/address") + "\",\"latest\"]")
                        .path("result")
                        .asText())
                .isEqualTo("0x0");
        assertThat(ask("net_version", "[]").path("result").asText()).isEqualTo(Long.toString(EvmVectors.chain()));
        assertThat(ask("eth_gasPrice", "[]").path("result").asText()).isEqualTo("0x0");
        assertThat(ask("eth_accounts", "[]").path("result").isEmpty()).isTrue();
        assertThat(ask("eth_blockNumber", "[]").path("result").asText()).isEqualTo("0x0");
        assertThat(ask("eth_getTransactionByHash", "[\"0x" + "ab".repeat(32) + "\"]")
                        .path("result")
                        .isNull())
                .isTrue();
        assertThat(ask("eth_mining", "[]").at("/error/code").asInt()).isEqualTo(-32601);
    }
}
