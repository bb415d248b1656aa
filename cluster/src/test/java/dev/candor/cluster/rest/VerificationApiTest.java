package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.cluster.http.NoAuthentication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the endpoints of requests and their verification take and refuse. */
@Timeout(60)
final class VerificationApiTest {
    private static final String REQUEST = "/v1/requests/" + FakeCluster.ID;
    private static final String SALT = "AAECAwQFBgcICQoLDA0ODw==";
    private static final String ASKED =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}]}";

    private RestFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new RestFixture(RestFixture.HTTP, new NoAuthentication(), settings -> settings);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private RawClient.Response request(String method, String path, String body) throws IOException {
        try (RawClient client = fixture.client()) {
            return client.request(method, path, body.getBytes(StandardCharsets.UTF_8))
                    .read();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, '', show ID for anonymous",
        "GET, /proof, PROOF",
        "GET, /statement, STATEMENT",
        "GET, /lineage, LINEAGE",
        "DELETE, /verify, cancel ID"
    })
    void servesARequestAndTheFilesOfItsProof(String method, String path, String expected) throws IOException {
        RawClient.Response response = request(method, REQUEST + path, "");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).contains(expected.replace("ID", FakeCluster.ID.toString()));
    }

    @Test
    void takesAnEscalationWithTheRequestAsItWasSent() throws IOException {
        RawClient.Response response = request(
                "POST",
                REQUEST + "/verify",
                "{\"model\":\"echo\",\"salt\":\"" + SALT
                        + "\",\"verification_deadline_ms\":5000,\"private_input\":true,\"request\":" + ASKED + "}");
        assertThat(response.status()).as(response.body()).isEqualTo(202);
        assertThat(response.body()).contains("of echo with " + FakeCluster.SALT.toHex(), "PT5S", "true");
    }

    @Test
    void takesAnEscalationOfWhatWasKeptAndACallback() throws IOException {
        RawClient.Response response =
                request("POST", REQUEST + "/verify", "{\"callback_url\":\"https://example.com/x\"}");
        assertThat(response.status()).as(response.body()).isEqualTo(202);
        assertThat(response.body()).contains("of what was kept", "https://example.com/x");
        assertThat(request("POST", "/v1/webhooks/test", "{\"callback_url\":\"https://example.com/x\"}")
                        .body())
                .contains("call example.com for anonymous");
        assertThat(request("POST", "/v1/webhooks/test", "{}").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"salt\":\"SALT\"}|the body must be",
                "{\"request\":[]}|the body must be",
                "{\"request\":ASKED}|\\\"salt\\\" must be candor_salt",
                "{\"request\":ASKED,\"salt\":\"!\"}|is not base64",
                "{\"request\":ASKED,\"salt\":\"AAEC\"}|\\\"salt\\\" must be candor_salt",
                "{\"request\":ASKED,\"salt\":\"SALT\",\"verification_deadline_ms\":999}|verification_deadline_ms",
                "{\"request\":ASKED,\"salt\":\"SALT\",\"private_input\":1}|private_input",
                "{\"request\":{},\"salt\":\"SALT\"}|inputs"
            })
    void refusesAnEscalationByName(String body, String sentence) throws IOException {
        RawClient.Response response = request(
                "POST", REQUEST + "/verify", body.replace("ASKED", ASKED).replace("SALT", SALT));
        assertThat(response.status()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(sentence);
    }

    @Test
    void refusesAnIdThatIsNone() throws IOException {
        assertThat(request("GET", "/v1/requests/none", "").status()).isEqualTo(400);
        assertThat(request("GET", "/v1/models/echo/verification", "").body()).contains("modes of echo ");
    }
}
