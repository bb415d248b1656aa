package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.cluster.language.Generation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's JSON at the door, before models whose texts the tests write. */
@Timeout(60)
final class OpenAiApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT =
            "{\"model\":\"candor-tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}";

    private final HttpClient http = HttpClient.newHttpClient();
    private RestFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new RestFixture();
    }

    @AfterEach
    void stop() {
        fixture.stop().join();
        http.close();
    }

    @Test
    void answersAChatWithItsReceipt() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                send("/v1/chat/completions", CHAT.formatted(",\"seed\":7,\"stop\":\"x\""));
        FakeLanguage.Asked asked = asked();
        assertThat(asked.request().seed()).hasValue(7);
        assertThat(asked.request().stops()).containsExactly("x");
        asked.write("Hello");
        asked.end("Hello");
        JsonNode body = JSON.readTree(answer.join().body());
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(body.path("object").asText()).isEqualTo("chat.completion");
        assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("Hello");
        assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(body.at("/usage/total_tokens").asInt()).isEqualTo(5);
        assertThat(body.at("/created").asLong()).isEqualTo(1_790_000_000L);
        assertThat(body.at("/candor/receipted").asBoolean()).isTrue();
        assertThat(body.at("/candor/seed").asInt()).isEqualTo(7);
        assertThat(body.at("/candor/exchange/response/parameters/candor_receipt"))
                .isEqualTo(body.at("/candor/receipt"));
    }

    @Test
    void streamsTextBeforeItsReceiptAndTheReceiptLast() throws Exception {
        CompletableFuture<HttpResponse<Stream<String>>> answer =
                stream(CHAT.formatted(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        FakeLanguage.Asked asked = asked();
        asked.write("Hel");
        var lines = answer.join().body().iterator();
        assertThat(answer.join().headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        JsonNode first = event(lines.next());
        assertThat(first.at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(first.at("/choices/0/delta/content").asText()).isEqualTo("Hel");
        assertThat(first.at("/candor").toString()).isEqualTo("{\"receipted\":false}");
        asked.write("lo");
        asked.end("Hello");
        List<String> rest = new ArrayList<>();
        lines.forEachRemaining(line -> {
            if (!line.isEmpty()) {
                rest.add(line);
            }
        });
        assertThat(event(rest.get(0)).at("/choices/0/delta/content").asText()).isEqualTo("lo");
        JsonNode end = event(rest.get(1));
        assertThat(end.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(end.at("/candor/receipted").asBoolean()).isTrue();
        assertThat(event(rest.get(2)).at("/usage/completion_tokens").asInt()).isEqualTo(2);
        assertThat(rest.get(3)).isEqualTo("data: [DONE]");
        assertThat(rest).hasSize(4);
    }

    @Test
    void saysInTheStreamThatThereIsNoReceipt() throws Exception {
        CompletableFuture<HttpResponse<Stream<String>>> answer = stream(CHAT.formatted(",\"stream\":true"));
        FakeLanguage.Asked asked = asked();
        asked.write("Hello");
        asked.listener()
                .ended(new Generation.Refused(Refusal.of(ErrorCode.JOURNAL_UNAVAILABLE, "the journal is away")));
        List<String> lines =
                answer.join().body().filter(line -> !line.isEmpty()).toList();
        assertThat(event(lines.getLast()).at("/error/message").asText()).isEqualTo("the journal is away");
        assertThat(lines).noneMatch(line -> line.contains("[DONE]") || line.contains("\"receipted\":true"));
    }

    @Test
    void gathersTextForAClientThatDoesNotKeepUp() throws Exception {
        String text = "x".repeat(1000);
        try (RawClient client = new RawClient(fixture.address, 4096)) {
            client.post("/v1/chat/completions", CHAT.formatted(",\"stream\":true"));
            FakeLanguage.Asked asked = asked();
            for (int i = 0; i < 20_000; i++) {
                asked.write(text);
            }
            asked.end("");
            client.readHead();
            long chunks = 0;
            long letters = 0;
            for (String line = client.nextLine(); !line.equals("data: [DONE]"); line = client.nextLine()) {
                if (line.startsWith("data: ")) {
                    chunks++;
                    letters +=
                            event(line).at("/choices/0/delta/content").asText().length();
                }
            }
            assertThat(letters).isEqualTo(20_000_000);
            assertThat(chunks).isLessThan(20_000);
        }
    }

    @Test
    void endsASequenceWhoseClientLeft() throws Exception {
        try (RawClient client = fixture.client()) {
            client.post("/v1/chat/completions", CHAT.formatted(",\"stream\":true"));
            FakeLanguage.Asked asked = asked();
            asked.write("Hello");
            client.readHead();
        }
        assertThat(fixture.language.cancelled.poll(20, TimeUnit.SECONDS)).isEqualTo("candor-tiny");
    }

    @Test
    void goesOnWithTheConnectionAfterAStream() throws Exception {
        try (RawClient client = fixture.client()) {
            client.post("/v1/chat/completions", CHAT.formatted(",\"stream\":true"));
            asked().end("");
            client.readHead();
            String line = client.nextLine();
            while (!line.equals("0")) {
                line = client.nextLine();
            }
            assertThat(client.nextLine()).isEmpty();
            assertThat(client.get("/v2/health/live").read().status()).isEqualTo(200);
        }
    }

    @Test
    void refusesInOpenAisForm() throws Exception {
        refused("/v1/chat/completions", CHAT.formatted(",\"n\":2"), 400, "n", "unsupported_parameter");
        refused("/v1/chat/completions", CHAT.formatted(",\"temprature\":1"), 400, "temprature", "invalid_value");
        refused("/v1/chat/completions", "{\"model\":\"candor-tiny\"}", 400, "messages", "invalid_value");
        refused("/v1/chat/completions", CHAT.replace("candor-tiny", "none").formatted(""), 404, "", "model_not_found");
        refused(
                "/v1/completions",
                "{\"model\":\"m\",\"prompt\":\"x\",\"echo\":true}",
                400,
                "echo",
                "unsupported_parameter");
        refused("/v1/completions", "{\"model\":\"m\",\"prompt\":[\"x\",\"y\"]}", 400, "prompt", "invalid_value");
        refused(
                "/v1/embeddings",
                "{\"model\":\"m\",\"input\":\"x\",\"dimensions\":7}",
                400,
                "dimensions",
                "unsupported_parameter");
        refused("/v1/completions", "{", 400, "", "invalid_request");
        assertThat(http.send(request("/v1/embeddings").GET().build(), HttpResponse.BodyHandlers.ofString())
                        .body())
                .contains("\"error\":{\"message\":");
    }

    @Test
    void refusesToolsThatCannotBeForced() throws Exception {
        String tools =
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},{\"type\":\"function\",\"function\":{\"name\":\"b\"}}],\"tool_choice\":";
        refused(
                "/v1/chat/completions",
                CHAT.formatted(tools + "\"required\""),
                400,
                "tool_choice",
                "unsupported_parameter");
        refused(
                "/v1/chat/completions",
                CHAT.formatted(tools + "{\"type\":\"function\",\"function\":{\"name\":\"c\"}}"),
                400,
                "tool_choice",
                "invalid_value");
        CompletableFuture<HttpResponse<String>> answer = send(
                "/v1/chat/completions",
                CHAT.formatted(tools + "{\"type\":\"function\",\"function\":{\"name\":\"b\"}}"));
        FakeLanguage.Asked asked = asked();
        assertThat(asked.request().schema()).hasValue("{\"type\":\"object\"}");
        asked.end("{}");
        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void saysWhenToComeBackWhereTheQueueIsFull() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = send("/v1/chat/completions", CHAT.formatted(""));
        asked().listener()
                .ended(new Generation.Refused(
                        Refusal.retryable(ErrorCode.OVERLOADED, "full", Duration.ofMillis(1500))));
        assertThat(answer.join().statusCode()).isEqualTo(429);
        assertThat(answer.join().headers().firstValue("retry-after")).hasValue("2");
        assertThat(answer.join().headers().firstValue("retry-after-ms")).hasValue("1500");
        assertThat(JSON.readTree(answer.join().body()).at("/error/code").asText())
                .isEqualTo("queue_full");
    }

    @Test
    void givesEmbeddingsAsNumbersOrBase64() throws Exception {
        JsonNode numbers = JSON.readTree(send("/v1/embeddings", "{\"model\":\"e\",\"input\":[\"a\",\"b\"]}")
                .join()
                .body());
        assertThat(numbers.at("/data/1/embedding").toString()).isEqualTo("[1.0,0.0]");
        assertThat(numbers.at("/data/1/index").asInt()).isEqualTo(1);
        JsonNode base64 =
                JSON.readTree(send("/v1/embeddings", "{\"model\":\"e\",\"input\":\"a\",\"encoding_format\":\"base64\"}")
                        .join()
                        .body());
        assertThat(base64.at("/data/0/embedding").asText()).isEqualTo("AACAPwAAAAA=");
        assertThat(base64.at("/candor/batches/0/receipt").asText()).isNotEmpty();
    }

    private FakeLanguage.Asked asked() throws InterruptedException {
        FakeLanguage.Asked asked = fixture.language.asked.poll(20, TimeUnit.SECONDS);
        assertThat(asked).isNotNull();
        return asked;
    }

    private void refused(String path, String body, int status, String parameter, String code) {
        HttpResponse<String> answer = send(path, body).join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode error;
        try {
            error = JSON.readTree(answer.body()).path("error");
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
        assertThat(error.path("message").asText()).isNotEmpty();
        assertThat(error.path("param").asText("")).as(answer.body()).isEqualTo(parameter);
        assertThat(error.path("code").asText()).as(answer.body()).isEqualTo(code);
    }

    private static JsonNode event(String line) throws IOException {
        assertThat(line).startsWith("data: {");
        return JSON.readTree(line.substring("data: ".length()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + fixture.address.getPort() + path));
    }

    private CompletableFuture<HttpResponse<String>> send(String path, String body) {
        return http.sendAsync(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<Stream<String>>> stream(String body) {
        return http.sendAsync(
                request("/v1/chat/completions")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
    }
}
