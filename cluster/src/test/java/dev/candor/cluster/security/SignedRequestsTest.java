package dev.candor.cluster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.RequestSignatures.Claim;
import dev.candor.cluster.security.SignedMessage.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SignedRequestsTest {
    private static final Caller ALICE = new Caller("alice", Set.of(Caller.Role.INFER));

    static Stream<JsonNode> vectors() throws IOException {
        try (InputStream in = SignedRequestsTest.class.getResourceAsStream("signed-requests.json")) {
            return StreamSupport.stream(
                    new ObjectMapper().readTree(in).path("cases").spliterator(), false);
        }
    }

    private static Bytes hex(String text) {
        return Bytes.ofHex(text.substring(2));
    }

    private static byte[] body(JsonNode vector) {
        return vector.path("body").asText().getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> headers(JsonNode vector, String scheme) {
        return new HashMap<>(Map.of(
                "candor-signer", vector.path("address").asText(),
                "candor-signature", vector.path(scheme.replace("-", "")).asText(),
                "candor-signature-scheme", scheme,
                "candor-nonce", vector.path("nonce").asText(),
                "candor-deadline", vector.path("deadline").asText()));
    }

    private static SignedRequests signatures(JsonNode vector, MemoryControl store, long secondsBefore) {
        Instant now = Instant.ofEpochSecond(vector.path("deadline").longValue() - secondsBefore);
        return new SignedRequests(
                Digest.ofHex(vector.path("network").asText().substring(2)),
                address -> address.equals(hex(vector.path("address").asText())) ? Optional.of(ALICE) : Optional.empty(),
                new NonceBook(store, () -> now),
                Duration.ofMinutes(2),
                1 << 20,
                () -> now);
    }

    private static Claim claim(SignedRequests signatures, JsonNode vector, Map<String, String> headers) {
        return signatures.claim(
                vector.path("method").asText(), vector.path("target").asText(), headers::get);
    }

    private static JsonNode first() throws IOException {
        return vectors().findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void believesWhatWalletsSign(JsonNode vector) {
        for (String scheme : new String[] {"eip-191", "eip-712"}) {
            try (SignedRequests signatures = signatures(vector, new MemoryControl(), 10)) {
                Claim claim = claim(signatures, vector, headers(vector, scheme));
                assertThat(claim.caller()).isEqualTo(ALICE);
                claim.verify(body(vector), body(vector).length)
                        .toCompletableFuture()
                        .join();
            }
        }
    }

    /** The examples of EIP-712 itself and of web3's documentation. */
    @ParameterizedTest
    @CsvSource({
        "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2,"
                + "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
                + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c,"
                + "cd2a3d9f938e13cd947ec05abc7fe734df8dd826",
        "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655,"
                + "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
                + "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c,"
                + "2c7536e3605d9c16a7a3d7b1898e529396a65c23"
    })
    void findsTheSignerOfPublishedExamples(String digest, String signature, String address) {
        assertThat(Secp256k1.signer(Digest.ofHex(digest), Bytes.ofHex(signature)))
                .contains(Bytes.ofHex(address));
    }

    @Test
    void aSignatureIsOfOneMessageOnly() throws IOException {
        JsonNode vector = first();
        SignedMessage signed = new SignedMessage(
                Digest.ofHex(vector.path("network").asText().substring(2)),
                "POST",
                vector.path("target").asText(),
                Secp256k1.keccak(body(vector)),
                Digest.ofHex(vector.path("nonce").asText().substring(2)),
                vector.path("deadline").longValue());
        Digest other = Secp256k1.keccak(new byte[] {1});
        for (Scheme scheme : Scheme.values()) {
            assertThat(Stream.of(
                                    new SignedMessage(
                                            other,
                                            "POST",
                                            signed.target(),
                                            signed.body(),
                                            signed.nonce(),
                                            signed.deadline()),
                                    new SignedMessage(
                                            signed.network(),
                                            "PUT",
                                            signed.target(),
                                            signed.body(),
                                            signed.nonce(),
                                            signed.deadline()),
                                    new SignedMessage(
                                            signed.network(),
                                            "POST",
                                            "/",
                                            signed.body(),
                                            signed.nonce(),
                                            signed.deadline()),
                                    new SignedMessage(
                                            signed.network(),
                                            "POST",
                                            signed.target(),
                                            other,
                                            signed.nonce(),
                                            signed.deadline()),
                                    new SignedMessage(
                                            signed.network(),
                                            "POST",
                                            signed.target(),
                                            signed.body(),
                                            other,
                                            signed.deadline()),
                                    new SignedMessage(
                                            signed.network(),
                                            "POST",
                                            signed.target(),
                                            signed.body(),
                                            signed.nonce(),
                                            1))
                            .map(message -> message.digest(scheme)))
                    .doesNotContain(signed.digest(scheme))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void refusesANonceThatWasUsed() throws IOException {
        JsonNode vector = first();
        MemoryControl store = new MemoryControl();
        try (SignedRequests one = signatures(vector, store, 10);
                SignedRequests afterRestart = signatures(vector, store, 5)) {
            claim(one, vector, headers(vector, "eip-191"))
                    .verify(body(vector), body(vector).length)
                    .toCompletableFuture()
                    .join();
            assertRefused(one, vector, "eip-191", body(vector));
            assertRefused(one, vector, "eip-712", body(vector));
            assertRefused(afterRestart, vector, "eip-191", body(vector));
        }
    }

    @Test
    void refusesABodyThatWasNotSigned() throws IOException {
        JsonNode vector = first();
        try (SignedRequests signatures = signatures(vector, new MemoryControl(), 10)) {
            assertRefused(signatures, vector, "eip-191", new byte[] {'{', '}'});
        }
    }

    private static void assertRefused(SignedRequests signatures, JsonNode vector, String scheme, byte[] body) {
        assertThatThrownBy(() -> claim(signatures, vector, headers(vector, scheme))
                        .verify(body, body.length)
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.UNAUTHENTICATED));
    }

    @ParameterizedTest
    @CsvSource({
        "candor-signer,0x00,40 hexadecimal",
        "candor-signer,0x0000000000000000000000000000000000000000,no caller",
        "candor-signature,0xzz,130 hexadecimal",
        "candor-signature-scheme,rsa,eip-191 or eip-712",
        "candor-nonce,12,64 hexadecimal",
        "candor-deadline,soon,seconds since",
        "candor-deadline,1,has passed",
        "candor-deadline,99999999999,at most 120 s ahead"
    })
    void refusesHeadersThatCannotBeRight(String header, String value, String sentence) throws IOException {
        JsonNode vector = first();
        try (SignedRequests signatures = signatures(vector, new MemoryControl(), 10)) {
            Map<String, String> headers = headers(vector, "eip-191");
            headers.put(header, value);
            assertThatThrownBy(() -> claim(signatures, vector, headers)).hasMessageContaining(sentence);
            headers.remove(header);
            if (!header.equals("candor-signature")) {
                assertThatThrownBy(() -> claim(signatures, vector, headers)).hasMessageContaining(header);
            }
        }
    }

    /** Whoever changes s to its mirror image has another signature of the same message; it does not count. */
    @Test
    void refusesTheMirrorImageOfASignature() throws IOException {
        JsonNode vector = first();
        byte[] mirrored = hex(vector.path("eip191").asText()).toArray();
        java.math.BigInteger order =
                new java.math.BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
        byte[] s = order.subtract(new java.math.BigInteger(1, java.util.Arrays.copyOfRange(mirrored, 32, 64)))
                .toByteArray();
        System.arraycopy(s, s.length - 32, mirrored, 32, 32);
        mirrored[64] = (byte) (mirrored[64] == 27 ? 28 : 27);
        assertThat(Secp256k1.signer(Secp256k1.keccak(new byte[0]), Bytes.wrap(mirrored)))
                .isEmpty();
    }
}
