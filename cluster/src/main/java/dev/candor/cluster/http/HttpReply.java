package dev.candor.cluster.http;

import dev.candor.actors.value.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer being rendered: a status, headers, a body of UTF-8 and tensors behind it. Each thread has one, which {@link #start} clears, so an answer
 * must be sent before its thread starts the next.
 */
public final class HttpReply {
    /** {@code application/json}. */
    public static final byte[] JSON = Utf8Buffer.ascii("application/json");

    /** {@code application/octet-stream}. */
    public static final byte[] OCTETS = Utf8Buffer.ascii("application/octet-stream");

    private static final FastThreadLocal<HttpReply> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected HttpReply initialValue() {
            return new HttpReply();
        }
    };

    private static final byte[][] STATUS_LINES = new byte[600][];
    private static final byte[] CONTENT_TYPE = Utf8Buffer.ascii("Content-Type: ");
    private static final byte[] CONTENT_LENGTH = Utf8Buffer.ascii("Content-Length: ");
    private static final byte[] CONTENT_ENCODING = Utf8Buffer.ascii("Content-Encoding: ");
    private static final byte[] VARY = Utf8Buffer.ascii("\r\nVary: Accept-Encoding\r\n");
    private static final byte[] CLOSE = Utf8Buffer.ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = Utf8Buffer.ascii("Connection: keep-alive\r\n");
    private static final byte[] CHUNKED = Utf8Buffer.ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] LINE_END = Utf8Buffer.ascii("\r\n");

    static {
        for (int status = 100; status < STATUS_LINES.length; status++) {
            HttpResponseStatus known = HttpResponseStatus.valueOf(status);
            STATUS_LINES[status] = Utf8Buffer.ascii("HTTP/1.1 " + status + " " + known.reasonPhrase() + "\r\n");
        }
    }

    private final Utf8Buffer headers = new Utf8Buffer();
    private final Utf8Buffer body = new Utf8Buffer();
    private final Utf8Buffer head = new Utf8Buffer();
    private final List<Bytes> tail = new ArrayList<>();
    private long tailBytes;
    private int status;
    private byte[] contentType = JSON;

    private HttpReply() {}

    /** How a connection goes on after an answer. */
    enum Fate {
        /** HTTP/1.1's default: nothing needs to be said. */
        STAYS,
        /** An HTTP/1.0 client asked to stay. */
        STAYS_AS_ASKED,
        CLOSES
    }

    /** This thread's answer, cleared, with JSON as its content type. */
    public static HttpReply start(int status) {
        HttpReply reply = OF_THREAD.get();
        reply.status = status;
        reply.contentType = JSON;
        reply.headers.clear();
        reply.body.clear();
        reply.tail.clear();
        reply.tailBytes = 0;
        return reply;
    }

    /** Starts over with another status: what was rendered is gone. */
    public HttpReply restart(int other) {
        return start(other);
    }

    /** Replaces the content type. */
    public HttpReply contentType(byte[] ascii) {
        contentType = ascii;
        return this;
    }

    /** Adds a header. */
    public HttpReply header(byte[] name, String value) {
        beginHeader(name).printable(value);
        endHeader();
        return this;
    }

    /** Adds a header. */
    public HttpReply header(byte[] name, long value) {
        beginHeader(name).decimal(value);
        endHeader();
        return this;
    }

    /** Begins a header, whose value is to be written into the result and ended by {@link #endHeader}. */
    public Utf8Buffer beginHeader(byte[] name) {
        return headers.raw(name).character(':').character(' ');
    }

    /** Ends the line of a header. */
    public void endHeader() {
        headers.raw(LINE_END);
    }

    /** Where the body goes. */
    public Utf8Buffer body() {
        return body;
    }

    /** Puts bytes behind the body, without a copy for now. */
    public void append(Bytes bytes) {
        tail.add(bytes);
        tailBytes += bytes.length();
    }

    int status() {
        return status;
    }

    /** The whole answer in one buffer, which the caller owns. */
    ByteBuf encode(ByteBufAllocator allocator, Fate fate, boolean withBody, ContentCoding coding, int compressFrom) {
        long plain = body.length() + tailBytes;
        if (plain > HttpSettings.LARGEST_BODY - (1 << 20)) {
            throw new IllegalStateException("an answer of " + plain + " bytes");
        }
        byte[] compressed = coding == ContentCoding.IDENTITY || plain < Math.max(1, compressFrom)
                ? null
                : coding.encode(whole((int) plain));
        long size = compressed == null ? plain : compressed.length;
        head.clear().raw(STATUS_LINES[status]).raw(HttpDate.line());
        if (plain > 0) {
            head.raw(CONTENT_TYPE).raw(contentType).raw(LINE_END);
        }
        if (compressed != null) {
            head.raw(CONTENT_ENCODING).printable(coding.token()).raw(VARY);
        }
        head.raw(CONTENT_LENGTH).decimal(size).raw(LINE_END);
        switch (fate) {
            case STAYS -> {}
            case STAYS_AS_ASKED -> head.raw(KEEP_ALIVE);
            case CLOSES -> head.raw(CLOSE);
        }
        ByteBuf out =
                allocator.ioBuffer((int) (head.length() + headers.length() + LINE_END.length + (withBody ? size : 0)));
        head.copyTo(out);
        headers.copyTo(out);
        out.writeBytes(LINE_END);
        if (withBody && compressed != null) {
            out.writeBytes(compressed);
        } else if (withBody) {
            body.copyTo(out);
            for (Bytes bytes : tail) {
                bytes.copyTo(out.internalNioBuffer(out.writerIndex(), bytes.length()));
                out.writerIndex(out.writerIndex() + bytes.length());
            }
        }
        tail.clear();
        return out;
    }

    /** Status and headers of an answer whose body comes in chunks. */
    ByteBuf encodeHead(ByteBufAllocator allocator, Fate fate) {
        head.clear().raw(STATUS_LINES[status]).raw(HttpDate.line());
        head.raw(CONTENT_TYPE).raw(contentType).raw(LINE_END).raw(CHUNKED);
        switch (fate) {
            case STAYS -> {}
            case STAYS_AS_ASKED -> head.raw(KEEP_ALIVE);
            case CLOSES -> head.raw(CLOSE);
        }
        ByteBuf out = allocator.ioBuffer(head.length() + headers.length() + LINE_END.length);
        head.copyTo(out);
        headers.copyTo(out);
        out.writeBytes(LINE_END);
        tail.clear();
        return out;
    }

    private byte[] whole(int size) {
        byte[] whole = new byte[size];
        int at = body.length();
        System.arraycopy(body.toArray(), 0, whole, 0, at);
        for (Bytes bytes : tail) {
            bytes.copyTo(whole, at);
            at += bytes.length();
        }
        return whole;
    }
}
