package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.cluster.client.ClientTrust;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.http.NoAuthentication;
import dev.candor.cluster.security.Audit;
import dev.candor.cluster.security.Certificates;
import dev.candor.cluster.security.DoorSecurity;
import dev.candor.cluster.security.DoorTls;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** REST over TLS, and its certificate replaced while a connection is in use. */
final class DoorTlsTest {
    private static final String REQUEST = "GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir
    Path folder;

    private Certificates authority;
    private Path ca;
    private BigInteger first;

    @BeforeEach
    void certificates() throws Exception {
        authority = new Certificates("authority");
        ca = authority.authority(folder.resolve("ca.crt"));
        first = authority.issue(folder, "localhost");
    }

    private DoorTls tls() throws IOException {
        return DoorTls.load(folder.resolve("tls.crt"), folder.resolve("tls.key"), InstantSource.system());
    }

    private static RestFixture fixture(DoorTls tls) throws IOException {
        return new RestFixture(
                RestFixture.HTTP,
                new NoAuthentication(),
                settings -> settings,
                new DoorSecurity(Optional.of(tls), Audit.NONE, true));
    }

    private static URI uri(RestFixture fixture) {
        return URI.create("https://localhost:" + fixture.address.getPort());
    }

    private SSLSocket connect(RestFixture fixture, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) ClientTrust.of(ca)
                .getSocketFactory()
                .createSocket(fixture.address.getAddress(), fixture.address.getPort());
        socket.setSoTimeout(60_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }

    private static BigInteger serial(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("{\"live\":true}") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + answer);
            }
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Test
    void servesOverTlsToThoseThatBelieveItsAuthority() throws Exception {
        try (RestFixture fixture = fixture(tls());
                NodeClient client = new NodeClient(uri(fixture), Optional.empty(), Optional.of(ClientTrust.of(ca)));
                NodeClient stranger = new NodeClient(uri(fixture), Optional.empty())) {
            assertThat(client.get("/v2/health/live").path("live").asBoolean()).isTrue();
            byte[] large = new byte[3 << 20];
            assertThat(client.upload(Files.write(folder.resolve("blob"), large))
                            .path("size")
                            .asLong())
                    .isEqualTo(large.length);
            assertThatThrownBy(() -> stranger.get("/v2/health/live")).isInstanceOf(NodeException.class);
            assertThatThrownBy(() -> fixture.get("/v2/health/live")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void speaksTls13And12AndNothingOlder() throws Exception {
        try (RestFixture fixture = fixture(tls())) {
            for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
                try (SSLSocket socket = connect(fixture, protocol)) {
                    assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
                    assertThat(ask(socket)).startsWith("HTTP/1.1 200");
                }
            }
        }
    }

    @Test
    void aReplacedCertificateCountsForNewConnectionsAndDisturbsNone() throws Exception {
        DoorTls tls = tls();
        try (RestFixture fixture = fixture(tls);
                SSLSocket before = connect(fixture)) {
            assertThat(serial(before)).isEqualTo(first);
            ask(before);
            BigInteger second = authority.issue(folder, "localhost");
            tls.reload();
            assertThat(ask(before)).startsWith("HTTP/1.1 200");
            try (SSLSocket after = connect(fixture)) {
                assertThat(serial(after)).isEqualTo(second);
                assertThat(ask(after)).startsWith("HTTP/1.1 200");
            }
            assertThat(ask(before)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void keepsThePairItHasWhereANewOneIsNoGood() throws Exception {
        DoorTls tls = tls();
        authority.issue(folder.resolve("expired"), "localhost", Instant.now().minusSeconds(60));
        authority.issue(folder.resolve("other"), "localhost");
        try (RestFixture fixture = fixture(tls)) {
            Files.copy(folder.resolve("other/tls.key"), folder.resolve("tls.key"), StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(tls::reload).isInstanceOf(IOException.class).hasMessageContaining("is not that of");
            Files.copy(
                    folder.resolve("expired/tls.crt"), folder.resolve("tls.crt"), StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(tls::reload).isInstanceOf(IOException.class).hasMessageContaining("expired at");
            Files.writeString(folder.resolve("tls.crt"), "nothing");
            assertThatThrownBy(tls::reload).isInstanceOf(IOException.class).hasMessageContaining("no certificate");
            try (SSLSocket socket = connect(fixture)) {
                assertThat(serial(socket)).isEqualTo(first);
            }
        }
    }
}
