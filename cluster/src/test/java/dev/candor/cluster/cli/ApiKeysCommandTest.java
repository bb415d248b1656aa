package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.cluster.http.ApiKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiKeysCommandTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("callers.keys");
    }

    private Terminal run(Object... arguments) {
        Object[] all = new Object[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--file";
        all[arguments.length + 1] = file;
        return Terminal.run(new ApiKeysCommand(), all);
    }

    private String caller(String key) throws IOException {
        return ApiKeys.read(file)
                .authenticate(name -> name.equals("x-api-key") ? key : null)
                .name();
    }

    @Test
    void makesAKeyThatIsNowhereButInWhatItPrints() throws IOException {
        String key = run("create", "alice").out().strip();
        assertThat(key).startsWith("candor_").hasSize(50);
        assertThat(caller(key)).isEqualTo("alice");
        assertThat(Files.readString(file)).doesNotContain(key.substring(7));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(run("create", "alice", "--json").json().path("key").asText()).isNotEqualTo(key);
        assertThat(caller(key)).isEqualTo("alice");
    }

    @Test
    void takesAnAddressThatSigns() {
        assertThat(run("create", "carol", "--address", "0x1563915E194D8CfBA1943570603F7606A3115508")
                        .code())
                .isZero();
        assertThat(run("list").out()).isEqualTo("carol  infer  0x1563915e194d8cfba1943570603f7606a3115508\n");
        assertThat(run("create", "dave", "--address", "0x00").code()).isEqualTo(1);
        assertThat(run("create", "dave", "--address", "00").err()).contains("40 hexadecimal digits");
    }

    @Test
    void revokesAKeyAndKeepsItsLine() {
        String key = run("create", "ops", "--roles", "admin,audit", "--until", "2999-01-01T00:00:00Z")
                .out()
                .strip();
        assertThat(run("list").out()).contains("ops  admin,audit").contains(", until 2999-01-01T00:00:00Z");
        assertThat(run("revoke", "ops").out()).isEqualTo("revoked 1 key of ops\n");
        Assertions.assertThatThrownBy(() -> caller(key)).hasMessageContaining("not known");
        assertThat(run("list", "--json").json().path("callers").path(0).has("revoked_at"))
                .isTrue();
        assertThat(run("revoke", "ops").err()).contains("no key of \"ops\"");
    }

    @Test
    void refusesWhatTheFileCouldNotHold() {
        assertThat(run("create", "a b").code()).isEqualTo(1);
        assertThat(run("create", "alice", "--roles", "root").err()).contains("infer, admin or audit");
        run("create", "alice");
        assertThat(run("create", "alice", "--roles", "admin").err()).contains("has other roles");
        assertThat(run("list").out()).hasLineCount(1);
    }
}
