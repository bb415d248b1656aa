package dev.candor.cluster.webhook;

import dev.candor.actors.receipt.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call to a URL that a caller named. The host is looked up once, every address that it has is held against the {@link WebhookGuard}, and the connection
 * goes to one of those addresses: what the name says a moment later changes nothing. TLS still checks the certificate for the name. Nothing is followed, and of
 * the answer the first line is read. Thread-safe; {@link #send} does not block.
 */
public final class WebhookSender {
    private static final int MOST_ADDRESSES = 4;
    private static final int LONGEST_LINE = 512;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: .*)?");

    /** Finds the addresses of a host. */
    @FunctionalInterface
    interface Resolver {
        List<InetAddress> addresses(String host) throws UnknownHostException;
    }

    /** What came of an attempt. */
    public sealed interface Sent {
        /** The receiver answered with a status. */
        record Answered(int status) implements Sent {}

        /**
         * There was no answer.
         *
         * @param reason a sentence
         */
        record Failed(String reason) implements Sent {}

        /**
         * It is not to be called.
         *
         * @param reason a sentence
         */
        record Refused(String reason) implements Sent {}
    }

    private final WebhookGuard guard;
    private final Duration timeout;
    private final SigningKey key;
    private final LongSupplier wallMillis;
    private final Resolver resolver;
    private final SSLSocketFactory tls;
    private final Semaphore places;

    /** A sender that signs with {@code key}. */
    public WebhookSender(WebhookSettings settings, WebhookGuard guard, SigningKey key, LongSupplier wallMillis) {
        this(settings, guard, key, wallMillis, host -> List.of(InetAddress.getAllByName(host)), (SSLSocketFactory)
                SSLSocketFactory.getDefault());
    }

    WebhookSender(
            WebhookSettings settings,
            WebhookGuard guard,
            SigningKey key,
            LongSupplier wallMillis,
            Resolver resolver,
            SSLSocketFactory tls) {
        this.guard = guard;
        this.timeout = settings.timeout();
        this.key = key;
        this.wallMillis = wallMillis;
        this.resolver = resolver;
        this.tls = tls;
        this.places = new Semaphore(settings.most());
    }

    /** One attempt. The stage completes within the timeout, and never fails. */
    public CompletionStage<Sent> send(CallbackUrl url, WebhookMessage message) {
        Optional<String> obstacle = guard.obstacle(url);
        if (obstacle.isPresent()) {
            return CompletableFuture.completedStage(new Sent.Refused(obstacle.get()));
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.completedStage(
                    new Sent.Failed("this node makes as many calls as it may at the moment (candor.webhooks.most)"));
        }
        Attempt attempt = new Attempt(url, message);
        // A thread of its own: a look-up of a name cannot be interrupted, and holds its place until it ends.
        Thread.ofPlatform().daemon().name("candor-webhook").start(attempt);
        return attempt.sent
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((sent, failure) -> attempt.cut())
                .exceptionally(failure -> new Sent.Failed(why(url, failure)));
    }

    private String why(CallbackUrl url, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? "the callback's host " + url.host() + " did not answer within " + timeout.toMillis()
                        + " ms and was cut off"
                : String.valueOf(cause.getMessage());
    }

    private final class Attempt implements Runnable {
        private final CallbackUrl url;
        private final WebhookMessage message;
        private final CompletableFuture<Sent> sent = new CompletableFuture<>();
        private @Nullable Socket open;
        private boolean cut;

        Attempt(CallbackUrl url, WebhookMessage message) {
            this.url = url;
            this.message = message;
        }

        @Override
        public void run() {
            try {
                sent.complete(exchange());
            } catch (UnknownHostException e) {
                sent.complete(new Sent.Failed("the callback's host " + url.host() + " has no address"));
            } catch (IOException | RuntimeException e) {
                sent.complete(new Sent.Failed("the callback at " + url.authority() + " failed: " + e.getMessage()));
            } finally {
                places.release();
            }
        }

        private Sent exchange() throws IOException {
            List<InetAddress> addresses = resolver.addresses(url.host());
            for (InetAddress each : addresses) {
                Optional<String> obstacle = guard.obstacle(url, each);
                if (obstacle.isPresent()) {
                    return new Sent.Refused(obstacle.get());
                }
            }
            try (Socket plain = connect(addresses)) {
                if (!url.encrypted()) {
                    return exchange(plain);
                }
                try (SSLSocket socket = (SSLSocket) tls.createSocket(plain, url.host(), url.port(), true)) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    socket.setSSLParameters(parameters);
                    socket.startHandshake();
                    return exchange(socket);
                }
            }
        }

        private Socket connect(List<InetAddress> addresses) throws IOException {
            IOException last = new UnknownHostException(url.host());
            for (InetAddress each : addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()))) {
                // No proxy: it would look the name up again.
                Socket socket = new Socket(Proxy.NO_PROXY);
                opened(socket);
                try {
                    socket.setSoTimeout((int) timeout.toMillis());
                    socket.connect(new InetSocketAddress(each, url.port()), (int) timeout.toMillis());
                    return socket;
                } catch (IOException e) {
                    socket.close();
                    last = e;
                }
            }
            throw last;
        }

        private Sent exchange(Socket socket) throws IOException {
            long seconds = TimeUnit.MILLISECONDS.toSeconds(wallMillis.getAsLong());
            String head = String.join(
                    "\r\n",
                    "POST " + url.target() + " HTTP/1.1",
                    "Host: " + url.authority(),
                    "User-Agent: candor",
                    "Content-Type: application/json",
                    "Content-Length: " + message.body().length(),
                    "webhook-id: " + message.id(),
                    "webhook-timestamp: " + seconds,
                    "webhook-signature: " + WebhookSignature.header(key, message, seconds),
                    "candor-key: " + key.publicKey().id().toHex(),
                    "Connection: close",
                    "",
                    "");
            byte[] start = head.getBytes(StandardCharsets.US_ASCII);
            byte[] whole = new byte[start.length + message.body().length()];
            System.arraycopy(start, 0, whole, 0, start.length);
            message.body().copyTo(whole, start.length);
            socket.getOutputStream().write(whole);
            socket.getOutputStream().flush();
            return new Sent.Answered(status(socket.getInputStream()));
        }

        private static int status(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
                line.append((char) c);
            }
            Matcher matcher = STATUS_LINE.matcher(line.toString().stripTrailing());
            if (!matcher.matches()) {
                throw new IOException(
                        line.isEmpty() ? "it closed the connection without an answer" : "its answer is not HTTP/1.1");
            }
            return Integer.parseInt(matcher.group(1));
        }

        private synchronized void opened(Socket socket) throws IOException {
            if (cut) {
                socket.close();
                throw new IOException("it was cut off");
            }
            open = socket;
        }

        /** Closes what is still open, which ends the thread's wait for it. */
        private synchronized void cut() {
            cut = true;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    // It is gone either way, and the thread that reads from it says so.
                    sent.completeExceptionally(e);
                }
            }
        }
    }
}
