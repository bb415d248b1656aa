package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeysInstallCommandTest {
    @TempDir
    private Path folder;

    /** As Kubernetes mounts a Secret: links into a hidden folder, readable for a group. */
    @Test
    void copiesAMountedSecretForItsOwnerAlone() throws IOException {
        Path from = Files.createDirectories(folder.resolve("from"));
        Path version = Files.createDirectories(from.resolve("..2026_01_01/ledger"));
        Files.writeString(version.resolveSibling("executor.pem"), "key");
        Files.writeString(version.resolve("core-0.pem"), "ledger key");
        PosixFilePermissionsOf.set(version.resolve("core-0.pem"), "r--r-----");
        Files.createSymbolicLink(from.resolve("..data"), Path.of("..2026_01_01"));
        Files.createSymbolicLink(from.resolve("executor.pem"), Path.of("..data/executor.pem"));
        Files.createSymbolicLink(from.resolve("ledger"), Path.of("..data/ledger"));
        Path to = Files.createDirectories(folder.resolve("to"));
        Files.writeString(to.resolve("executor.pem"), "the key before");

        assertThat(install(from, to)).isZero();

        assertThat(to.resolve("executor.pem")).hasContent("key");
        assertThat(to.resolve("ledger/core-0.pem")).hasContent("ledger key");
        assertThat(PosixFilePermissionsOf.get(to.resolve("executor.pem"))).isEqualTo("rw-------");
        assertThat(PosixFilePermissionsOf.get(to.resolve("ledger/core-0.pem"))).isEqualTo("rw-------");
        try (var files = Files.list(to)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(install(folder.resolve("nowhere"), folder)).isEqualTo(1);
    }

    private static int install(Path from, Path to) {
        return Candor.commandLine().execute("keys", "install", "--from", from.toString(), "--to", to.toString());
    }

    private static final class PosixFilePermissionsOf {
        static void set(Path file, String permissions) throws IOException {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }

        static String get(Path file) throws IOException {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        }
    }
}
