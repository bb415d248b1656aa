package dev.candor.cluster.opengradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against vectors that the real client's own verifier has accepted. */
final class SignedAnswersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode VECTORS = vectors();

    @TempDir
    Path folder;

    private static JsonNode vectors() {
        try (InputStream in = SignedAnswersTest.class.getResourceAsStream("vectors.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void requestsAndAnswersHashAsTheClientHashesThem() {
        assertThat(VECTORS.path("vectors").size()).isEqualTo(3);
        for (JsonNode vector : VECTORS.path("vectors")) {
            String canonical = PythonJson.dumps(CanonicalRequest.of(vector.path("request_body")));
            assertThat(canonical).isEqualTo(vector.path("canonical_utf8").asText());
            Digest request = SignedAnswers.hash(canonical);
            Digest output = SignedAnswers.hash(vector.path("signed_output").asText());
            assertThat(request.toHex()).isEqualTo(vector.path("request_hash").asText());
            assertThat(output.toHex()).isEqualTo(vector.path("output_hash").asText());
            assertThat(SignedAnswers.message(
                                    request, output, vector.path("timestamp").asLong())
                            .toHex())
                    .isEqualTo(vector.path("msg_hash").asText());
        }
    }

    @Test
    void callsOfToolsStandForTheTextOfAnAnswer() {
        JsonNode vector = VECTORS.at("/vectors/2");
        assertThat(SignedAnswers.output(vector.at("/response/choices/0/message/tool_calls")))
                .isEqualTo(vector.path("signed_output").asText());
    }

    @Test
    void theSignatureVerifiesUnderTheKeyThatTheIdNames() throws Exception {
        Path file = folder.resolve("answers.pem");
        SignedAnswers answers = new SignedAnswers(
                AnswerKey.loadOrCreate(file), InstantSource.fixed(Instant.ofEpochSecond(1_760_000_000)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        JsonNode vector = VECTORS.at("/vectors/1");
        ObjectNode signed = answers.sign(
                vector.path("request_body"), vector.path("signed_output").asText());
        assertThat(signed.path("tee_request_hash")).isEqualTo(vector.path("request_hash"));
        assertThat(signed.path("tee_output_hash")).isEqualTo(vector.path("output_hash"));
        assertThat(signed.path("tee_timestamp").asLong()).isEqualTo(1_760_000_000);
        assertThat(signed.path("candor_tee").asText()).startsWith("SIMULATED");
        assertThat(verifies(
                        answers.pem(),
                        vector.path("msg_hash").asText(),
                        signed.path("tee_signature").asText()))
                .isTrue();
        SignedAnswers again = new SignedAnswers(AnswerKey.loadOrCreate(file), InstantSource.system());
        assertThat(again.id()).isEqualTo(answers.id()).startsWith("0x").hasSize(66);
    }

    @Test
    void thePublishedSignaturesVerifyHereAsWell() throws Exception {
        for (JsonNode vector : VECTORS.path("vectors")) {
            assertThat(verifies(
                            VECTORS.path("signing_key_pem").asText(),
                            vector.path("msg_hash").asText(),
                            vector.path("signature_b64").asText()))
                    .isTrue();
        }
    }

    private static boolean verifies(String pem, String message, String signature) throws Exception {
        String der = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PublicKey key = KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(der)));
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        verifier.initVerify(key);
        verifier.update(Digest.ofHex(message).toArray());
        return verifier.verify(Base64.getDecoder().decode(signature));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.0",
        "0.7,0.7",
        "1e-5,1e-05",
        "0.0001,0.0001",
        "1e15,1000000000000000.0",
        "1e16,1e+16",
        "1.5e300,1.5e+300",
        "123456.789,123456.789",
        "-0.0,-0.0",
        "2.5e-7,2.5e-07",
        "5e-324,5e-324",
        "1e22,1e+22"
    })
    void showsNumbersAsPythonDoes(double value, String text) {
        assertThat(PythonJson.repr(value)).isEqualTo(text);
    }

    @Test
    void sortsKeysByCodePointsAndEscapesAllButAscii() throws IOException {
        assertThat(PythonJson.dumps(JSON.readTree("{\"\\uffee\":1,\"\\ud83d\\ude80\":2,\"a\":[true,null,1.50]}")))
                .isEqualTo("{\"a\": [true, null, 1.5], \"\\uffee\": 1, \"\\ud83d\\ude80\": 2}");
        assertThatThrownBy(() -> PythonJson.dumps(JSON.readTree("[1e999]"))).isInstanceOf(RefusedException.class);
    }

    @Test
    void refusesAFileThatIsNoKey() throws IOException {
        Path file = Files.writeString(folder.resolve("answers.pem"), "none");
        assertThatThrownBy(() -> AnswerKey.loadOrCreate(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no RSA key");
    }
}
