package dev.candor.multijvmtests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.security.AuditLog;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who has no key, a wrong one, an old one, a revoked one, one of another role, or somebody else's signature, at the doors of a node in production. */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StrangersIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Wallet CAROL = new Wallet();

    @TempDir
    private static Path folder;

    private static GuardedNode guarded;
    private static String alice;
    private static String mallory;
    private static String ops;
    private static String eye;
    private static String old;
    private static Workload workload;

    @BeforeAll
    static void start() throws Exception {
        guarded = new GuardedNode(folder);
        alice = guarded.keys("create", "alice");
        mallory = guarded.keys("create", "mallory");
        ops = guarded.keys("create", "ops", "--roles", "admin");
        eye = guarded.keys("create", "eye", "--roles", "audit");
        old = guarded.expired("old");
        guarded.keys("create", "carol", "--address", CAROL.address());
        workload = Workload.of("strangers");
        guarded.start();
        try (NodeClient client = guarded.client(ops)) {
            guarded.node().register(client, Workload.MODEL);
        }
    }

    @AfterAll
    static void stop() {
        guarded.close();
    }

    private static int infer(String key, long n) throws Exception {
        try (NodeClient client = guarded.client(key)) {
            return client.infer(workload.call(n)).get(60, TimeUnit.SECONDS).statusCode();
        }
    }

    private static int refusal(String key, String method, String path) throws Exception {
        try (NodeClient client = guarded.client(key)) {
            client.call(method, path, null);
            return 200;
        } catch (NodeException e) {
            return e.status();
        }
    }

    @Test
    @Order(1)
    void withoutTlsNobodyComesIn() throws Exception {
        URI plain = URI.create(guarded.node().awaitReady().http().toString().replace("https", "http"));
        try (NodeClient client = new NodeClient(plain, Optional.of(alice))) {
            assertThatThrownBy(() -> client.get("/health")).isInstanceOf(NodeException.class);
        }
        try (NodeClient client = new NodeClient(guarded.node().awaitReady().http(), Optional.of(alice))) {
            assertThatThrownBy(() -> client.get("/health")).isInstanceOf(NodeException.class);
        }
    }

    @Test
    @Order(2)
    void whoHasNoKeyOrAWrongOrAnOldOneIsRefused() throws Exception {
        assertThat(infer("", 1)).isEqualTo(401);
        assertThat(infer("candor_" + "A".repeat(43), 1)).isEqualTo(401);
        assertThat(infer(old, 1)).isEqualTo(401);
        assertThat(refusal("", "GET", "/metrics")).isEqualTo(401);
        assertThat(infer(alice, 1)).isEqualTo(200);
    }

    @Test
    @Order(3)
    void aStolenKeyOfAnotherRoleDoesNotHelp() throws Exception {
        String model = "/v1/models/" + Workload.MODEL;
        assertThat(refusal(alice, "DELETE", model)).isEqualTo(403);
        assertThat(refusal(eye, "DELETE", model)).isEqualTo(403);
        assertThat(refusal(alice, "GET", "/metrics")).isEqualTo(403);
        assertThat(infer(eye, 1)).isEqualTo(403);
        assertThat(infer(ops, 1)).isEqualTo(403);
        try (NodeClient client = guarded.client(eye)) {
            assertThat(client.getText("/metrics")).contains("candor");
        }
    }

    @Test
    @Order(4)
    void anotherCallersRequestIsNotThere() throws Exception {
        JsonNode answer;
        try (NodeClient client = guarded.client(alice)) {
            answer = NodeClient.parse(
                    client.infer(workload.call(4)).get(60, TimeUnit.SECONDS).body());
        }
        String id = answer.path("parameters").path("candor_request_id").asText();
        assertThat(id).isNotEmpty();
        for (String path : List.of("/v1/receipts/" + id, "/v1/requests/" + id)) {
            assertThat(refusal(alice, "GET", path)).isEqualTo(200);
            assertThat(refusal(eye, "GET", path)).isEqualTo(200);
            assertThat(refusal(mallory, "GET", path)).isEqualTo(404);
        }
        assertThat(refusal(mallory, "GET", "/v1/receipts/" + id + "/finality")).isEqualTo(404);
        assertThat(refusal(mallory, "GET", "/v1/requests/" + id + "/proof")).isEqualTo(404);
        assertThat(refusal(mallory, "DELETE", "/v1/requests/" + id + "/verify")).isEqualTo(404);
        // The same idempotency key of another caller is another request.
        try (NodeClient client = guarded.client(mallory)) {
            JsonNode own = NodeClient.parse(
                    client.infer(workload.call(4)).get(60, TimeUnit.SECONDS).body());
            assertThat(own.path("parameters").path("candor_request_id").asText())
                    .isNotEqualTo(id);
        }
    }

    @Test
    @Order(5)
    void aKeyThatIsRevokedStopsWhileTheNodeRuns() throws Exception {
        String leaver = guarded.keys("create", "leaver");
        Await.until(LIMIT, "the new key counts", () -> infer(leaver, 6) == 200);
        guarded.keys("revoke", "leaver");
        Await.until(LIMIT, "the revoked key is refused", () -> infer(leaver, 6) == 401);
        assertThat(infer(alice, 6)).isEqualTo(200);
    }

    @Test
    @Order(6)
    void aCertificateIsReplacedWhileTheNodeRunsAndNoRequestFails() throws Exception {
        BigInteger fresh = guarded.authority().issue(folder.resolve("door"), "localhost");
        try (NodeClient client = guarded.client(alice)) {
            Await.until(LIMIT, "new connections see the new certificate", () -> {
                assertThat(client.infer(workload.call(8))
                                .get(60, TimeUnit.SECONDS)
                                .statusCode())
                        .isEqualTo(200);
                return serial(guarded.node().awaitReady().http()).equals(fresh);
            });
            assertThat(client.infer(workload.call(8)).get(60, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
    }

    private static BigInteger serial(URI door) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) guarded.trust().getSocketFactory().createSocket(door.getHost(), door.getPort())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    /** A signed request counts once: also over a kill and a restart of the node, which took the nonce before it ran the request. */
    @Test
    @Order(7)
    void aSignedRequestCountsOnce() throws Exception {
        String nonce = HexFormat.of().formatHex(new java.security.SecureRandom().generateSeed(32));
        long deadline = Instant.now().getEpochSecond() + 100;
        InferCall call = workload.call(10);
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(guarded.trust())
                .build()) {
            String network = network();
            HttpRequest signed = CAROL.sign(guarded.node().awaitReady().http(), network, call, nonce, deadline)
                    .build();
            assertThat(status(http, signed)).isEqualTo(200);
            assertThat(status(http, signed)).isEqualTo(401);
            HttpRequest otherBody = CAROL.sign(
                            guarded.node().awaitReady().http(), network, call, "ab" + nonce.substring(2), deadline)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            workload.call(12).body().toArray()))
                    .build();
            assertThat(status(http, otherBody)).isEqualTo(401);
            assertThat(status(
                            http,
                            new Wallet()
                                    .sign(guarded.node().awaitReady().http(), network, call, nonce, deadline)
                                    .build()))
                    .isEqualTo(401);
            guarded.node().jvm().kill9();
            guarded.start();
            try (NodeClient client = guarded.client(ops)) {
                TestNode.awaitModel(client, Workload.MODEL);
            }
            assertThat(status(
                            http,
                            CAROL.sign(guarded.node().awaitReady().http(), network, call, nonce, deadline)
                                    .build()))
                    .isEqualTo(401);
            assertThat(status(
                            http,
                            CAROL.sign(
                                            guarded.node().awaitReady().http(),
                                            network,
                                            call,
                                            "cd" + nonce.substring(2),
                                            Instant.now().getEpochSecond() + 100)
                                    .build()))
                    .isEqualTo(200);
        }
    }

    private static String network() throws Exception {
        try (NodeClient client = guarded.client("")) {
            return client.get("/health").path("network").asText();
        }
    }

    private static int status(HttpClient http, HttpRequest request) throws Exception {
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    @Order(8)
    void theAuditLogSaysWhoChangedWhatAndTheLogsHoldNoSecret() throws Exception {
        List<String> acts = Files.readAllLines(folder.resolve("node").resolve("audit.log"));
        assertThat(AuditLog.broken(acts)).isZero();
        assertThat(acts)
                .anySatisfy(line -> assertThat(line)
                        .contains("\"caller\":\"ops\"", "POST /v1/models/{model}/versions", "\"outcome\":\"201\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"caller\":\"alice\"", "DELETE /v1/models/{model}", "\"outcome\":\"refused\""));
        byte[] pseudonym = Files.readAllBytes(folder.resolve("node").resolve("pseudonym.key"));
        String executor = Files.readAllLines(folder.resolve("node").resolve("executor.pem"))
                .get(1);
        String door =
                Files.readAllLines(folder.resolve("door").resolve("tls.key")).get(1);
        String everything = guarded.log() + String.join("\n", acts);
        assertThat(everything).contains("REST listens").contains("Took what is new");
        for (String secret : List.of(
                alice,
                mallory,
                ops,
                eye,
                old,
                executor,
                door,
                HexFormat.of().formatHex(pseudonym),
                Base64.getEncoder().encodeToString(pseudonym))) {
            assertThat(everything).doesNotContain(secret);
        }
    }
}
