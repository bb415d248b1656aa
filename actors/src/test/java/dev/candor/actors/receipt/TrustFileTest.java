package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustFileTest {
    private static final VerifyingKey KEY = ReceiptFixtures.EXECUTOR.publicKey();
    private static final String ENTRY =
            "{\"key_id\":\"" + KEY.id() + "\",\"public_key\":\"" + KEY.toBase64() + "\",\"role\":\"executor\"}";
    private static final String FILE = "{\"format\":\"candor-trust-v1\",\"keys\":[" + ENTRY + "]}";

    @TempDir
    Path folder;

    @Test
    void hasTheSpecifiedText() {
        assertThat(ReceiptFixtures.TRUST
                        .revoke(
                                ReceiptFixtures.OTHER_EXECUTOR.publicKey().id(),
                                Instant.parse("2026-05-05T12:00:00.5Z"))
                        .toJson())
                .isEqualTo("""
                        {
                          "format" : "candor-trust-v1",
                          "network" : "75b45c684fd731d9cd751b15e97498ecc549e4b109c6354a47d27b9c3b663b9c",
                          "keys" : [ {
                            "key_id" : "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c",
                            "public_key" : "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=",
                            "role" : "executor",
                            "not_before" : "2026-01-01T00:00:00Z",
                            "not_after" : "2026-12-31T23:59:59.999Z",
                            "note" : "executor of the tests"
                          }, {
                            "key_id" : "24f6ed6acbfe1009c030d7ca567c33ca4830911498236b5561a6c82abec5de28",
                            "public_key" : "Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc=",
                            "role" : "executor",
                            "revoked_at" : "2026-05-05T12:00:00.500Z"
                          }, {
                            "key_id" : "03396219237f75a64f12aeb7f39723abf400b160c364980a765dac24aeba2464",
                            "public_key" : "JUO5L/EJVRFHatyDadtt3JM2ZaEZeN2hQE7hBmypVZ0=",
                            "role" : "validator"
                          } ]
                        }
                        """);
    }

    @Test
    void comesBackAsItWent() throws IOException {
        Path file = folder.resolve("trust.json");
        TrustFile trust = ReceiptFixtures.TRUST.revoke(KEY.id(), Instant.parse("2026-05-05T12:00:00Z"));
        trust.save(file);
        assertThat(TrustFile.load(file)).isEqualTo(trust);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        ReceiptFixtures.TRUST.save(file);
        assertThat(TrustFile.load(file)).isEqualTo(ReceiptFixtures.TRUST);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void readsAPemAsPublicKey() throws IOException {
        String pem = KEY.toPem().replace("\n", "\\n");
        assertThat(parse(FILE.replace(KEY.toBase64(), pem)).keys())
                .containsExactly(TrustedKey.of(KEY, TrustedKey.Role.EXECUTOR));
    }

    @Test
    void refusesWhatIsNotSpecified() {
        refused("", "must be a JSON object");
        refused("[]", "must be a JSON object");
        refused("{", "not JSON");
        refused(FILE + "x", "not JSON");
        refused(FILE + FILE, "not JSON");
        refused("\u0000", "not JSON");
        refused("[".repeat(100_000), "not JSON");
        refused(FILE.replace("trust-v1", "trust-v2"), "\"format\" must be \"candor-trust-v1\"");
        refused(FILE.replace("\"format\":\"candor-trust-v1\",", ""), "\"format\" must be there");
        refused(FILE.replace("\"keys\"", "\"keyz\""), "unknown field \"keyz\"");
        refused("{\"format\":\"candor-trust-v1\",\"keys\":{}}", "\"keys\" must be a list");
        refused(FILE.replace("\"format\"", "\"format\":\"candor-trust-v1\",\"format\""), "Duplicate");
        refused(FILE.replace("\"format\"", "\"network\":\"ab\",\"format\""), "64 lower-case hexadecimal digits");
        refused(FILE.replace("\"format\"", "\"network\":null,\"format\""), "\"network\" must be there, as a string");
        refused(FILE.replace(ENTRY, ENTRY + "," + ENTRY), "appears twice");
        refused(FILE.replace(ENTRY, "7"), "key 1: an entry must be a JSON object");
        refused(FILE.replace("\"role\"", "\"color\":\"red\",\"role\""), "unknown field \"color\"");
        refused(FILE.replace("\"role\"", "\"role\":\"executor\",\"role\""), "Duplicate");
        refused(FILE.replace(",\"role\":\"executor\"", ""), "\"role\" must be there");
        refused(FILE.replace("\"executor\"", "\"Executor\""), "the roles are executor and validator");
        refused(FILE.replace("\"executor\"", "7"), "\"role\" must be there, as a string");
        refused(FILE.replace(KEY.toBase64(), "AAAA"), "44 characters");
        refused(FILE.replace(KEY.toBase64(), "A".repeat(43) + "="), "prime order");
        refused(
                FILE.replace(
                        KEY.toBase64(), ReceiptFixtures.STRANGER.publicKey().toBase64()),
                "but the public key's id is");
        refused(FILE.replace(KEY.id().toHex(), KEY.id().toHex().toUpperCase(Locale.ROOT)), "lower-case");
        for (String time : List.of("", "2026", "2026-01-01T00:00:00", "2026-01-01T00:00:00+01:00", "yesterdayZ")) {
            refused(
                    FILE.replace("\"role\"", "\"not_before\":\"" + time + "\",\"role\""),
                    "\"not_before\" must be a time");
        }
        refused(FILE.replace("\"role\"", "\"revoked_at\":\"2026-01-01T00:00:00.0001Z\",\"role\""), "milliseconds");
        refused(FILE.replace("\"role\"", "\"not_after\":\"+10000-01-01T00:00:00Z\",\"role\""), "between 1970 and 9999");
        refused(
                FILE.replace(
                        "\"role\"",
                        "\"not_before\":\"2026-01-02T00:00:00Z\",\"not_after\":\"2026-01-01T00:00:00Z\",\"role\""),
                "before not_before");
        refused(FILE.replace("\"role\"", "\"note\":\"" + "n".repeat(257) + "\",\"role\""), "at most 256 characters");
        refused(FILE.replace(ENTRY, "1,".repeat(1_000) + "1"), "at most 1000 keys");
        refused(" ".repeat(TrustFile.MAX_SIZE + 1), "at most 1048576 bytes");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] bytes = FILE.getBytes(StandardCharsets.UTF_8);
        bytes[2] = (byte) 0xff;
        assertThatThrownBy(() -> TrustFileJson.parse(bytes)).isInstanceOf(KeyMaterialException.class);
    }

    @Test
    void saysWhichFileIsWrong() throws IOException {
        Path file = folder.resolve("trust.json");
        assertThatThrownBy(() -> TrustFile.load(file))
                .isInstanceOf(KeyMaterialException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("keys export");
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> TrustFile.load(file))
                .isInstanceOf(KeyMaterialException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> TrustFile.EMPTY.save(folder.resolve("no/such/trust.json")))
                .hasMessageContaining("make it first");
    }

    @Test
    void revokingKeepsTheEntry() {
        Instant at = Instant.parse("2026-05-05T12:00:00Z");
        TrustFile revoked = ReceiptFixtures.TRUST.revoke(KEY.id(), at);
        assertThat(revoked.keys()).hasSameSizeAs(ReceiptFixtures.TRUST.keys());
        assertThat(revoked.key(KEY.id()).orElseThrow().revokedAt()).contains(at);
        assertThatThrownBy(() -> TrustFile.EMPTY.revoke(KEY.id(), at)).hasMessageContaining("has no key");
    }

    @Test
    void isForOneNetworkOnly() {
        TrustFile one = TrustFile.EMPTY.forNetwork(ReceiptFixtures.NETWORK);
        assertThat(one.forNetwork(ReceiptFixtures.NETWORK)).isEqualTo(one);
        assertThatThrownBy(() -> one.forNetwork(ReceiptFixtures.OTHER_NETWORK))
                .hasMessageContaining("use a file for each network");
    }

    @Test
    void boundsInTimeAreInclusive() {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        Instant until = Instant.parse("2026-02-01T00:00:00Z");
        TrustedKey key = new TrustedKey(
                KEY, TrustedKey.Role.EXECUTOR, Optional.of(from), Optional.of(until), Optional.empty(), "");
        assertThat(key.validAt(from)).isTrue();
        assertThat(key.validAt(until)).isTrue();
        assertThat(key.validAt(from.minusMillis(1))).isFalse();
        assertThat(key.validAt(until.plusMillis(1))).isFalse();
    }

    private static void refused(String json, String why) {
        assertThatThrownBy(() -> parse(json))
                .as(json.substring(0, Math.min(300, json.length())))
                .isInstanceOf(KeyMaterialException.class)
                .hasMessageContaining(why);
    }

    private static TrustFile parse(String json) throws KeyMaterialException {
        return TrustFileJson.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
