package dev.candor.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.webhook.WebhookSender.Sent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One call to a receiver that takes it, refuses it, lies, hangs, or is somebody else. */
@Timeout(60)
final class WebhookSenderTest {
    private static final SigningKey KEY = SigningKey.ofSeed(Bytes.ofHex("11".repeat(32)));
    private static final long NOW = 1_790_000_000_123L;
    private static final WebhookMessage MESSAGE = new WebhookMessage(
            "msg_3-x_verified", Bytes.wrap("{\"type\":\"verification.verified\"}".getBytes(StandardCharsets.UTF_8)));

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket receiver;

    private record Received(String requestLine, Map<String, String> headers, String body) {}

    @BeforeEach
    void open() throws IOException {
        receiver = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
    }

    /** Takes connections, and answers each with these bytes; with none it says nothing and holds on. */
    private void answers(String answer) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!receiver.isClosed()) {
                Socket socket;
                try {
                    socket = receiver.accept();
                } catch (IOException e) {
                    return;
                }
                connections.incrementAndGet();
                if (!answer.isEmpty()) {
                    answer(socket, answer);
                }
            }
        });
    }

    private void answer(Socket socket, String answer) {
        try (socket) {
            received.add(read(socket));
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            received.add(new Received("broken: " + e.getMessage(), Map.of(), ""));
        }
    }

    private static Received read(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        String first = in.readLine();
        Map<String, String> headers = new TreeMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            String[] parts = line.split(": ", 2);
            headers.put(parts[0], parts[1]);
        }
        char[] body = new char[Integer.parseInt(headers.getOrDefault("Content-Length", "0"))];
        int length = 0;
        while (length < body.length) {
            length += in.read(body, length, body.length - length);
        }
        return new Received(String.valueOf(first), headers, new String(body));
    }

    private WebhookSender sender(Duration timeout, List<String> allowed, WebhookSender.Resolver resolver) {
        WebhookSettings settings = new WebhookSettings(allowed, timeout, 2);
        return new WebhookSender(settings, new WebhookGuard(allowed), KEY, () -> NOW, resolver, (SSLSocketFactory)
                SSLSocketFactory.getDefault());
    }

    private WebhookSender sender() {
        return sender(
                Duration.ofSeconds(30), List.of("127.0.0.0/8"), host -> List.of(InetAddress.getLoopbackAddress()));
    }

    private CallbackUrl url(String scheme) {
        return CallbackUrl.parse(scheme + "://receiver.test:" + receiver.getLocalPort() + "/hook?x=1");
    }

    private static Sent sent(WebhookSender sender, CallbackUrl url) {
        return sender.send(url, MESSAGE).toCompletableFuture().join();
    }

    @Test
    void whatArrivesIsSignedWithItsIdAndTime() throws Exception {
        answers("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(sent(sender(), url("http"))).isEqualTo(new Sent.Answered(204));
        Received it = received.poll(30, TimeUnit.SECONDS);
        assertThat(it.requestLine()).isEqualTo("POST /hook?x=1 HTTP/1.1");
        assertThat(it.body()).isEqualTo("{\"type\":\"verification.verified\"}");
        assertThat(it.headers())
                .containsEntry("webhook-id", "msg_3-x_verified")
                .containsEntry("webhook-timestamp", "1790000000")
                .containsEntry("candor-key", KEY.publicKey().id().toHex())
                .containsEntry("Host", "receiver.test:" + receiver.getLocalPort());
        String[] signature = it.headers().get("webhook-signature").split(",", 2);
        assertThat(signature[0]).isEqualTo("v1a");
        String signed = it.headers().get("webhook-id") + "." + it.headers().get("webhook-timestamp") + "." + it.body();
        Bytes raw = Bytes.wrap(Base64.getDecoder().decode(signature[1]));
        assertThat(KEY.publicKey().verifies(Bytes.wrap(signed.getBytes(StandardCharsets.UTF_8)), raw))
                .isTrue();
        assertThat(KEY.publicKey()
                        .verifies(
                                Bytes.wrap(signed.replace("1790000000", "1790000001")
                                        .getBytes(StandardCharsets.UTF_8)),
                                raw))
                .isFalse();
    }

    @Test
    void signsInGoldenBytes() {
        assertThat(WebhookSignature.header(KEY, MESSAGE, 1_790_000_000L))
                .isEqualTo(
                        "v1a,ZYPyG8L9/YG+t0hj3T6vWFipXuD8+6iA/fqzoos3ejadrS5X5umWq2SwYx2feT6xYoe1abJ/FBPGrYsv+xrwBw==");
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        answers("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + receiver.getLocalPort() + "/other\r\n\r\n");
        assertThat(sent(sender(), url("http"))).isEqualTo(new Sent.Answered(302));
        assertThat(received.poll(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(connections).hasValue(1);
    }

    @Test
    void aCallbackThatHangsIsCutOffByName() {
        answers("");
        Sent sent = sent(
                sender(
                        Duration.ofMillis(300),
                        List.of("127.0.0.0/8"),
                        host -> List.of(InetAddress.getLoopbackAddress())),
                url("http"));
        assertThat(sent)
                .isEqualTo(new Sent.Failed(
                        "the callback's host receiver.test did not answer within 300 ms and was cut off"));
    }

    @Test
    void aNameThatResolvesToAPrivateAddressIsNotCalled() {
        answers("HTTP/1.1 200 OK\r\n\r\n");
        Sent sent = sent(
                sender(Duration.ofSeconds(30), List.of(), host -> List.of(InetAddress.getLoopbackAddress())),
                url("https"));
        assertThat(sent)
                .isInstanceOfSatisfying(
                        Sent.Refused.class,
                        it -> assertThat(it.reason())
                                .contains("receiver.test", "127.0.0.1", "not of the public Internet"));
        assertThat(connections).hasValue(0);
    }

    /** A name of several addresses could otherwise offer the public one for the look and the private one for the call. */
    @Test
    void oneAddressAmongOthersThatIsPrivateIsEnoughToRefuse() throws Exception {
        InetAddress open = InetAddress.getByName("1.1.1.1");
        Sent sent = sent(
                sender(
                        Duration.ofSeconds(30),
                        List.of(),
                        host -> List.of(open, InetAddress.getByName("169.254.169.254"))),
                url("https"));
        assertThat(sent).isInstanceOf(Sent.Refused.class);
    }

    @Test
    void aNameIsLookedUpOnceSoWhatItSaysAMomentLaterChangesNothing() throws Exception {
        answers("HTTP/1.1 200 OK\r\n\r\n");
        AtomicInteger lookUps = new AtomicInteger();
        Sent sent = sent(
                sender(Duration.ofSeconds(30), List.of("127.0.0.0/8"), host -> {
                    // The second answer would be one that the guard refuses.
                    return List.of(
                            lookUps.incrementAndGet() == 1
                                    ? InetAddress.getLoopbackAddress()
                                    : InetAddress.getByName("10.0.0.1"));
                }),
                url("http"));
        assertThat(sent).isEqualTo(new Sent.Answered(200));
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void whatIsNoHttpOrNoTlsIsNamed() {
        answers("garbage\r\n\r\n");
        assertThat(sent(sender(), url("http")))
                .isInstanceOfSatisfying(
                        Sent.Failed.class, it -> assertThat(it.reason()).contains("its answer is not HTTP/1.1"));
        assertThat(sent(sender(), url("https"))).isInstanceOf(Sent.Failed.class);
    }

    @Test
    void moreCallsThanAllowedWaitForAnotherTime() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        answers("HTTP/1.1 200 OK\r\n\r\n");
        WebhookSender sender = sender(Duration.ofSeconds(30), List.of("127.0.0.0/8"), host -> {
            try {
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of(InetAddress.getLoopbackAddress());
        });
        var first = sender.send(url("http"), MESSAGE).toCompletableFuture();
        var second = sender.send(url("http"), MESSAGE).toCompletableFuture();
        assertThat(sent(sender, url("http")))
                .isInstanceOfSatisfying(
                        Sent.Failed.class, it -> assertThat(it.reason()).contains("candor.webhooks.most"));
        release.countDown();
        assertThat(first.join()).isEqualTo(new Sent.Answered(200));
        assertThat(second.join()).isEqualTo(new Sent.Answered(200));
    }
}
