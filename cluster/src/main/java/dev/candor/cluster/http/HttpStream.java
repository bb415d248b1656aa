package dev.candor.cluster.http;

import dev.candor.actors.value.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer whose length nobody knows when it begins: in chunks, or to the end of the connection for a client of HTTP/1.0. Thread-safe: what is sent from
 * several threads leaves in some order, each piece whole. What waits for a client is bounded: by cutting it off, or by a sender that waits for it.
 */
public final class HttpStream {
    private static final byte[] LINE_END = Utf8Buffer.ascii("\r\n");
    private static final byte[] LAST_CHUNK = Utf8Buffer.ascii("0\r\n\r\n");

    private final HttpConnection connection;
    private final HttpExchange exchange;
    private final boolean chunked;
    private final boolean closes;
    private final Runnable onEnd;
    private boolean over;
    private long beatsLeft;
    private @Nullable Future<?> beats;

    /**
     * A stream.
     *
     * @param closes whether the connection ends with it
     * @param onEnd run once on the connection's thread, when the stream ended from whichever side
     */
    HttpStream(HttpConnection connection, HttpExchange exchange, boolean chunked, boolean closes, Runnable onEnd) {
        this.connection = connection;
        this.exchange = exchange;
        this.chunked = chunked;
        this.closes = closes;
        this.onEnd = onEnd;
    }

    /** Whether the client keeps up; else {@link HttpCall#writable} tells when it has caught up. On the connection's thread. */
    public boolean isWritable() {
        return connection.isWritable();
    }

    /** Sends a piece, and cuts a client off that has not read what came before; one that comes after the end is dropped. */
    public void send(Bytes piece) {
        onLoop(() -> write(piece, true));
    }

    /** As {@link #send}, but holds for the client what it does not read: for whom looks at {@link #isWritable} before, and so holds little. */
    public void hold(Bytes piece) {
        onLoop(() -> write(piece, false));
    }

    /** Sends a piece again and again, so that both sides see whether the other is there, and ends the answer after {@code longest}. */
    public void beat(Bytes piece, Duration every, Duration longest) {
        EventLoop loop = connection.loop();
        onLoop(() -> {
            if (!over && beats == null) {
                beatsLeft = longest.dividedBy(every);
                beats = loop.scheduleWithFixedDelay(
                        () -> beat(piece), every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
            }
        });
    }

    private void beat(Bytes piece) {
        if (beatsLeft-- > 0) {
            write(piece, true);
        } else {
            end();
        }
    }

    /** Ends the answer. */
    public void end() {
        onLoop(() -> {
            if (!over) {
                leave();
                exchange.streamEnded();
                ByteBuf last = connection.allocator().ioBuffer(LAST_CHUNK.length);
                if (chunked) {
                    last.writeBytes(LAST_CHUNK);
                }
                connection.endStream(exchange, last, closes);
            }
        });
    }

    private void onLoop(Runnable step) {
        EventLoop loop = connection.loop();
        if (loop.inEventLoop()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            // The server has stopped for good, and the connection with it.
            over = true;
        }
    }

    private void write(Bytes piece, boolean cuts) {
        if (over || piece.length() == 0) {
            return;
        }
        ByteBufAllocator allocator = connection.allocator();
        ByteBuf out = allocator.ioBuffer(piece.length() + 16);
        if (chunked) {
            out.writeCharSequence(Integer.toHexString(piece.length()), StandardCharsets.US_ASCII);
            out.writeBytes(LINE_END);
        }
        out.writeBytes(piece.toArray());
        if (chunked) {
            out.writeBytes(LINE_END);
        }
        connection.streamed(exchange, out, cuts);
    }

    /** The connection is gone, or the stream is: nothing more is sent. On the connection's thread. */
    void leave() {
        if (over) {
            return;
        }
        over = true;
        if (beats != null) {
            beats.cancel(false);
        }
        onEnd.run();
    }
}
