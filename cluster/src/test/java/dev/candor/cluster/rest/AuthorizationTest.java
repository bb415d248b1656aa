package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.ApiKeys;
import dev.candor.cluster.security.Audit;
import dev.candor.cluster.security.AuthorizationTable;
import dev.candor.cluster.security.DoorSecurity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walks through the table of {@code docs/security.md}. */
final class AuthorizationTest {
    private static final List<String> KEYS = List.of("inferring", "administering", "auditing", "");

    @TempDir
    Path folder;

    private final Queue<Audit.Act> acts = new ConcurrentLinkedQueue<>();
    private RestFixture fixture;

    @BeforeEach
    void open() throws IOException {
        String file = line("alice", "inferring", "infer")
                + line("ops", "administering", "admin")
                + line("eye", "auditing", "audit")
                + line("mallory", "other", "infer");
        fixture = new RestFixture(
                RestFixture.HTTP,
                ApiKeys.read(Files.writeString(folder.resolve("keys"), file)),
                settings -> settings,
                new DoorSecurity(Optional.empty(), acts::add, false));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String line(String name, String key, String role) {
        return name + " " + Digest.sha256(Bytes.wrap(key.getBytes(StandardCharsets.UTF_8))) + " " + role + "\n";
    }

    private static Map<String, List<Boolean>> table() throws IOException {
        Map<String, List<Boolean>> rows = AuthorizationTable.read();
        rows.keySet().removeIf(row -> row.startsWith("gRPC ") || row.startsWith("rpc "));
        return rows;
    }

    private RestReply send(String row, String key) throws IOException {
        String[] words = row.split(" ", 2);
        String path = words[1].replace("{model}", "echo")
                .replace("{version}", "1.00")
                .replace("{alias}", "stable")
                .replace("{request}", FakeCluster.ID.toString());
        String authorization = key.isEmpty() ? "" : "Authorization: Bearer " + key + "\r\n";
        try (RawClient client = fixture.client()) {
            String body = words[0].equals("GET") || words[0].equals("DELETE") ? "" : "{}";
            client.send(words[0] + " " + path + " HTTP/1.1\r\nHost: x\r\n" + authorization + "Content-Length: "
                    + body.length() + "\r\n\r\n" + body);
            if (path.equals("/v1/events")) {
                // Its answer has no end.
                String status = client.readHead().get("status");
                return new RestReply(Integer.parseInt(status.split(" ", 3)[1]), "");
            }
            RawClient.Response response = client.read();
            return new RestReply(response.status(), response.body());
        }
    }

    private record RestReply(int status, String body) {}

    @Test
    void eachCellOfTheTableHolds() throws IOException {
        for (Map.Entry<String, List<Boolean>> row : table().entrySet()) {
            for (int column = 0; column < KEYS.size(); column++) {
                String key = KEYS.get(column);
                int status = send(row.getKey(), key).status();
                if (row.getValue().get(column)) {
                    assertThat(status).as("%s with %s", row.getKey(), key).isNotIn(401, 403);
                } else {
                    assertThat(status).as("%s with %s", row.getKey(), key).isEqualTo(key.isEmpty() ? 401 : 403);
                }
            }
        }
    }

    @Test
    void everyEndpointThatIsServedIsInTheTable() throws IOException {
        Set<String> served = fixture.endpoints().stream()
                .map(Endpoint::toString)
                .filter(endpoint -> !isRefusedByName(endpoint))
                .collect(Collectors.toSet());
        assertThat(table().keySet()).containsExactlyInAnyOrderElementsOf(served);
    }

    /** Parts of the protocol that nobody is served. */
    private static boolean isRefusedByName(String endpoint) {
        return endpoint.contains("sharedmemory")
                || endpoint.contains("/trace/")
                || endpoint.endsWith("/logging")
                || endpoint.contains("{repository}")
                || endpoint.endsWith("/generate")
                || endpoint.endsWith("/generate_stream");
    }

    @Test
    void anotherCallersReceiptIsNotThere() throws IOException {
        for (String what : List.of("", "/finality")) {
            String row = "GET /v1/receipts/{request}" + what;
            assertThat(send(row, "inferring").status()).isEqualTo(200);
            assertThat(send(row, "auditing").status()).isEqualTo(200);
            RestReply foreign = send(row, "other");
            assertThat(foreign.status()).isEqualTo(404);
            String never = FakeCluster.ID.toString().replaceAll("[0-9a-f]$", "0");
            RestReply unknown = send(row.replace("{request}", never), "other");
            assertThat(foreign.body().replace(FakeCluster.ID.toString(), never)).isEqualTo(unknown.body());
        }
    }

    @Test
    void administrativeActsAreAuditedAndNothingElseIs() throws IOException {
        send("DELETE /v1/models/{model}", "inferring");
        send("DELETE /v1/models/{model}", "");
        send("GET /v1/models", "administering");
        int status = send("DELETE /v1/models/{model}", "administering").status();
        assertThat(List.copyOf(acts))
                .containsExactly(
                        new Audit.Act("alice", "rest", "DELETE /v1/models/{model}", "echo", "refused"),
                        new Audit.Act("ops", "rest", "DELETE /v1/models/{model}", "echo", Integer.toString(status)));
    }
}
