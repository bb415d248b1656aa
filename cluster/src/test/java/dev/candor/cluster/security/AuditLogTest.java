package dev.candor.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditLogTest {
    @TempDir
    Path folder;

    private List<String> lines() throws IOException {
        for (int run = 0; run < 2; run++) {
            try (AuditLog log = AuditLog.open(folder.resolve("audit.log"), () -> Instant.ofEpochSecond(1))) {
                log.record(new Audit.Act("bob", "rest", "DELETE /v1/models/{model}", "echo", "200"));
                log.record(new Audit.Act("alice\n", "grpc", "RepositoryModelLoad", "", "refused"));
            }
        }
        return Files.readAllLines(folder.resolve("audit.log"));
    }

    @Test
    void keepsALineAnActAlsoOverARestart() throws IOException {
        List<String> lines = lines();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst())
                .isEqualTo("{\"time\":\"1970-01-01T00:00:01Z\",\"caller\":\"bob\",\"door\":\"rest\","
                        + "\"act\":\"DELETE /v1/models/{model}\",\"target\":\"echo\",\"outcome\":\"200\",\"previous\":\""
                        + "00".repeat(32) + "\"}");
        assertThat(AuditLog.broken(lines)).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("audit.log"))))
                .isEqualTo("rw-------");
    }

    @Test
    void showsALineThatWasTakenOutOrChanged() throws IOException {
        List<String> without = new ArrayList<>(lines());
        without.remove(1);
        assertThat(AuditLog.broken(without)).isEqualTo(2);
        List<String> changed = new ArrayList<>(Files.readAllLines(folder.resolve("audit.log")));
        changed.set(0, changed.getFirst().replace("bob", "eve"));
        assertThat(AuditLog.broken(changed)).isEqualTo(2);
    }
}
