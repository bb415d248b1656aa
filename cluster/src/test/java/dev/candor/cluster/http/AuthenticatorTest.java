package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthenticatorTest {
    private static String sha256(String key) {
        return Digest.sha256(Bytes.wrap(key.getBytes(StandardCharsets.UTF_8))).toHex();
    }

    private static HeaderSource headers(Map<String, String> headers) {
        return headers::get;
    }

    private static ApiKeys keys() throws IOException {
        return ApiKeys.parse(
                "# callers\n\nalice " + sha256("key-a") + " infer\nbob\t" + sha256("key-b") + "  infer,ADMIN\n",
                "keys");
    }

    @Test
    void knowsCallersByEitherHeader() throws IOException {
        assertThat(keys().authenticate(headers(Map.of("authorization", "Bearer key-a"))))
                .isEqualTo(new Caller("alice", Set.of(Caller.Role.INFER)));
        assertThat(keys().authenticate(headers(Map.of("authorization", "bearer  key-b"))))
                .isEqualTo(new Caller("bob", Set.of(Caller.Role.INFER, Caller.Role.ADMIN)));
        assertThat(keys().authenticate(headers(Map.of("x-api-key", "key-a"))).name())
                .isEqualTo("alice");
        assertThat(keys().protectsOpenAddresses()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"authorization,Basic key-a", "authorization,Bearer", "x-api-key,key-c", "x-api-key,''", "cookie,key-a"})
    void refusesEverybodyElse(String header, String value) {
        assertThatThrownBy(() -> keys().authenticate(headers(Map.of(header, value))))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    void refusesKeysOfAnyLengthWithoutLookingAtThem() {
        assertThatThrownBy(() -> keys().authenticate(headers(Map.of("x-api-key", "k".repeat(100_000)))))
                .isInstanceOf(RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nobody",
                "alice",
                "alice 00 infer",
                "alice HASH root",
                "alice HASH infer more",
                "alice HASH infer\nalice OTHER admin",
                "alice HASH infer until=soon",
                "alice HASH infer revoked",
                "alice 0x00 infer",
                "alice HASH infer\nbob HASH infer"
            })
    void refusesFilesThatAreNone(String text) {
        String file = text.replace("HASH", sha256("a")).replace("OTHER", sha256("b"));
        assertThatThrownBy(() -> ApiKeys.parse(file, "keys"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("keys");
    }

    @Test
    void readsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), "alice " + sha256("a") + " infer");
        assertThat(ApiKeys.read(file)
                        .authenticate(headers(Map.of("x-api-key", "a")))
                        .name())
                .isEqualTo("alice");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> ApiKeys.read(file)).isInstanceOf(IOException.class);
    }

    @Test
    void aKeyEndsWhenItWasToEndOrIsRevokedAndAnotherOfTheSameCallerDoesNot() throws IOException {
        CredentialFile file = CredentialFile.parse(
                "alice " + sha256("old") + " infer until=2026-01-01T00:00:00Z\nalice " + sha256("new") + " infer\nbob "
                        + sha256("gone") + " infer revoked=2026-01-01T00:00:00Z\n",
                "keys");
        ApiKeys keys = new ApiKeys(file, () -> Instant.parse("2025-12-31T23:59:59Z"));
        assertThat(keys.authenticate(headers(Map.of("x-api-key", "old"))).name())
                .isEqualTo("alice");
        assertThat(keys.authenticate(headers(Map.of("x-api-key", "new"))).name())
                .isEqualTo("alice");
        assertThatThrownBy(() -> keys.authenticate(headers(Map.of("x-api-key", "gone"))))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new ApiKeys(file, () -> Instant.parse("2026-01-01T00:00:00Z"))
                        .authenticate(headers(Map.of("x-api-key", "old"))))
                .isInstanceOf(RefusedException.class);
        keys.replace(CredentialFile.parse("carol " + sha256("c") + " audit", "keys"));
        assertThatThrownBy(() -> keys.authenticate(headers(Map.of("x-api-key", "new"))))
                .isInstanceOf(RefusedException.class);
        assertThat(keys.authenticate(headers(Map.of("x-api-key", "c"))).seesAll())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8000,127.0.0.1:8000,true",
        "http://localhost:8000,localhost:8000,true",
        "http://[::1]:8000,[::1]:8000,true",
        "http://localhost,localhost,true",
        "http://evil.example,127.0.0.1:8000,false",
        "http://evil.example:8000,evil.example:8000,false",
        "http://127.evil.example,127.evil.example,false",
        "null,127.0.0.1:8000,false",
        "https://127.0.0.1:8000,127.0.0.1:8000,false"
    })
    void refusesWebPagesOfOtherOriginsWhereNobodyNeedsAKey(String origin, String host, boolean allowed) {
        NoAuthentication nobody = new NoAuthentication();
        HeaderSource headers = headers(Map.of("origin", origin, "host", host));
        if (allowed) {
            assertThat(nobody.authenticate(headers).name()).isEqualTo("anonymous");
        } else {
            assertThatThrownBy(() -> nobody.authenticate(headers))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
        }
    }

    @Test
    void letsEverybodyDoEverythingWithoutAnOrigin() {
        NoAuthentication nobody = new NoAuthentication();
        assertThat(nobody.authenticate(headers(Map.of())).roles()).containsExactlyInAnyOrder(Caller.Role.values());
        assertThat(nobody.protectsOpenAddresses()).isFalse();
    }
}
