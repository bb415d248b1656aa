package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of text for clients that look for OpenGradient's signature. */
@Timeout(60)
final class SettledTextTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT =
            "{\"model\":\"candor-tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"temperature\":0.0%s}";

    private final HttpClient http = HttpClient.newHttpClient();
    private RestFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new RestFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
        http.close();
    }

    private CompletableFuture<HttpResponse<String>> post(String path, String body, String settlement) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + fixture.address.getPort() + path))
                        .header("X-SETTLEMENT-TYPE", settlement)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private FakeLanguage.Asked asked() throws InterruptedException {
        FakeLanguage.Asked asked = fixture.language.asked.poll(20, TimeUnit.SECONDS);
        assertThat(asked).isNotNull();
        return asked;
    }

    private static void isSigned(JsonNode answer) {
        assertThat(answer.path("tee_signature").asText()).hasSize(344);
        assertThat(answer.path("tee_request_hash").asText()).hasSize(64);
        assertThat(answer.path("tee_output_hash").asText())
                .isEqualTo("06b3dfaec148fb1bb2b066f10ec285e7c9bf402ab32aa78a5d38e34566810cd2");
        assertThat(answer.path("tee_timestamp").isIntegralNumber()).isTrue();
        assertThat(answer.path("tee_id").asText()).startsWith("0x");
        assertThat(answer.path("candor_tee").asText()).startsWith("SIMULATED");
    }

    @Test
    void aChatIsSignedBesideItsReceipt() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                post("/v1/chat/completions", CHAT.formatted(",\"max_tokens\":5"), "batch");
        asked().end("Hello");
        JsonNode body = JSON.readTree(answer.join().body());
        isSigned(body);
        assertThat(body.at("/candor/receipted").asBoolean()).isTrue();
        assertThat(body.at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void aCompletionHasItsTextUnderBothNames() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                post("/v1/completions", "{\"model\":\"candor-tiny\",\"prompt\":\"Hi\"}", "private");
        asked().end("Hello");
        JsonNode body = JSON.readTree(answer.join().body());
        isSigned(body);
        assertThat(body.path("completion").asText()).isEqualTo("Hello");
        assertThat(body.at("/choices/0/text").asText()).isEqualTo("Hello");
    }

    /** Finish, usage and signature in one event, no event without choices, and no usage before. */
    @Test
    void aStreamEndsWithOneEventThatHasItAll() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                post("/v1/chat/completions", CHAT.formatted(",\"stream\":true"), "individual");
        FakeLanguage.Asked asked = asked();
        asked.write("Hel");
        asked.write("lo");
        asked.end("Hello");
        List<String> events = answer.join()
                .body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        JsonNode last = JSON.readTree(events.get(events.size() - 2));
        isSigned(last);
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(last.at("/usage/total_tokens").asInt()).isPositive();
        StringBuilder text = new StringBuilder();
        for (String event : events.subList(0, events.size() - 2)) {
            JsonNode piece = JSON.readTree(event);
            assertThat(piece.has("usage")).isFalse();
            assertThat(piece.path("choices").size()).isOne();
            text.append(piece.at("/choices/0/delta/content").asText());
        }
        assertThat(text).hasToString("Hello");
    }

    @Test
    void othersGetNoSignatureAndUnknownSettlementsAreRefused() throws Exception {
        JsonNode refused = JSON.readTree(
                post("/v1/chat/completions", CHAT.formatted(""), "later").join().body());
        assertThat(refused.at("/error/candor_code").asText()).isEqualTo("INVALID_REQUEST");
        CompletableFuture<HttpResponse<String>> plain = http.sendAsync(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + fixture.address.getPort() + "/v1/chat/completions"))
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT.formatted("")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        asked().end("Hello");
        assertThat(JSON.readTree(plain.join().body()).has("tee_signature")).isFalse();
    }
}
