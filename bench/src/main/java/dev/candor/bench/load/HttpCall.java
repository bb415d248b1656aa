package dev.candor.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A request as it goes over the wire, head and body. Thread-safe. */
public final class HttpCall implements PreparedCall {
    private final ByteBuf wire;
    private final AnswerCheck check;

    private HttpCall(ByteBuf wire, AnswerCheck check) {
        this.wire = wire;
        this.check = check;
    }

    /**
     * A POST over a connection that stays open.
     *
     * @param path of the URI, query included
     * @param headers besides Host and Content-Length
     */
    public static HttpCall post(String path, Map<String, String> headers, ByteBuffer body, AnswerCheck check) {
        StringBuilder head = new StringBuilder(256)
                .append("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ")
                .append(body.remaining())
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf wire = Unpooled.directBuffer(start.length + body.remaining());
        wire.writeBytes(start).writeBytes(body.duplicate());
        return new HttpCall(Unpooled.unreleasableBuffer(wire.asReadOnly()), check);
    }

    /** All bytes, for one write. */
    ByteBuf wire() {
        return wire.duplicate();
    }

    @Override
    public AnswerCheck check() {
        return check;
    }

    @Override
    public int size() {
        return wire.readableBytes();
    }
}
