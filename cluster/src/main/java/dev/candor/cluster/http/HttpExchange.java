package dev.candor.cluster.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request and the way to answer it, exactly once. Reading is for the connection's thread, or for whom that thread has handed the exchange. */
public final class HttpExchange implements HeaderSource {
    private static final AtomicIntegerFieldUpdater<HttpExchange> ANSWERED =
            AtomicIntegerFieldUpdater.newUpdater(HttpExchange.class, "answered");

    private static final byte[] ALLOW = Utf8Buffer.ascii("Allow");

    private final HttpConnection connection;
    private final HttpRequest head;
    private final boolean keepAlive;
    private @Nullable BufferedBody body;
    private @Nullable HttpCall call;
    private @Nullable String allow;
    private volatile int answered;
    private volatile boolean gone;
    private volatile boolean streaming;

    HttpExchange(HttpConnection connection, HttpRequest head) {
        this.connection = connection;
        this.head = head;
        this.keepAlive = HttpUtil.isKeepAlive(head);
    }

    /** The method. */
    public HttpMethod method() {
        return head.method();
    }

    /** The target as sent: a path, possibly with a query. */
    public String target() {
        return head.uri();
    }

    /** The first header of this name, or null. */
    public @Nullable String header(CharSequence name) {
        return head.headers().get(name);
    }

    @Override
    public @Nullable String first(String name) {
        return head.headers().get(name);
    }

    /** The body's array, once a {@link BodyPlan.Buffered} one is there; the reader owns it, and its first {@link #bodyLength} bytes count. */
    public byte[] body() {
        if (body == null) {
            throw new IllegalStateException("no body was asked for");
        }
        return body.bytes();
    }

    /** The number of bytes of the body. */
    public int bodyLength() {
        return body == null ? 0 : body.length();
    }

    /** Whether the client went away: nobody will read an answer. */
    public boolean isGone() {
        return gone;
    }

    /** Whether an answer was sent. */
    public boolean isAnswered() {
        return answered != 0;
    }

    /** The version of HTTP that the client speaks. */
    HttpVersion version() {
        return head.protocolVersion();
    }

    /**
     * Makes a WebSocket of the connection, in place of an answer; on the connection's thread.
     *
     * @param application is given the other end, and hears what it says
     * @throws dev.candor.actors.inference.RefusedException where the request does not ask for one
     */
    public void upgrade(Function<WebSocketPeer, WebSocketListener> application) {
        byte[] accepted = WebSocketHandshake.accept(this);
        if (!ANSWERED.compareAndSet(this, 0, 1)) {
            throw new IllegalStateException("this request has its answer");
        }
        if (!gone) {
            connection.upgrade(this, accepted, application);
        }
    }

    /** Whether all of an answer was sent. */
    boolean isComplete() {
        return answered != 0 && !streaming;
    }

    /** Whether an answer can be sent to this client in chunks: HTTP/1.0 knows none, and reads to the end of the connection. */
    public boolean canStream() {
        return version().equals(HttpVersion.HTTP_1_1);
    }

    /** The connection's thread. */
    public Executor thread() {
        return connection.loop();
    }

    /** Names the methods of the resource, for the answer that refuses another. */
    public void allow(String methods) {
        allow = methods;
    }

    /**
     * Sends the answer, from any thread.
     *
     * @throws IllegalStateException where one was sent already
     */
    public void send(HttpReply reply) {
        if (!ANSWERED.compareAndSet(this, 0, 1)) {
            throw new IllegalStateException("this request has its answer");
        }
        if (gone) {
            return;
        }
        if (allow != null) {
            reply.header(ALLOW, allow);
        }
        boolean close = !keepAlive || connection.closesAfterwards();
        HttpReply.Fate fate = close
                ? HttpReply.Fate.CLOSES
                : head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        ? HttpReply.Fate.STAYS
                        : HttpReply.Fate.STAYS_AS_ASKED;
        ByteBuf out = reply.encode(
                connection.allocator(),
                fate,
                !head.method().equals(HttpMethod.HEAD),
                ContentCoding.ofAnswer(header(HttpHeaderNames.ACCEPT_ENCODING)),
                connection.settings().compressFrom());
        int status = reply.status();
        EventLoop loop = connection.loop();
        if (loop.inEventLoop()) {
            connection.answer(this, out, status, close);
            return;
        }
        try {
            loop.execute(() -> connection.answer(this, out, status, close));
        } catch (RejectedExecutionException e) {
            // The server has stopped for good, and the connection with it.
            out.release();
        }
    }

    /**
     * Begins an answer that is sent piece by piece, from any thread.
     *
     * @param reply status, headers and content type; it has no body
     * @param onEnd run once, on the connection's thread, when the stream ended from whichever side
     * @throws IllegalStateException where an answer was sent already
     */
    public HttpStream stream(HttpReply reply, Runnable onEnd) {
        if (!ANSWERED.compareAndSet(this, 0, 1)) {
            throw new IllegalStateException("this request has its answer");
        }
        streaming = true;
        boolean chunked = canStream();
        boolean close = !keepAlive || !chunked || connection.closesAfterwards();
        HttpStream stream = new HttpStream(connection, this, chunked, close, onEnd);
        ByteBuf out = reply.encodeHead(connection.allocator(), close, chunked);
        int status = reply.status();
        EventLoop loop = connection.loop();
        try {
            if (loop.inEventLoop()) {
                connection.beginStream(this, stream, out, status);
            } else {
                loop.execute(() -> connection.beginStream(this, stream, out, status));
            }
        } catch (RejectedExecutionException e) {
            // The server has stopped for good, and the connection with it.
            out.release();
            stream.leave();
        }
        return stream;
    }

    void streamEnded() {
        streaming = false;
    }

    void opened(HttpCall opened) {
        call = opened;
    }

    void receives(@Nullable BufferedBody into) {
        body = into;
    }

    @Nullable
    HttpCall call() {
        return call;
    }

    void leave() {
        gone = true;
    }

    boolean expectsContinue() {
        String expect = header(HttpHeaderNames.EXPECT);
        return expect != null
                && HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)
                && head.protocolVersion().equals(HttpVersion.HTTP_1_1);
    }

    boolean hasOtherExpectation() {
        String expect = header(HttpHeaderNames.EXPECT);
        return expect != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect);
    }

    /** The announced length, -1 for chunks, 0 where neither is given. */
    long announcedLength() {
        return HttpUtil.isTransferEncodingChunked(head) ? -1 : HttpUtil.getContentLength(head, 0L);
    }
}
