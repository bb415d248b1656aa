package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.cluster.http.HttpSettings;
import dev.candor.cluster.http.NoAuthentication;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as HTTP has it: order, limits, timeouts, connections. */
@Timeout(60)
final class HttpBehaviourTest {
    private static final String INFER = "/v2/models/echo/infer";
    private static final String BODY =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[1,2,3,4]}]}";

    private RestFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new RestFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private void restart(HttpSettings http) throws IOException {
        fixture.close();
        fixture = new RestFixture(http);
    }

    private static HttpSettings with(int maxConnections, int maxBody, long maxBuffered, Duration idle, Duration body) {
        HttpSettings base = RestFixture.HTTP;
        return new HttpSettings(
                base.host(),
                0,
                2,
                maxConnections,
                base.maxRequestLine(),
                base.maxHeader(),
                maxBody,
                maxBuffered,
                base.maxInflationRatio(),
                base.compressFrom(),
                idle,
                idle,
                body,
                base.drainTimeout());
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        List<String> paths = List.of("/v2", "/v2/models/echo", "/nothing", "/v2/health/live", "/v2/models/pair/config");
        for (int round = 0; round < 200; round++) {
            for (String path : paths) {
                requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: t\r\n\r\n");
            }
        }
        try (RawClient client = fixture.client()) {
            // Written by another thread: nobody reads while the server may be pushing back.
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    client.send(requests.toString());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int round = 0; round < 200; round++) {
                assertThat(client.read().body()).startsWith("{\"name\":\"candor\"");
                assertThat(client.read().body()).startsWith("{\"name\":\"echo\"");
                assertThat(client.read().status()).isEqualTo(404);
                assertThat(client.read().body()).isEqualTo("{\"live\":true}");
                assertThat(client.read().body()).startsWith("{\"name\":\"pair\"");
            }
            writing.get(10, TimeUnit.SECONDS);
        }
    }

    /** Requests of every kind on one connection, their bytes cut at random places: the answers are those of the requests sent whole. */
    @Test
    void answersTheSameHoweverTheBytesAreCut() throws Exception {
        byte[] all = ("GET /v2/health/live HTTP/1.1\r\nHost: t\r\n\r\n"
                        + "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + BODY.length() + "\r\n\r\n"
                        + BODY
                        + "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\n" + BODY.substring(0, 5) + "\r\n" + Integer.toHexString(BODY.length() - 5) + "\r\n"
                        + BODY.substring(5) + "\r\n0\r\n\r\n"
                        + "POST /nothing HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc"
                        + "POST /v1/blobs HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc"
                        + "GET /v2 HTTP/1.1\r\nHost: t\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(7);
        try (RawClient client = fixture.client()) {
            for (int round = 0; round < 100; round++) {
                int at = 0;
                while (at < all.length) {
                    int end = Math.min(all.length, at + 1 + random.nextInt(round % 10 == 0 ? 3 : 200));
                    client.send(Arrays.copyOfRange(all, at, end));
                    at = end;
                }
                List<Integer> statuses = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    statuses.add(client.read().status());
                }
                assertThat(statuses).as("round " + round).containsExactly(200, 200, 200, 404, 201, 200);
            }
        }
    }

    @Test
    void keepsAPipelinedRequestWaitingForASlowOneBeforeIt() throws Exception {
        fixture.cluster.holding = true;
        try (RawClient client = fixture.client()) {
            client.post(INFER, BODY);
            client.get("/v2/health/live");
            Consumer<InferenceOutcome> answer = fixture.cluster.held.poll(10, TimeUnit.SECONDS);
            answer.accept(fixture.cluster.echo(fixture.cluster.requests.take()));
            assertThat(client.read().body()).contains("\"model_name\":\"echo\"");
            assertThat(client.read().body()).isEqualTo("{\"live\":true}");
        }
    }

    @Test
    void keepsTheConnectionAfterAnError() throws Exception {
        try (RawClient client = fixture.client()) {
            assertThat(client.post(INFER, "{").read().status()).isEqualTo(400);
            assertThat(client.post("/nothing", "some body").read().status()).isEqualTo(404);
            assertThat(client.request("DELETE", "/v2", new byte[10]).read().status())
                    .isEqualTo(405);
            assertThat(client.post("/v2/models/none/infer", BODY).read().status())
                    .isEqualTo(404);
            assertThat(client.post(INFER, BODY).read().status()).isEqualTo(200);
        }
    }

    @Test
    void readsChunkedBodies() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int from = 0; from < BODY.length(); from += 7) {
                String chunk = BODY.substring(from, Math.min(BODY.length(), from + 7));
                client.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
            }
            client.send("0\r\nTrailer: t\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.get("/v2").read().status()).isEqualTo(200);
        }
    }

    @Test
    void asksForABodyThatIsOfferedAndRefusesOneWithoutReadingIt() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: "
                    + BODY.length() + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send(BODY).read().status()).isEqualTo(200);
            client.send("POST " + INFER
                    + " HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.closed()).isTrue();
        }
        try (RawClient client = fixture.client()) {
            client.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nExpect: something\r\nContent-Length: 1\r\n\r\n ");
            assertThat(client.read().status()).isEqualTo(400);
        }
    }

    @Test
    void refusesALongBodyByItsAnnouncementAlone() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000000000\r\n\r\n");
            RawClient.Response response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).contains("\"code\":\"TOO_LARGE\"").contains("1048576");
            assertThat(response.header("connection")).isEqualTo("close");
            client.shutdownOutput();
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void refusesAChunkedBodyOnceItIsTooLong() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 17; i++) {
                client.send(chunk);
            }
            assertThat(client.read().status()).isEqualTo(413);
        }
    }

    @Test
    void refusesBodiesBeyondWhatAllMayTakeTogether() throws Exception {
        restart(with(64, 1 << 20, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        byte[] half = new byte[600_000];
        try (RawClient first = fixture.client();
                RawClient second = fixture.client()) {
            first.send(
                    "POST " + INFER + " HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 700000\r\n\r\n");
            assertThat(first.read().status()).isEqualTo(100);
            RawClient.Response refused = second.post(INFER, half).read();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(refused.header("retry-after-ms")).isEqualTo("1000");
            first.send(new byte[700_000]);
            assertThat(first.read().status()).isEqualTo(400);
        }
        // The memory was given back.
        assertThat(fixture.post(INFER, half).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET /v2 HTTP/1.1\r\nno colon\r\n\r\n",
                "POST /v2 HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n",
                "POST /v2 HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "POST /v2 HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /v2 HTTP/1.1\r\nHost: t\r\nContent-Length: -5\r\n\r\n"
            })
    void refusesWhatIsNotHttpAndCloses(String request) throws Exception {
        try (RawClient client = fixture.client()) {
            RawClient.Response response = client.send(request).read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("\"code\":\"INVALID_REQUEST\"");
            client.shutdownOutput();
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void refusesABrokenChunkInABody() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            assertThat(client.read().status()).isEqualTo(400);
        }
    }

    @Test
    void boundsRequestLinesAndHeaders() throws Exception {
        try (RawClient client = fixture.client()) {
            assertThat(client.get("/" + "a".repeat(4000)).read().status()).isEqualTo(400);
        }
        try (RawClient client = fixture.client()) {
            client.send("GET /v2 HTTP/1.1\r\nX: " + "a".repeat(10_000) + "\r\n\r\n");
            assertThat(client.read().body()).contains("headers are over 8192");
        }
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        try (RawClient client = fixture.client()) {
            int length = client.get("/v2").read().bytes().length();
            client.send("HEAD /v2 HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.readHead())
                    .containsEntry("status", "HTTP/1.1 200 OK")
                    .containsEntry("content-length", Integer.toString(length))
                    .containsKey("date");
            assertThat(client.get("/v2/health/live").read().body()).isEqualTo("{\"live\":true}");
        }
    }

    @Test
    void closesAfterHttp10UnlessAskedToStay() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("GET /v2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.read().header("connection")).isEqualTo("keep-alive");
            client.send("GET /v2 HTTP/1.0\r\n\r\n");
            assertThat(client.read().header("connection")).isEqualTo("close");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void turnsAwayConnectionsBeyondTheLimit() throws Exception {
        restart(with(1, 1 << 20, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        try (RawClient first = fixture.client()) {
            assertThat(first.get("/v2").read().status()).isEqualTo(200);
            try (RawClient second = fixture.client()) {
                RawClient.Response response = second.read();
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.body()).contains("OVERLOADED").endsWith("}");
                assertThat(second.closed()).isTrue();
            }
            assertThat(first.get("/v2").read().status()).isEqualTo(200);
        }
    }

    @Test
    void closesConnectionsThatStaySilent() throws Exception {
        restart(with(64, 1 << 20, 1 << 20, Duration.ofMillis(100), Duration.ofMillis(100)));
        try (RawClient silent = fixture.client();
                RawClient halfHead = fixture.client();
                RawClient used = fixture.client()) {
            used.get("/v2").read();
            halfHead.send("GET /v2 HT");
            assertThat(silent.closed()).isTrue();
            assertThat(halfHead.closed()).isTrue();
            assertThat(used.closed()).isTrue();
        }
    }

    @Test
    void refusesABodyThatDoesNotArrive() throws Exception {
        restart(with(64, 1 << 20, 1 << 20, Duration.ofMillis(100), Duration.ofMillis(100)));
        try (RawClient client = fixture.client()) {
            client.send("POST " + INFER + " HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n{");
            RawClient.Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("did not arrive in time");
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void closesAClientThatDoesNotReadItsAnswers() throws Exception {
        restart(with(64, 8 << 20, 64 << 20, Duration.ofMillis(200), Duration.ofSeconds(30)));
        String row = "0,".repeat(1 << 20);
        String body = "{\"inputs\":[{\"name\":\"x\",\"shape\":[262144,4],\"datatype\":\"FP32\",\"data\":["
                + row.substring(0, row.length() - 1) + "]}]}";
        try (RawClient deaf = new RawClient(fixture.address, 4096)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            deaf.post(INFER, body);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void cancelsTheWorkOfAClientThatLeaves() throws Exception {
        fixture.cluster.holding = true;
        RawClient client = fixture.client();
        client.post(INFER, BODY);
        Consumer<InferenceOutcome> answer = fixture.cluster.held.poll(10, TimeUnit.SECONDS);
        client.close();
        assertThat(fixture.cluster.cancelled.poll(10, TimeUnit.SECONDS)).isEqualTo("echo");
        // The answer that still comes has no reader.
        answer.accept(FakeCluster.refused(Refusal.of(ErrorCode.CANCELLED, "the caller went away")));
        assertThat(fixture.get("/v2").status()).isEqualTo(200);
    }

    @Test
    void finishesRequestsInFlightWhenItStops() throws Exception {
        fixture.cluster.holding = true;
        try (RawClient idle = fixture.client();
                RawClient busy = fixture.client()) {
            idle.get("/v2").read();
            busy.post(INFER, BODY);
            Consumer<InferenceOutcome> answer = fixture.cluster.held.poll(10, TimeUnit.SECONDS);
            CompletableFuture<Void> stopped = fixture.stop();
            assertThat(idle.closed()).isTrue();
            assertThatThrownBy(fixture::client).isInstanceOf(ConnectException.class);
            assertThat(stopped).isNotDone();
            answer.accept(fixture.cluster.echo(fixture.cluster.requests.take()));
            RawClient.Response response = busy.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(busy.closed()).isTrue();
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void namesEverythingThereIsWhereThereIsNothing() throws Exception {
        RawClient.Response response = fixture.get("/v3/models");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body())
                .contains("\"code\":\"NOT_FOUND\"")
                .contains("POST /v2/models/{model}/infer")
                .contains("GET /metrics");
    }

    @Test
    void namesTheMethodsOfAPath() throws Exception {
        RawClient.Response response = fixture.get(INFER);
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo("POST");
    }

    @Test
    void survivesAServiceThatThrows() throws Exception {
        fixture.cluster.answers = request -> {
            throw new IllegalStateException("a defect");
        };
        try (RawClient client = fixture.client()) {
            RawClient.Response response = client.post(INFER, BODY).read();
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).contains("\"code\":\"INTERNAL\"").doesNotContain("a defect of ours");
            assertThat(client.get("/v2").read().status()).isEqualTo(200);
        }
    }

    @Test
    void refusesOpenAddressesWithoutKeys() {
        HttpSettings base = RestFixture.HTTP;
        HttpSettings open = new HttpSettings(
                "0.0.0.0",
                0,
                1,
                1,
                base.maxRequestLine(),
                base.maxHeader(),
                base.maxBody(),
                base.maxBuffered(),
                1,
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        assertThatThrownBy(() -> new RestFixture(open, new NoAuthentication(), settings -> settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("candor.node.auth");
    }

    @Test
    void serves64ConnectionsAtOnce() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                clients.add(fixture.client().post(INFER, BODY));
            }
            for (RawClient client : clients) {
                assertThat(client.read().status()).isEqualTo(200);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
