package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.TrustedKey;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeysCommandTest {
    private static final String NETWORK = "ab".repeat(32);

    @TempDir
    Path folder;

    private Path key;
    private Path trust;

    @BeforeEach
    void nameFiles() {
        key = folder.resolve("executor.pem");
        trust = folder.resolve("trust.json");
    }

    @Test
    void generatesAKeyForItsOwnerOnly() throws IOException {
        JsonNode made = run("generate", "--out", key, "--json").json();
        assertThat(made.path("file").asText()).isEqualTo(key.toString());
        assertThat(made.path("key_id").asText())
                .isEqualTo(SigningKey.load(key).publicKey().id().toHex());
        assertThat(made.path("public_key").asText())
                .isEqualTo(SigningKey.load(key).publicKey().toBase64());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    @Test
    void neverOverwritesAKey() throws IOException {
        Terminal first = run("generate", "--out", key);
        assertThat(first.out()).contains("wrote " + key, "key id     ", "public key ");
        byte[] before = Files.readAllBytes(key);
        Terminal second = run("generate", "--out", key);
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains("never overwritten");
        assertThat(Files.readAllBytes(key)).isEqualTo(before);
    }

    @Test
    void exportsIntoANewTrustFileAndThenAdds() throws IOException {
        run("generate", "--out", key);
        Terminal made = run(
                "export",
                "--key",
                key,
                "--trust",
                trust,
                "--network",
                NETWORK,
                "--note",
                "host 7",
                "--not-before",
                "2026-01-01T00:00:00Z",
                "--not-after",
                "2026-12-31T23:59:59Z");
        assertThat(made.err()).isEmpty();
        assertThat(made.out()).contains("now trusts key", "as executor; it has 1 key");
        TrustFile file = TrustFile.load(trust);
        assertThat(file.network()).contains(Digest.ofHex(NETWORK));
        TrustedKey entry = file.keys().getFirst();
        assertThat(entry.key()).isEqualTo(SigningKey.load(key).publicKey());
        assertThat(entry.notBefore()).contains(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(entry.notAfter()).contains(Instant.parse("2026-12-31T23:59:59Z"));
        assertThat(entry.note()).isEqualTo("host 7");

        Path second = folder.resolve("second.pem");
        run("generate", "--out", second);
        JsonNode added = run("export", "--key", second, "--trust", trust, "--role", "validator", "--json")
                .json();
        assertThat(added.path("role").asText()).isEqualTo("validator");
        assertThat(TrustFile.load(trust).keys()).hasSize(2);
        assertThat(TrustFile.load(trust).network()).contains(Digest.ofHex(NETWORK));
    }

    @Test
    void refusesToAddWhatContradictsTheFile() {
        run("generate", "--out", key);
        run("export", "--key", key, "--trust", trust, "--network", NETWORK);
        Terminal again = run("export", "--key", key, "--trust", trust);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("has key", "already");
        Terminal other = run("export", "--key", key, "--trust", trust, "--network", "cd".repeat(32));
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("use a file for each network");
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws IOException {
        run("generate", "--out", key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        Terminal ended = run("export", "--key", key, "--trust", trust);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("chmod 600 " + key);
        assertThat(trust).doesNotExist();
    }

    @Test
    void registersBase64AndPem() throws IOException {
        run("generate", "--out", key);
        String base64 = SigningKey.load(key).publicKey().toBase64();
        assertThat(run("register", "--public-key", base64, "--trust", trust).code())
                .isZero();
        Path pem = Files.writeString(
                folder.resolve("public.pem"), SigningKey.load(key).publicKey().toPem());
        Path other = folder.resolve("other.json");
        assertThat(run("register", "--public-key", pem, "--trust", other).code())
                .isZero();
        assertThat(TrustFile.load(other)).isEqualTo(TrustFile.load(trust));
        Terminal missing = run("register", "--public-key", folder.resolve("no.pem"), "--trust", other);
        assertThat(missing.err()).contains("there is no file");
        assertThat(missing.code()).isEqualTo(1);
        Terminal secret = run("register", "--public-key", key, "--trust", other);
        assertThat(secret.err()).contains("-----BEGIN PUBLIC KEY-----");
        assertThat(secret.code()).isEqualTo(1);
    }

    @Test
    void revokesByAPrefixAndKeepsTheEntry() throws IOException {
        run("generate", "--out", key);
        run("export", "--key", key, "--trust", trust);
        String id = SigningKey.load(key).publicKey().id().toHex();
        Terminal ended =
                run("revoke", "--trust", trust, "--key-id", id.substring(0, 8), "--at", "2026-05-05T12:00:00Z");
        assertThat(ended.out()).contains("revoked key " + id + " at 2026-05-05T12:00:00Z");
        assertThat(TrustFile.load(trust).keys().getFirst().revokedAt()).contains(Instant.parse("2026-05-05T12:00:00Z"));
        Terminal again = run("revoke", "--trust", trust, "--key-id", id);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("was revoked at 2026-05-05T12:00:00Z already");
    }

    @Test
    void revokesNowUnlessToldOtherwise() throws IOException {
        run("generate", "--out", key);
        run("export", "--key", key, "--trust", trust);
        Instant before = Instant.now().minusMillis(1);
        JsonNode revoked = run(
                        "revoke",
                        "--json",
                        "--trust",
                        trust,
                        "--key-id",
                        SigningKey.load(key).publicKey().id())
                .json();
        assertThat(Instant.parse(revoked.path("revoked_at").asText())).isBetween(before, Instant.now());
    }

    @Test
    void saysWhichKeyItCannotRevoke() {
        run("generate", "--out", key);
        run("export", "--key", key, "--trust", trust);
        Terminal unknown = run("revoke", "--trust", trust, "--key-id", "00".repeat(32));
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("has no key", "candor keys list");
        assertThat(run("revoke", "--trust", trust, "--key-id", "abc").code()).isEqualTo(2);
    }

    @Test
    void listsEverything() {
        run("generate", "--out", key);
        run("export", "--key", key, "--trust", trust, "--note", "host 7", "--not-after", "2026-12-31T23:59:59Z");
        String id = run("list", "--trust", trust, "--json")
                .json()
                .path("keys")
                .path(0)
                .path("key_id")
                .asText();
        run("revoke", "--trust", trust, "--key-id", id, "--at", "2026-05-05T12:00:00Z");
        assertThat(run("list", "--trust", trust).out())
                .isEqualToNormalizingNewlines("for every network\n" + id
                        + "  executor, until 2026-12-31T23:59:59Z, REVOKED at 2026-05-05T12:00:00Z, host 7\n");
        JsonNode listed =
                run("list", "--trust", trust, "--json").json().path("keys").path(0);
        assertThat(listed.path("not_after").asText()).isEqualTo("2026-12-31T23:59:59Z");
        assertThat(listed.path("revoked_at").asText()).isEqualTo("2026-05-05T12:00:00Z");
        assertThat(listed.path("note").asText()).isEqualTo("host 7");
    }

    @Test
    void refusesWrongUse() {
        for (Object[] arguments : new Object[][] {
            {},
            {"generate"},
            {"export", "--trust", trust},
            {"register", "--trust", trust},
            {"revoke", "--trust", trust},
            {"list"},
            {"list", "--trust", trust, "more"},
            {"export", "--key", key, "--trust", trust, "--not-before", "yesterday"},
        }) {
            Terminal ended = run(arguments);
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).contains("Usage: keys");
        }
        run("generate", "--out", key);
        assertThat(run("export", "--key", key, "--trust", trust, "--role", "king")
                        .code())
                .isEqualTo(2);
        assertThat(run("export", "--key", key, "--trust", trust, "--network", "ab")
                        .code())
                .isEqualTo(2);
        Terminal fine = run("export", "--key", key, "--trust", trust, "--not-before", "2026-01-01T00:00:00.0001Z");
        assertThat(fine.code()).isEqualTo(1);
        assertThat(fine.err()).contains("at most milliseconds");
    }

    @Test
    void helpsItself() {
        assertThat(run("--help").out()).contains("generate", "export", "register", "revoke", "list");
        for (String command : new String[] {"generate", "export", "register", "revoke", "list"}) {
            assertThat(run(command, "--help").out()).contains("--json");
        }
    }

    private static Terminal run(Object... arguments) {
        return Terminal.run(new KeysCommand(), arguments);
    }
}
