package dev.candor.cluster.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.security.Operation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Whatever bytes come, they are a request, or an error says why not; the answer is JSON with what JSON-RPC asks of it. */
final class RpcFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Caller CALLER = new Caller("fuzz", Set.of(Caller.Role.INFER));
    private static final RpcService SERVICE = new RpcService(
            List.of(new RpcMethod("m", Operation.READ, List.of("a", "b"), call -> {
                call.params().optionalText("a");
                call.params().optionalStructure("b");
                return CompletableFuture.completedFuture(new byte[] {'1'});
            })),
            caller -> {});

    @FuzzTest(maxDuration = "15s")
    void envelope(byte[] body) throws IOException {
        byte[] answer = SERVICE.answer(body, body.length, CALLER, true, cancel -> {}, Optional.empty())
                .join();
        if (answer.length == 0) {
            return;
        }
        JsonNode json = JSON.readTree(answer);
        for (JsonNode each : json.isArray() ? json : JSON.createArrayNode().add(json)) {
            assertThat(each.path("jsonrpc").asText()).isEqualTo("2.0");
            assertThat(each.has("result") ^ each.has("error")).isTrue();
            assertThat(each.has("id")).isTrue();
        }
    }

    @FuzzTest(maxDuration = "15s")
    void parameters(byte[] json) {
        if (json.length == 0 || (json[0] != '{' && json[0] != '[')) {
            return;
        }
        try {
            RpcParams params = RpcParams.read(Optional.of(Bytes.wrap(json)), List.of("a", "b", "c"));
            params.optionalText("a");
            params.optionalStructure("b");
            params.whole("c", 1, 1, 5);
        } catch (RefusedException refused) {
            assertThat(refused.refusal().sentence()).isNotBlank();
        }
    }
}
