package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.ApiKeys;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.http.NoAuthentication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models, receipts, keys, health and metrics under {@code /v1} and beside it; metadata and repository under {@code /v2}. */
@Timeout(60)
final class CandorApiTest {
    @TempDir
    private Path imports;

    private RestFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = with(new NoAuthentication());
    }

    private RestFixture with(Authenticator authenticator) throws IOException {
        return new RestFixture(
                RestFixture.HTTP,
                authenticator,
                settings -> new RestSettings(
                        settings.http(),
                        settings.maxUpload(),
                        1,
                        List.of(imports),
                        settings.offloadFrom(),
                        settings.codecThreads(),
                        settings.version()));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private RawClient.Response request(String method, String path, String body, String... headers) throws IOException {
        try (RawClient client = fixture.client()) {
            return client.request(method, path, body.getBytes(StandardCharsets.UTF_8), headers)
                    .read();
        }
    }

    @Test
    void splitsAnAlias() throws Exception {
        fixture.post("/v1/blobs", "file".getBytes(StandardCharsets.UTF_8));
        String body = "{\"weights\":{\"1.00\":90,\"1.01\":10}}";
        RawClient.Response split = request("PUT", "/v1/models/echo/aliases/stable/split", body);
        assertThat(split.status()).as(split.body()).isEqualTo(200);
        assertThat(split.body())
                .contains("\"stable\":\"1.00\"")
                .contains("\"splits\":{\"stable\":{\"1.00\":90,\"1.01\":10}}");
        for (String bad : List.of(
                "{}",
                "{\"weights\":{}}",
                "{\"weights\":{\"1.00\":0}}",
                "{\"weights\":{\"1.00\":1.5}}",
                "{\"weights\":{\"1\":5}}",
                "{\"weights\":{\"1.00\":5},\"more\":1}")) {
            RawClient.Response refused = request("PUT", "/v1/models/echo/aliases/stable/split", bad);
            assertThat(refused.status()).as(bad).isEqualTo(400);
            assertThat(refused.body()).contains("INVALID_REQUEST");
        }
    }

    @Test
    void warmsAVersionUp() throws Exception {
        RawClient.Response warm = request("POST", "/v1/models/echo/versions/latest/warm", "{\"executors\":1}");
        assertThat(warm.body())
                .isEqualTo("{\"version\":\"1.00\",\"wanted\":1,\"ready\":1,\"devices\":2,\"done\":true,\"nodes\":["
                        + "{\"node\":\"echo-node\",\"state\":\"ready\",\"ready\":1,\"devices\":2,\"why\":\"\"}]}");
        assertThat(request("POST", "/v1/models/echo/versions/1.00/warm", "{\"executors\":2}")
                        .body())
                .contains("\"done\":false");
        assertThat(request("POST", "/v1/models/echo/versions/1.00/warm", "{\"executors\":0}")
                        .status())
                .isEqualTo(400);
        assertThat(request("POST", "/v1/models/echo/versions/7.00/warm", "{\"executors\":1}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void uploadsAndRegisters() throws Exception {
        byte[] file = new byte[3 << 20];
        RawClient.Response stored = fixture.post("/v1/blobs", file);
        Digest id = Digest.sha256(Bytes.wrap(file));
        assertThat(stored.status()).isEqualTo(201);
        assertThat(stored.body()).isEqualTo("{\"content_id\":\"" + id + "\",\"size\":3145728}");
        RawClient.Response registered = fixture.post(
                "/v1/models/new/versions", "{\"content_id\":\"" + id + "\",\"spec\":" + FakeCluster.SPEC + "}");
        assertThat(registered.status()).as(registered.body()).isEqualTo(201);
        assertThat(registered.body())
                .isEqualTo("{\"name\":\"new\",\"version\":\"1.00\",\"content_id\":\"" + id + "\"}");
        RawClient.Response again = fixture.post(
                "/v1/models/new/versions",
                "{\"content_id\":\"" + id + "\",\"version\":\"1.00\",\"spec\":" + FakeCluster.SPEC + "}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(fixture.get("/v1/models/new").body())
                .startsWith("{\"name\":\"new\",\"revision\":1,\"versions\":[{\"version\":\"1.00\",\"content_id\":\""
                        + id + "\",\"size\":3145728,\"enabled\":true,\"spec\":{");
    }

    @Test
    void uploadsInChunksOnAConnectionThatStays() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send(
                    "POST /v1/blobs HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            client.send("3\r\nabc\r\n").send("2\r\nde\r\n0\r\n\r\n");
            assertThat(client.read().body()).contains("\"size\":5");
            assertThat(client.get("/v2").read().status()).isEqualTo(200);
        }
    }

    @Test
    void refusesAnUploadOverTheLimitBeforeOrWhileItArrives() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("POST /v1/blobs HTTP/1.1\r\nHost: t\r\nContent-Length: 5000000\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
        }
        try (RawClient client = fixture.client()) {
            client.send("POST /v1/blobs HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("100000\r\n" + " ".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 4; i++) {
                client.send(chunk);
            }
            client.send("1\r\n \r\n");
            assertThat(client.read().status()).isEqualTo(413);
        }
        assertThat(fixture.cluster.blobs).isEmpty();
        // The place is given back: where the connection said 413, as soon as the thread that stores has noticed.
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        int status = fixture.post("/v1/blobs", "x").status();
        while (status == 503 && System.nanoTime() < deadline) {
            status = fixture.post("/v1/blobs", "x").status();
        }
        assertThat(status).isEqualTo(201);
    }

    @Test
    void forgetsAnUploadWhoseClientLeaves() throws Exception {
        try (RawClient client = fixture.client()) {
            client.send("POST /v1/blobs HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nhalf");
        }
        RawClient.Response next;
        do {
            next = fixture.post("/v1/blobs", "x");
            // One upload at a time here: until the first is over, the next is refused.
        } while (next.status() == 503);
        assertThat(next.status()).isEqualTo(201);
        assertThat(fixture.cluster.blobs).hasSize(1);
    }

    @Test
    void takesSoManyUploadsAtOnce() throws Exception {
        try (RawClient first = fixture.client()) {
            first.send("POST /v1/blobs HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertThat(first.read().status()).isEqualTo(100);
            RawClient.Response second = fixture.post("/v1/blobs", "x");
            assertThat(second.status()).isEqualTo(503);
            assertThat(second.header("retry-after")).isEqualTo("5");
            assertThat(first.send("abcd").read().status()).isEqualTo(201);
        }
    }

    @Test
    void refusesAFileThatIsNoModel() throws Exception {
        String id = Digest.sha256(Bytes.wrap("corrupt".getBytes(StandardCharsets.UTF_8)))
                .toHex();
        fixture.post("/v1/blobs", "corrupt");
        RawClient.Response response = fixture.post(
                "/v1/models/new/versions", "{\"content_id\":\"" + id + "\",\"spec\":" + FakeCluster.SPEC + "}");
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains("\"code\":\"INVALID_MODEL\"");
        assertThat(fixture.get("/v1/models/new").status()).isEqualTo(404);
    }

    @Test
    void importsFromSetUpFoldersAndNowhereElse(@TempDir Path elsewhere) throws Exception {
        Path inside = Files.writeString(imports.resolve("model.pt"), "a model");
        Path outside = Files.writeString(elsewhere.resolve("secret"), "a secret");
        Path link = Files.createSymbolicLink(imports.resolve("link"), outside);
        String body = "{\"path\":\"%s\",\"spec\":" + FakeCluster.SPEC + "}";
        assertThat(fixture.post("/v1/models/new/versions", body.formatted(inside))
                        .status())
                .isEqualTo(201);
        for (String path : List.of(
                outside.toString(),
                link.toString(),
                imports + "/../" + elsewhere.getFileName() + "/secret",
                imports.toString(),
                "/none",
                "")) {
            RawClient.Response response = fixture.post("/v1/models/new/versions", body.formatted(path));
            assertThat(response.status()).as(path).isEqualTo(403);
            assertThat(response.body()).contains("import-dirs").doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400|content_id",
                "{\"content_id\":\"00\",\"path\":\"/x\",\"spec\":{}}|400|one of",
                "{\"content_id\":\"00\",\"spec\":{}}|400|64 hexadecimal",
                "{\"content_id\":7,\"spec\":{}}|400|must be a string",
                "{\"path\":\"/x\"}|400|must be an object",
                "{\"path\":\"/x\",\"spec\":{\"like\":\"nothing\"}}|400|like",
                "{\"path\":\"/x\",\"spec\":" + FakeCluster.SPEC + ",\"version\":\"1\"}|400|written like",
                "[]|400|JSON object",
                "{\"a\":1,\"a\":2}|400|not the JSON",
                "{|400|not the JSON"
            })
    void refusesRegistrationsThatAreNone(String body, int status, String sentence) throws Exception {
        RawClient.Response response = fixture.post("/v1/models/new/versions", body);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).contains(sentence);
    }

    @Test
    void refusesAContentIdThatIsNotStored() throws Exception {
        RawClient.Response response = fixture.post(
                "/v1/models/new/versions",
                "{\"content_id\":\"" + Digest.ZERO + "\",\"spec\":" + FakeCluster.SPEC + "}");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body()).contains("POST /v1/blobs");
    }

    @Test
    void changesAliasesVersionsAndModels() throws Exception {
        assertThat(request("PUT", "/v1/models/echo/aliases/stable", "{\"version\":\"1.00\"}")
                        .body())
                .contains("\"aliases\":{\"latest\":\"1.00\",\"stable\":\"1.00\"}");
        assertThat(request("PUT", "/v1/models/echo/aliases/stable", "{}").status())
                .isEqualTo(400);
        assertThat(request("POST", "/v1/models/echo/aliases/stable/rollback", "")
                        .body())
                .doesNotContain("stable");
        assertThat(request("POST", "/v1/models/echo/aliases/stable/rollback", "")
                        .status())
                .isEqualTo(404);
        assertThat(request("POST", "/v1/models/echo/versions/1.00/disable", "").body())
                .contains("\"enabled\":false");
        assertThat(request("POST", "/v1/models/echo/versions/1.00/enable", "").body())
                .contains("\"enabled\":true");
        assertThat(request("POST", "/v1/models/echo/versions/one/enable", "").status())
                .isEqualTo(400);
        assertThat(request("DELETE", "/v1/models/echo/versions/1.00", "").body())
                .contains("\"versions\":[]");
        assertThat(request("DELETE", "/v1/models/echo", "").status()).isEqualTo(200);
        assertThat(request("DELETE", "/v1/models/none", "").status()).isEqualTo(404);
        assertThat(fixture.get("/v1/models").body())
                .startsWith("{\"models\":[{\"name\":\"echo\"")
                .contains("\"pair\"");
    }

    @Test
    void findsReceipts() throws Exception {
        assertThat(fixture.get("/v1/receipts/" + FakeCluster.ID).body())
                .isEqualTo("{\"request_id\":\"" + FakeCluster.ID + "\",\"receipt\":\"Q1JDUAEA++/+Pj8=\"}");
        assertThat(fixture.get("/v1/receipts/4-" + FakeCluster.UUID_7).status()).isEqualTo(404);
        assertThat(fixture.get("/v1/receipts/x").status()).isEqualTo(400);
        assertThat(fixture.get("/v1/receipts/x-" + FakeCluster.UUID_7).status()).isEqualTo(400);
    }

    @Test
    void saysWhetherAReceiptIsFinal() throws Exception {
        assertThat(fixture.get("/v1/receipts/" + FakeCluster.ID + "/finality").body())
                .contains("\"status\":\"final\"", "\"sequence_nr\":7", "\"height\":3", "\"certificate\":\"AA==\"");
        assertThat(fixture.get("/v1/receipts/4-" + FakeCluster.UUID_7 + "/finality")
                        .status())
                .isEqualTo(404);
        assertThat(fixture.get("/v1/receipts/x/finality").status()).isEqualTo(400);
    }

    @Test
    void givesThePublicFigures() throws Exception {
        assertThat(fixture.get("/v1/stats").body())
                .isEqualTo(
                        "{\"days\":[],\"callers\":{\"total\":0,\"repeat\":0,\"several_days\":0,\"cohorts\":[]},\"waiting\":[]}");
        fixture.cluster.stats = new PublicStats(
                fixture.cluster.stats.figures(),
                Optional.of(new PublicStats.StatedBy(List.of(Bytes.ofHex("0102"), Bytes.ofHex("03")), 2)));
        assertThat(fixture.get("/v1/stats").body())
                .endsWith(
                        "\"waiting\":[],\"stated_by\":{\"height\":0,\"validators\":[\"AQI=\",\"Aw==\"],\"needed\":2}}");
    }

    @Test
    void showsKeysHealthAndMetrics() throws Exception {
        assertThat(fixture.get("/v1/keys").body()).isEqualTo("{\"keys\":[]}");
        assertThat(fixture.get("/health").body())
                .isEqualTo("{\"version\":\"1.2.3\",\"network\":\"" + Digest.ZERO
                        + "\",\"ready\":true,\"roles\":[\"gateway\",\"cpu\"],"
                        + "\"parts\":[{\"name\":\"journal\",\"ready\":true,\"sentence\":\"\"}]}");
        RawClient.Response metrics = fixture.get("/metrics");
        assertThat(metrics.header("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body())
                .contains("candor_rest_requests_total{endpoint=\"GET /v1/keys\",status=\"200\"} 1.0")
                .contains("candor_rest_connections ");
        fixture.cluster.notReady = Optional.of(Refusal.of(ErrorCode.NOT_READY, "starts"));
        assertThat(fixture.get("/health").status()).isEqualTo(503);
    }

    @Test
    void asksForTheRoleOfEachEndpoint() throws Exception {
        fixture.close();
        String reader = "reader " + Digest.sha256(Bytes.wrap("r".getBytes(StandardCharsets.UTF_8))) + " infer";
        Path file = Files.writeString(imports.resolve("keys"), reader);
        fixture = with(ApiKeys.read(file));
        assertThat(fixture.get("/health").status()).isEqualTo(200);
        assertThat(fixture.get("/v2/health/ready").status()).isEqualTo(200);
        RawClient.Response nobody = fixture.get("/v1/models");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.header("www-authenticate")).isEqualTo("Bearer");
        assertThat(request("GET", "/v1/models", "", "Authorization: Bearer r").status())
                .isEqualTo(200);
        assertThat(request("DELETE", "/v1/models/echo", "", "X-API-Key: r").status())
                .isEqualTo(403);
        assertThat(request("POST", "/v1/blobs", "x", "X-API-Key: r").status()).isEqualTo(403);
        assertThat(fixture.cluster.blobs).isEmpty();
    }

    @Test
    void answersMetadataAsTritonsClientsReadIt() throws Exception {
        assertThat(fixture.get("/v2/models/pair/versions/latest").body())
                .isEqualTo(
                        "{\"name\":\"pair\",\"versions\":[\"1.00\"],\"platform\":\"pytorch_libtorch\","
                                + "\"inputs\":[{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[-1,2]},{\"name\":\"b\",\"datatype\":\"BOOL\",\"shape\":[-1]}],"
                                + "\"outputs\":[{\"name\":\"c\",\"datatype\":\"INT32\",\"shape\":[-1,2]},{\"name\":\"d\",\"datatype\":\"BOOL\",\"shape\":[-1]}]}");
        assertThat(fixture.get("/v2/models/text/config").body())
                .startsWith(
                        "{\"name\":\"text\",\"platform\":\"pytorch_libtorch\",\"backend\":\"pytorch\",\"max_batch_size\":32,"
                                + "\"input\":[{\"name\":\"x\",\"data_type\":\"TYPE_STRING\",\"dims\":[]}]")
                .contains("\"default_queue_policy\":{\"timeout_action\":\"REJECT\",\"default_timeout_microseconds\":0,"
                        + "\"allow_timeout_override\":true,\"max_queue_size\":4096}");
        assertThat(fixture.get("/v2/models/echo/versions/9.99").body())
                .contains("MODEL_NOT_FOUND")
                .contains("[1.00]");
        assertThat(fixture.get("/v2/models/none").status()).isEqualTo(404);
        assertThat(fixture.get("/v2/models/stats").body())
                .startsWith(
                        "{\"model_stats\":[{\"name\":\"echo\",\"version\":\"1.00\",\"last_inference\":5,\"inference_count\":8,"
                                + "\"execution_count\":2,\"inference_stats\":{\"success\":{\"count\":2,\"ns\":30}");
        assertThat(fixture.get("/v2/models/pair/stats").body()).isEqualTo("{\"model_stats\":[]}");
        assertThat(fixture.get("/v2/models/echo/versions/1.00/stats").body()).contains("\"batch_size\":4");
    }

    @Test
    void answersReadiness() throws Exception {
        assertThat(fixture.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
        assertThat(fixture.get("/v2/models/echo/ready").body()).isEqualTo("{\"name\":\"echo\",\"ready\":true}");
        assertThat(fixture.get("/v2/models/none/ready").status()).isEqualTo(404);
        fixture.cluster.notReady = Optional.of(Refusal.of(ErrorCode.NOT_READY, "starts"));
        assertThat(fixture.get("/v2/health/ready").body()).isEqualTo("{\"error\":\"starts\",\"code\":\"NOT_READY\"}");
        assertThat(fixture.get("/v2/models/echo/versions/1.00/ready").status()).isEqualTo(503);
        assertThat(fixture.get("/v2/health/live").status()).isEqualTo(200);
    }

    @Test
    void loadsAndUnloads() throws Exception {
        assertThat(fixture.post("/v2/repository/models/echo/unload", "{}").status())
                .isEqualTo(200);
        assertThat(fixture.cluster
                        .models
                        .get("echo")
                        .versions()
                        .get(ModelVersion.FIRST)
                        .enabled())
                .isFalse();
        assertThat(fixture.post("/v2/repository/index", "").body())
                .startsWith(
                        "[{\"name\":\"echo\",\"version\":\"1.00\",\"state\":\"UNAVAILABLE\",\"reason\":\"disabled\"}");
        assertThat(fixture.post("/v2/repository/index", "{\"ready\":true}").body())
                .doesNotContain("echo")
                .contains("pair");
        assertThat(fixture.post("/v2/repository/models/echo/load", "{\"parameters\":{\"version\":\"1.00\"}}")
                        .status())
                .isEqualTo(200);
        assertThat(fixture.cluster
                        .models
                        .get("echo")
                        .versions()
                        .get(ModelVersion.FIRST)
                        .enabled())
                .isTrue();
        assertThat(fixture.post("/v2/repository/models/echo/load", "{\"parameters\":{\"config\":\"{}\"}}")
                        .status())
                .isEqualTo(501);
        assertThat(fixture.post("/v2/repository/models/none/load", "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v2/systemsharedmemory/status",
        "POST,/v2/systemsharedmemory/region/r/register",
        "POST,/v2/cudasharedmemory/unregister",
        "GET,/v2/trace/setting",
        "POST,/v2/models/echo/trace/setting",
        "GET,/v2/logging",
        "POST,/v2/logging",
        "POST,/v2/models/echo/generate",
        "POST,/v2/models/echo/versions/1.00/generate_stream",
        "POST,/v2/repository/other/index",
        "POST,/v2/repository/other/models/echo/load"
    })
    void refusesByNameWhatItDoesNotServe(String method, String path) throws Exception {
        RawClient.Response response = request(method, path, "");
        assertThat(response.status()).isEqualTo(501);
        assertThat(response.body()).contains("\"code\":\"UNIMPLEMENTED\"").contains("not served");
    }

    @Test
    void findsPathsHoweverTheyAreWritten() throws Exception {
        assertThat(fixture.get("/v2/").status()).isEqualTo(200);
        assertThat(fixture.get("/v2/models/%65cho?x=1").body()).startsWith("{\"name\":\"echo\"");
        assertThat(fixture.get("http://host:1/v2/models/echo").body()).startsWith("{\"name\":\"echo\"");
        assertThat(fixture.get("/v2/models/%zz").status()).isEqualTo(400);
        assertThat(fixture.get("//").status()).isEqualTo(200);
        assertThat(fixture.get("///").status()).isEqualTo(404);
        assertThat(fixture.get("/v2/models//infer").status()).isEqualTo(404);
        assertThat(fixture.get("/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a").status())
                .isEqualTo(404);
        fixture.cluster.add(
                "stats",
                fixture.cluster
                        .models
                        .get("echo")
                        .versions()
                        .get(ModelVersion.FIRST)
                        .spec());
        assertThat(fixture.get("/v2/models/stats/config").body()).startsWith("{\"name\":\"stats\"");
    }

    @Test
    void readsNoCompressedBodiesWhereNobodySendsThem() throws Exception {
        assertThat(request("POST", "/v1/blobs", "x", "Content-Encoding: gzip").status())
                .isEqualTo(415);
        assertThat(request("POST", "/v2/repository/index", "x", "Content-Encoding: gzip")
                        .status())
                .isEqualTo(415);
    }
}
