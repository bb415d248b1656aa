package dev.candor.cluster.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.receipt.ExchangeJson;
import dev.candor.actors.receipt.ReceiptVerifier;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.Verification;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with the language models that ship with Candor. */
@Timeout(180)
final class LanguageServingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT =
            "{\"model\":\"candor-tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}],\"max_tokens\":40%s}";

    /** Commits that a test holds back; null lets them through. */
    private static volatile @org.jspecify.annotations.Nullable BlockingQueue<Runnable> held;

    @TempDir
    static Path folder;

    private static CandorNode node;
    private static HttpClient http;
    private static ReceiptVerifier verifier;

    @BeforeAll
    static void start() throws Exception {
        node = CandorNode.start(
                NodeConfigs.load(ConfigFactory.parseString("""
                        candor.node { data-dir = "%s", partitions = 2, grpc.enabled = false }
                        candor.rest.port = 0
                        candor.language.models = ["../models/candor-tiny.pt", "../models/candor-embed.pt"]
                        """.formatted(folder.resolve("data")))),
                "test",
                new NodeSeams(LanguageServingTest::holding, NodeSeams.NONE.stores()));
        http = HttpClient.newHttpClient();
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (get("/v1/models").path("data").size() < 2 || status("/v2/models/candor-embed/ready") != 200) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        verifier = new ReceiptVerifier(
                TrustFile.parse(Bytes.wrap(http.send(request("/v1/keys").build(), BodyHandlers.ofByteArray())
                        .body())));
    }

    @AfterAll
    static void stop() {
        http.close();
        node.close();
    }

    private static CommitSink holding(CommitSink sink) {
        return new CommitSink() {
            @Override
            public int keylessPartition() {
                return sink.keylessPartition();
            }

            @Override
            public void commit(int partition, List<Commitment> entries) {
                BlockingQueue<Runnable> queue = held;
                if (queue == null) {
                    sink.commit(partition, entries);
                } else {
                    queue.add(() -> sink.commit(partition, entries));
                }
            }
        };
    }

    @Test
    void answersWithAReceiptThatVerifies() throws Exception {
        JsonNode answer = post("/v1/chat/completions", CHAT.formatted(",\"temperature\":0"), 200);
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo("The capital of France is Paris.");
        assertThat(verify(answer.path("candor")).ok()).isTrue();
    }

    @Test
    void aReceiptCoversTokensSamplerAndSeed() throws Exception {
        JsonNode answer = post("/v1/chat/completions", CHAT.formatted(",\"temperature\":0.9,\"seed\":11"), 200);
        assertThat(verify(answer.path("candor")).ok()).isTrue();
        for (String place : List.of(
                "request/inputs/0",
                "request/inputs/1",
                "request/inputs/2",
                "request/inputs/3",
                "request/inputs/4",
                "request/inputs/5",
                "response/outputs/0",
                "response/outputs/1")) {
            JsonNode copy = answer.path("candor").deepCopy();
            ObjectNode tensor = (ObjectNode) copy.at("/exchange/" + place);
            byte[] raw = Base64.getDecoder().decode(tensor.path("raw").asText());
            // The last byte of a text, or of a number; a text of no bytes gets its length changed.
            raw[raw.length - 1] ^= 1;
            tensor.put("raw", Base64.getEncoder().encodeToString(raw));
            assertThat(broken(copy)).as(tensor.path("name").asText()).isTrue();
        }
    }

    @Test
    void streamsTheReceiptOnlyOnceItIsCommitted() throws Exception {
        String whole = post("/v1/chat/completions", CHAT.formatted(",\"temperature\":0"), 200)
                .at("/choices/0/message/content")
                .asText();
        BlockingQueue<Runnable> commits = new LinkedBlockingQueue<>();
        held = commits;
        try {
            HttpResponse<Stream<String>> stream = http.send(
                    request("/v1/chat/completions")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    CHAT.formatted(",\"temperature\":0,\"stream\":true")))
                            .build(),
                    BodyHandlers.ofLines());
            Iterator<String> lines =
                    stream.body().filter(line -> !line.isEmpty()).iterator();
            StringBuilder text = new StringBuilder();
            while (text.length() < whole.length()) {
                JsonNode event = event(lines.next());
                assertThat(event.at("/candor/receipted").asBoolean()).isFalse();
                text.append(event.at("/choices/0/delta/content").asText());
            }
            assertThat(text.toString()).isEqualTo(whole);
            // All of the text is here, and the answer is signed; nothing is receipted before the commit.
            Runnable commit = commits.poll(30, TimeUnit.SECONDS);
            assertThat(commit).isNotNull();
            held = null;
            commit.run();
            JsonNode end = event(lines.next());
            assertThat(end.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
            assertThat(verify(end.path("candor")).ok()).isTrue();
            assertThat(lines.next()).isEqualTo("data: [DONE]");
        } finally {
            held = null;
        }
    }

    @Test
    void repeatsAnAnswerUnderItsKey() throws Exception {
        String body = CHAT.formatted(",\"temperature\":1");
        JsonNode first =
                post("/v1/chat/completions", body.replace("}],", "}],\"seed\":3,"), 200, "Idempotency-Key", "once");
        JsonNode second =
                post("/v1/chat/completions", body.replace("}],", "}],\"seed\":3,"), 200, "Idempotency-Key", "once");
        assertThat(second.at("/candor/receipt")).isEqualTo(first.at("/candor/receipt"));
        assertThat(second.at("/choices")).isEqualTo(first.at("/choices"));
        assertThat(second.at("/candor/replayed").asBoolean()).isTrue();
        post("/v1/chat/completions", body.replace("}],", "}],\"seed\":4,"), 409, "Idempotency-Key", "once");
    }

    @Test
    void forcesToolCallsIntoTheirSchema() throws Exception {
        String tools =
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":"
                        + "{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"}}}}}],\"tool_choice\":\"required\"";
        JsonNode answer = post("/v1/chat/completions", CHAT.formatted(tools).replace("\"max_tokens\":40,", ""), 200);
        JsonNode call = answer.at("/choices/0/message/tool_calls/0/function");
        assertThat(call.path("name").asText()).isEqualTo("f");
        JsonNode arguments = JSON.readTree(call.path("arguments").asText());
        assertThat(arguments.path("city").isTextual() && arguments.path("days").isInt())
                .as(call.toString())
                .isTrue();
        assertThat(verify(answer.path("candor")).ok()).isTrue();
    }

    @Test
    void embedsWithReceiptsThatVerify() throws Exception {
        StringBuilder inputs = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            inputs.append(i == 0 ? "\"" : ",\"")
                    .append("text number ")
                    .append(i)
                    .append('"');
        }
        JsonNode answer = post("/v1/embeddings", "{\"model\":\"candor-embed\",\"input\":[" + inputs + "]}", 200);
        assertThat(answer.path("data").size()).isEqualTo(40);
        assertThat(answer.at("/candor/batches").size()).isEqualTo(2);
        for (JsonNode batch : answer.at("/candor/batches")) {
            assertThat(verify(batch).ok()).isTrue();
        }
        double length = 0;
        for (JsonNode x : answer.at("/data/39/embedding")) {
            length += x.asDouble() * x.asDouble();
        }
        assertThat(length).isBetween(0.999, 1.001);
    }

    @Test
    void namesTheModelsThereAre() throws Exception {
        JsonNode refused = post("/v1/chat/completions", CHAT.formatted("").replace("candor-tiny", "gpt-4o"), 404);
        assertThat(refused.at("/error/message").asText())
                .isEqualTo("there is no text model \"gpt-4o\"; this node serves \"candor-tiny\"");
        JsonNode long_ = post("/v1/chat/completions", CHAT.formatted("").replace("France", "x ".repeat(600)), 400);
        assertThat(long_.at("/error/code").asText()).isEqualTo("context_length_exceeded");
        assertThat(get("/v1/models/candor-tiny").path("object").asText()).isEqualTo("model");
    }

    /** Raw tokens over the inference protocol: the same path, with its own checks. */
    @Test
    void refusesTensorsThatNoSamplerTakes() throws Exception {
        String inputs = "{\"inputs\":[{\"name\":\"prompt\",\"datatype\":\"INT32\",\"shape\":[1,1],\"data\":[5]},"
                + "{\"name\":\"sampling\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[%s,1.0]},"
                + "{\"name\":\"seed\",\"datatype\":\"INT64\",\"shape\":[1,1],\"data\":[1]},"
                + "{\"name\":\"max_tokens\",\"datatype\":\"INT32\",\"shape\":[1,1],\"data\":[4]},"
                + "{\"name\":\"stop\",\"datatype\":\"BYTES\",\"shape\":[1,4],\"data\":[\"\",\"\",\"\",\"\"]},"
                + "{\"name\":\"schema\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"\"]}]}";
        assertThat(post("/v2/models/candor-tiny/infer", inputs.formatted("0.0"), 200)
                        .at("/outputs/0/name")
                        .asText())
                .isEqualTo("tokens");
        assertThat(post("/v2/models/candor-tiny/infer", inputs.formatted("9.0"), 400)
                        .path("error")
                        .asText())
                .isEqualTo("temperature is 9.0; it lies between 0 and 2");
    }

    private static Verification verify(JsonNode candor) {
        Bytes exchange = Bytes.wrap(candor.path("exchange").toString().getBytes(StandardCharsets.UTF_8));
        ExchangeJson.Exchange read = ExchangeJson.read(exchange);
        return verifier.verify(read.receipt(), read.evidence());
    }

    private static boolean broken(JsonNode candor) {
        try {
            return !verify(candor).ok();
        } catch (RuntimeException e) {
            return true;
        }
    }

    private static JsonNode event(String line) throws Exception {
        return JSON.readTree(line.substring("data: ".length()));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(node.address().http().resolve(path));
    }

    private static JsonNode get(String path) throws Exception {
        return JSON.readTree(
                http.send(request(path).build(), BodyHandlers.ofString()).body());
    }

    private static int status(String path) throws Exception {
        return http.send(request(path).build(), BodyHandlers.ofString()).statusCode();
    }

    private static JsonNode post(String path, String body, int status, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }
}
