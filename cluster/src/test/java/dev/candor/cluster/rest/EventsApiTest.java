package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server-sent events on the wire, and what becomes of readers that leave, do not read, or are too many. */
@Timeout(60)
final class EventsApiTest {
    private static final String ONE = "/v1/requests/" + FakeCluster.ID + "/events";

    private RestFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new RestFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(50).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private VerificationDesk.Status follower() throws InterruptedException {
        VerificationDesk.Status status = fixture.desk.following.poll(50, TimeUnit.SECONDS);
        assertThat(status).isNotNull();
        return status;
    }

    @Test
    void oneRequestIsToldToItsEndAndTheConnectionServesTheNext() throws IOException {
        try (RawClient client = fixture.client()) {
            client.send("GET " + ONE + " HTTP/1.1\r\nHost: x\r\n\r\nGET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            RawClient.Response events = client.read();
            assertThat(events.status()).isEqualTo(200);
            assertThat(events.header("content-type")).isEqualTo("text/event-stream");
            assertThat(events.header("cache-control")).isEqualTo("no-store");
            assertThat(events.body())
                    .isEqualTo("retry: 5000\n\nid: 1\nevent: verification\ndata: {\"said\":\"follow " + FakeCluster.ID
                            + " for anonymous\"}\n\nevent: end\ndata: {}\n\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        await(() -> fixture.desk.ended.get() == 1);
    }

    @Test
    void aRequestThatIsNotTheReadersIsNotFound() throws IOException {
        String other = FakeCluster.ID.toString().replaceAll("[0-9a-f]$", "0");
        assertThat(fixture.get("/v1/requests/" + other + "/events").status()).isEqualTo(404);
        assertThat(fixture.get("/v1/requests/none/events").status()).isEqualTo(400);
        try (RawClient client = fixture.client()) {
            assertThat(client.send("HEAD " + ONE + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .readHead())
                    .containsEntry("content-length", "0");
        }
    }

    @Test
    void whoLeavesIsNotFollowedAnyMore() throws Exception {
        try (RawClient client = fixture.client()) {
            client.get("/v1/events");
            VerificationDesk.Status status = follower();
            status.changed("1", Json.object().put("n", 1));
            client.readHead();
            assertThat(new String(client.chunk(), StandardCharsets.UTF_8)).isEqualTo("retry: 5000\n\n");
            assertThat(new String(client.chunk(), StandardCharsets.UTF_8)).contains("data: {\"n\":1}");
        }
        await(() -> fixture.desk.ended.get() == 1);
    }

    @Test
    void whoDoesNotReadIsCutOffInsteadOfKeptInMemory() throws Exception {
        String long1 = "x".repeat(64 << 10);
        try (RawClient client = new RawClient(fixture.address, 4 << 10)) {
            client.get("/v1/events");
            VerificationDesk.Status status = follower();
            for (int i = 0; i < 400; i++) {
                status.changed("1", Json.object().put("text", long1));
            }
            await(() -> fixture.desk.ended.get() == 1);
        }
    }

    @Test
    void aStoppingNodeEndsItsStreams() throws Exception {
        try (RawClient client = fixture.client()) {
            client.get("/v1/events");
            follower();
            var stopped = fixture.stop();
            RawClient.Response response = client.read();
            assertThat(response.body()).startsWith("retry");
            assertThat(client.closed()).isTrue();
            stopped.get(50, TimeUnit.SECONDS);
        }
        assertThat(fixture.desk.ended).hasValue(1);
    }

    @Test
    void aCallerHasSoManyPlacesAndNoMore() throws Exception {
        List<RawClient> readers = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            RawClient reader = fixture.client();
            readers.add(reader.get("/v1/events"));
            follower();
        }
        RawClient.Response refused = fixture.get("/v1/events");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("reads events 32 times already");
        readers.getFirst().close();
        await(() -> fixture.desk.ended.get() == 1);
        try (RawClient again = fixture.client()) {
            again.get("/v1/events");
            follower();
        }
        for (RawClient reader : readers) {
            reader.close();
        }
    }
}
