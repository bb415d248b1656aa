package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.cluster.http.HttpSettings;
import dev.candor.cluster.rpc.RpcSession;
import dev.candor.persistence.ledger.stats.LedgerStats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** JSON-RPC over WebSocket: subscriptions, bounds, and ends with a name. */
@Timeout(90)
final class RpcWebSocketTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INFER =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"candor_infer\",\"params\":{\"model\":\"echo\",\"request\":"
                    + "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[1,2,3,4]}]}}}";

    private RestFixture fixture;
    private RawWebSocket client;

    @BeforeEach
    void open() throws IOException {
        fixture = new RestFixture();
        client = new RawWebSocket(fixture.address, 64 << 10);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        fixture.close();
    }

    private void restart(Duration idle) throws IOException {
        close();
        HttpSettings base = RestFixture.HTTP;
        fixture = new RestFixture(new HttpSettings(
                base.host(),
                0,
                2,
                base.maxConnections(),
                base.maxRequestLine(),
                base.maxHeader(),
                base.maxBody(),
                base.maxBuffered(),
                base.maxInflationRatio(),
                base.compressFrom(),
                base.headTimeout(),
                idle,
                base.bodyTimeout(),
                base.drainTimeout()));
    }

    private JsonNode ask(String message) throws IOException {
        return JSON.readTree(client.send(message).text());
    }

    private static String subscribe(int id, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"candor_subscribe\",\"params\":" + params + "}";
    }

    @Test
    void answersCallsInFramesThatComeInPieces() throws IOException {
        assertThat(client.status()).startsWith("HTTP/1.1 101");
        byte[] message = INFER.getBytes(StandardCharsets.UTF_8);
        byte[] begin = Arrays.copyOf(message, 100);
        byte[] rest = Arrays.copyOfRange(message, 100, message.length);
        client.send(RawWebSocket.TEXT, false, begin)
                .send(RawWebSocket.PING, true, new byte[] {7})
                .send(0, true, rest);
        RawWebSocket.Frame pong = client.read();
        assertThat(pong.opcode()).isEqualTo(RawWebSocket.PONG);
        assertThat(pong.payload().at(0)).isEqualTo((byte) 7);
        JsonNode answer = JSON.readTree(client.text());
        assertThat(answer.at("/result/outputs/0/data").toString()).isEqualTo("[1.0,2.0,3.0,4.0]");
    }

    @Test
    void tellsSubscribersFirstAndThenOnlyWhatChanges() throws IOException {
        JsonNode name = ask(subscribe(5, "[\"stats\"]"));
        assertThat(name.path("id").asInt()).isEqualTo(5);
        JsonNode told = JSON.readTree(client.text());
        assertThat(told.path("method").asText()).isEqualTo("candor_subscription");
        assertThat(told.at("/params/subscription")).isEqualTo(name.path("result"));
        assertThat(told.at("/params/result/days").isArray()).isTrue();
        LedgerStats before = fixture.cluster.stats.figures();
        fixture.cluster.stats = PublicStats.own(
                new LedgerStats(before.days(), before.callers(), List.of(new LedgerStats.Waiting("zkml", 3, 0))));
        JsonNode changed = JSON.readTree(client.text());
        assertThat(changed.at("/params/result/waiting").size()).isEqualTo(1);
        JsonNode ended = ask("{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"candor_unsubscribe\",\"params\":["
                + name.path("result") + "]}");
        assertThat(ended.path("result").asBoolean()).isTrue();
        assertThat(ask("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"candor_unsubscribe\",\"params\":[\"0x99\"]}")
                        .path("result")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    void followsTheStatusOfARequestAndTheHeadsOfTheLedger() throws IOException {
        ask(subscribe(1, "{\"topic\":\"status\",\"request_id\":\"" + FakeCluster.ID + "\"}"));
        assertThat(JSON.readTree(client.text()).at("/params/result/said").asText())
                .startsWith("show " + FakeCluster.ID);
        ask(subscribe(2, "{\"topic\":\"heads\"}"));
        assertThat(JSON.readTree(client.text()).at("/params/result/height").asLong(-1))
                .isZero();
    }

    @Test
    void refusesSubscriptionsBeyondTheBoundByName() throws IOException {
        for (int i = 0; i < RpcSession.MOST_SUBSCRIPTIONS; i++) {
            ask(subscribe(i, "[\"heads\"]"));
            client.text();
        }
        JsonNode refused = ask(subscribe(99, "[\"heads\"]"));
        assertThat(refused.at("/error/data/code").asText()).isEqualTo("OVERLOADED");
        JsonNode unknown = ask(subscribe(99, "[\"weather\"]"));
        assertThat(unknown.at("/error/code").asInt()).isEqualTo(-32602);
    }

    @Test
    void cancelsWhatIsUnderWayWhenTheClientGoes() throws Exception {
        fixture.cluster.holding = true;
        client.send(INFER);
        Consumer<InferenceOutcome> held = fixture.cluster.held.poll(20, TimeUnit.SECONDS);
        assertThat(held).isNotNull();
        client.close();
        assertThat(fixture.cluster.cancelled.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void endsWhatIsNoTextOrNoUtf8OrNotMaskedOrTooLargeByItsCode() throws IOException {
        assertThat(client.send(RawWebSocket.BINARY, true, new byte[] {1}).end().code())
                .isEqualTo(1003);
        again();
        assertThat(client.send(RawWebSocket.TEXT, true, new byte[] {(byte) 0xc3, 0x28})
                        .end()
                        .code())
                .isEqualTo(1007);
        again();
        client.write(RawWebSocket.frame(RawWebSocket.TEXT, true, false, new byte[] {'{', '}'}));
        assertThat(client.end().code()).isEqualTo(1002);
        again();
        byte[] half = new byte[600 << 10];
        Arrays.fill(half, (byte) ' ');
        client.send(RawWebSocket.TEXT, false, half).send(0, true, half);
        assertThat(client.end().code()).isEqualTo(1009);
    }

    private void again() throws IOException {
        client.close();
        client = new RawWebSocket(fixture.address, 64 << 10);
    }

    @Test
    void answersAnEndWithAnEnd() throws IOException {
        client.send(RawWebSocket.CLOSE, true, new byte[] {3, (byte) 0xe8});
        assertThat(client.end().code()).isEqualTo(1000);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void saysThatTheNodeStops() throws IOException {
        ask(subscribe(1, "[\"heads\"]"));
        var _ = fixture.stop();
        RawWebSocket.Frame end = client.end();
        assertThat(end.code()).isEqualTo(1001);
        assertThat(end.reason()).isEqualTo("the node stops");
        client.send(RawWebSocket.CLOSE, true, new byte[] {3, (byte) 0xe9});
    }

    @Test
    void endsASilentClientThatAnswersNoPing() throws IOException {
        restart(Duration.ofMillis(400));
        client = new RawWebSocket(fixture.address, 64 << 10);
        assertThat(client.read().opcode()).isEqualTo(RawWebSocket.PING);
        RawWebSocket.Frame end = client.end();
        assertThat(end.code()).isEqualTo(1001);
        assertThat(end.reason()).startsWith("IDLE");
    }

    @Test
    void endsASlowReaderByNameAndReadsNoMoreOfItMeanwhile() throws Exception {
        restart(Duration.ofMillis(600));
        for (int i = 0; i < 60; i++) {
            fixture.cluster.add(
                    "model-" + i,
                    fixture.cluster
                            .models
                            .get("echo")
                            .versions()
                            .firstEntry()
                            .getValue()
                            .spec());
        }
        client = new RawWebSocket(fixture.address, 4 << 10);
        String message = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"candor_models\",\"params\":{\"limit\":100}}";
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    client.send(message);
                }
            } catch (IOException e) {
                // The node has ended the connection.
            }
        });
        while (!fixture.get("/metrics").body().contains("candor_rest_slow_readers 1.0")) {
            Thread.onSpinWait();
        }
        RawWebSocket.Frame end = client.end();
        assertThat(end.code()).isEqualTo(1008);
        assertThat(end.reason()).startsWith("SLOW_READER");
        writer.interrupt();
    }

    @Test
    void refusesWhatIsNoHandshakeInHttp() throws IOException {
        assertThat(fixture.get("/rpc/ws").body()).contains("INVALID_REQUEST").contains("WebSocket");
        try (RawClient raw = fixture.client()) {
            String head = String.join(
                    "\r\n",
                    "GET /rpc/ws HTTP/1.1",
                    "Host: x",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 8",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "",
                    "");
            RawClient.Response old = raw.send(head).read();
            assertThat(old.body()).contains("Sec-WebSocket-Version must be 13");
        }
        try (RawWebSocket foreign = new RawWebSocket(fixture.address, 1024, "Origin: http://evil.example")) {
            assertThat(foreign.status()).startsWith("HTTP/1.1 403");
        }
    }
}
