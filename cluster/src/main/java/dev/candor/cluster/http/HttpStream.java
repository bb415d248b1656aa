package dev.candor.cluster.http;

import io.netty.buffer.ByteBuf;

/** The body of an answer in pieces (chunks of HTTP/1.1). All methods are for the connection's thread; what is pushed behind the end, or to a client that has gone, is dropped. */
public final class HttpStream {
    private static final byte[] LINE_END = Utf8Buffer.ascii("\r\n");
    private static final byte[] LAST = Utf8Buffer.ascii("0\r\n\r\n");

    private final HttpExchange exchange;
    private final HttpConnection connection;
    private final boolean close;
    private boolean ended;

    HttpStream(HttpExchange exchange, HttpConnection connection, boolean close) {
        this.exchange = exchange;
        this.connection = connection;
        this.close = close;
    }

    /** Whether the client keeps up; else {@link HttpCall#writable} tells when it has caught up. */
    public boolean isWritable() {
        return connection.isWritable();
    }

    /** Sends a piece at once; an empty one is nothing. */
    public void push(byte[] piece) {
        if (ended || piece.length == 0) {
            return;
        }
        byte[] size = Utf8Buffer.ascii(Integer.toHexString(piece.length));
        ByteBuf out = connection.allocator().ioBuffer(size.length + piece.length + 2 * LINE_END.length);
        out.writeBytes(size).writeBytes(LINE_END).writeBytes(piece).writeBytes(LINE_END);
        connection.streamGoesOn(exchange, out);
    }

    /** Ends the answer. */
    public void end() {
        if (!ended) {
            ended = true;
            exchange.streamEnded();
            connection.streamEnds(exchange, connection.allocator().ioBuffer(LAST.length).writeBytes(LAST), close);
        }
    }
}
