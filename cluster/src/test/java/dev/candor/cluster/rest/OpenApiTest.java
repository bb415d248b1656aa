package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.inference.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holds {@code /openapi.json} against the router and against what the node really answers. */
@Timeout(60)
final class OpenApiTest {
    private static final String INFER =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[1,2,3,4]}]}";
    private static final String RPC = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"candor_network\"}";
    private static final String NO_RPC = "[{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"none\"},7]";

    private final List<String> wrong = new ArrayList<>();
    private RestFixture fixture;
    private JsonNode document;

    @BeforeEach
    void open() throws IOException {
        fixture = new RestFixture();
        document = Schemas.JSON.readTree(fixture.get("/openapi.json").body());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void hasEveryRouteAndNoOther() {
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        Set<String> served = new TreeSet<>();
        fixture.endpoints().forEach(endpoint -> served.add(endpoint.toString()));
        assertThat(documented).isEqualTo(served);
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
    }

    @Test
    void knowsEveryErrorCodeAndNamesEachOperationOnce() {
        Set<String> codes = new TreeSet<>();
        document.at("/components/schemas/ErrorCode/enum").forEach(code -> codes.add(code.asText()));
        Set<String> all = new TreeSet<>();
        for (ErrorCode code : ErrorCode.values()) {
            all.add(code.name());
        }
        assertThat(codes).isEqualTo(all);
        List<String> names = new ArrayList<>();
        operations()
                .forEach(operation -> names.add(operation.path("operationId").asText()));
        assertThat(names).doesNotHaveDuplicates().doesNotContain("");
    }

    private List<JsonNode> operations() {
        List<JsonNode> operations = new ArrayList<>();
        document.path("paths").forEach(path -> path.forEach(operations::add));
        return operations;
    }

    /** Every operation is asked with a body that says nothing, and many with one that is right; whatever comes back is as the document has it. */
    @Test
    void realAnswersAreAsItSays() throws IOException {
        List<Endpoint> last = new ArrayList<>();
        for (Endpoint endpoint : fixture.endpoints()) {
            boolean removes = endpoint.method().name().equals("DELETE");
            if (removes) {
                last.add(endpoint);
            } else {
                check(endpoint, "{}");
            }
        }
        Map<String, String> right = Map.of(
                "/v2/models/{model}/infer",
                INFER,
                "/v2/models/{model}/versions/{version}/infer",
                INFER,
                "/rpc",
                RPC,
                "/v2/repository/index",
                "{\"ready\":true}",
                "/v1/models/{model}/aliases/{alias}",
                "{\"version\":\"1.00\"}",
                "/v1/models/{model}/aliases/{alias}/split",
                "{\"weights\":{\"1.00\":90}}",
                "/v1/models/{model}/versions/{version}/warm",
                "{\"executors\":1}",
                "/v1/requests/{request}/verify",
                "{\"model\":\"echo\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw==\",\"request\":" + INFER + "}",
                "/v1/models/{model}/versions",
                "{\"content_id\":\"" + FakeCluster.CONTENT.toHex() + "\",\"spec\":" + FakeCluster.SPEC + "}");
        for (Endpoint endpoint : fixture.endpoints()) {
            String body = right.get(endpoint.template());
            if (body != null && !endpoint.method().name().equals("GET") && !last.contains(endpoint)) {
                check(endpoint, body);
            }
        }
        for (Endpoint endpoint : fixture.endpoints()) {
            if (endpoint.template().equals("/rpc")) {
                check(endpoint, NO_RPC);
            }
        }
        for (Endpoint endpoint : last) {
            check(endpoint, "");
        }
        assertThat(wrong).isEmpty();
    }

    private void check(Endpoint endpoint, String body) throws IOException {
        if (endpoint.template().endsWith("/events")) {
            return; // Their answers have no end; EventsApiTest reads them.
        }
        String path = endpoint.template()
                .replace("{model}", "echo")
                .replace("{version}", "1.00")
                .replace("{alias}", "stable")
                .replace("{request}", FakeCluster.ID.toString())
                .replace("{region}", "r")
                .replace("{repository}", "r");
        String method = endpoint.method().name();
        RawClient.Response response;
        try (RawClient client = fixture.client()) {
            boolean bare = method.equals("GET") || method.equals("DELETE");
            response = client.request(method, path, bare ? new byte[0] : body.getBytes(StandardCharsets.UTF_8))
                    .read();
        }
        JsonNode responses = document.path("paths")
                .path(endpoint.template())
                .path(method.toLowerCase(Locale.ROOT))
                .path("responses");
        String status = Integer.toString(response.status());
        JsonNode described = responses.has(status) ? responses.path(status) : responses.path("default");
        if (described.has("$ref")) {
            described = document.at(described.path("$ref").asText().substring(1));
        }
        if (response.status() < 300 && !responses.has(status)) {
            wrong.add(endpoint + " answers " + status + ", which is not in the document");
        }
        String type = response.header("content-type");
        if (response.bytes().length() == 0) {
            return;
        }
        String known = String.valueOf(type).split(";", 2)[0];
        JsonNode content = described.path("content").path(known);
        if (content.isMissingNode()) {
            wrong.add(endpoint + " answers " + status + " with " + type + ", which is not in the document");
            return;
        }
        if (known.equals("application/json")) {
            Schemas.problems(Schemas.within(document, content.path("schema")), response.body())
                    .forEach(problem -> wrong.add(endpoint + " " + status + ": " + problem + " in " + response.body()));
        }
    }
}
