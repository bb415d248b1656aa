package dev.candor.cluster.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that has become a WebSocket: whole text messages in and out, pings to a client that says nothing, and an end, with a name, for one that does not
 * read. Runs on the connection's thread.
 */
final class WebSocketConnection extends SimpleChannelInboundHandler<WebSocketFrame> implements WebSocketPeer {
    /** Bytes of a message, in one frame or several. */
    static final int MAX_MESSAGE = 1 << 20;

    /** Bytes that wait for a client to read them; one more message and the client is a slow reader. */
    static final int MAX_PENDING = 4 << 20;

    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int UNSUPPORTED = 1003;
    static final int NOT_UTF_8 = 1007;
    static final int POLICY = 1008;
    static final int TOO_BIG = 1009;
    static final int INTERNAL = 1011;

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);
    private static final int MOST_REASON = 123;
    /** How long a client has to answer the end with its own. */
    private static final int FAREWELL_SECONDS = 5;

    private final Channel channel;
    private final long idleNanos;
    private final Function<WebSocketPeer, WebSocketListener> application;
    private final Runnable onSlowReader;
    private @Nullable WebSocketListener listener;
    private @Nullable Future<?> ticks;
    private long heard = System.nanoTime();
    private long moved = heard;
    private long pending;
    private boolean pinged;
    private boolean paused;
    private boolean closing;
    private boolean over;

    /** Puts what a WebSocket needs behind everything that is in a channel's pipeline. */
    static void install(
            Channel channel,
            Duration idleTimeout,
            Function<WebSocketPeer, WebSocketListener> application,
            Runnable onSlowReader) {
        WebSocketDecoderConfig frames = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(true)
                .maxFramePayloadLength(MAX_MESSAGE)
                .withUTF8Validator(false)
                .build();
        channel.pipeline()
                .addLast(
                        new WebSocket13FrameEncoder(false),
                        new WebSocket13FrameDecoder(frames),
                        new WebSocketFrameAggregator(MAX_MESSAGE),
                        new WebSocketConnection(channel, idleTimeout, application, onSlowReader));
    }

    private WebSocketConnection(
            Channel channel,
            Duration idleTimeout,
            Function<WebSocketPeer, WebSocketListener> application,
            Runnable onSlowReader) {
        this.channel = channel;
        this.onSlowReader = onSlowReader;
        this.idleNanos = idleTimeout.toNanos();
        this.application = application;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        listener = application.apply(this);
        long tick = Math.clamp(idleNanos / 4, TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.SECONDS.toNanos(1));
        ticks = channel.eventLoop().scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        heard = System.nanoTime();
        pinged = false;
        switch (frame) {
            case TextWebSocketFrame text -> text(text);
            case PingWebSocketFrame ping -> {
                if (!closing && channel.isWritable()) {
                    var _ = channel.writeAndFlush(
                            new PongWebSocketFrame(ping.content().retain()));
                }
            }
            case PongWebSocketFrame pong -> {}
            case CloseWebSocketFrame close -> farewell();
            default -> close(UNSUPPORTED, "messages here are text");
        }
    }

    private void text(TextWebSocketFrame frame) {
        WebSocketListener to = listener;
        if (closing || to == null) {
            return;
        }
        byte[] bytes = new byte[frame.content().readableBytes()];
        frame.content().getBytes(frame.content().readerIndex(), bytes);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            close(NOT_UTF_8, "this message is not UTF-8");
            return;
        }
        try {
            to.message(bytes);
        } catch (RuntimeException e) {
            LOG.error("a message of {} fails", channel.remoteAddress(), e);
            close(INTERNAL, "INTERNAL: a defect of the node; its log has the details");
        }
    }

    /** The client ends it: it hears so, once. */
    private void farewell() {
        if (closing) {
            var _ = channel.close();
            return;
        }
        closing = true;
        channel.writeAndFlush(new CloseWebSocketFrame(NORMAL, "")).addListener(ChannelFutureListener.CLOSE);
        forceLater();
    }

    @Override
    public void send(byte[] utf8) {
        onThread(() -> {
            if (closing || over) {
                return;
            }
            if (waiting() + utf8.length > MAX_PENDING) {
                slow();
                return;
            }
            if (waiting() == 0) {
                moved = System.nanoTime();
            }
            var _ = channel.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(utf8)));
        });
    }

    @Override
    public void pause() {
        paused = true;
        updateReading();
    }

    @Override
    public void resume() {
        paused = false;
        updateReading();
    }

    /** What the client asks is not read while it does not read what it was told. */
    private void updateReading() {
        boolean wanted = closing || (!paused && channel.isWritable());
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        updateReading();
    }

    @Override
    public void close(int code, String reason) {
        onThread(() -> {
            if (closing || over) {
                return;
            }
            closing = true;
            LOG.debug("closes the WebSocket of {}: {} {}", channel.remoteAddress(), code, reason);
            String shown = reason.substring(0, Math.min(MOST_REASON, reason.length()));
            var _ = channel.writeAndFlush(new CloseWebSocketFrame(code, shown));
            updateReading();
            forceLater();
        });
    }

    /** Whoever does not answer the end within a while has no connection any more. */
    private void forceLater() {
        var _ = channel.eventLoop()
                .schedule(
                        () -> {
                            var _ = channel.close();
                        },
                        FAREWELL_SECONDS,
                        TimeUnit.SECONDS);
    }

    private void slow() {
        LOG.info("closes the WebSocket of {} as SLOW_READER: {} bytes wait", channel.remoteAddress(), waiting());
        onSlowReader.run();
        close(POLICY, "SLOW_READER: you do not read what you asked for; read faster or subscribe to less");
    }

    @Override
    public Executor thread() {
        return channel.eventLoop();
    }

    private void onThread(Runnable step) {
        if (channel.eventLoop().inEventLoop()) {
            step.run();
            return;
        }
        try {
            channel.eventLoop().execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("a WebSocket's message came after the server stopped");
        }
    }

    /** Bytes that wait to be written, less what the socket has taken of them. */
    private long waiting() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
    }

    private void tick() {
        long now = System.nanoTime();
        long waits = waiting();
        if (waits == 0 || waits != pending) {
            moved = now;
        }
        pending = waits;
        if (closing) {
            return;
        }
        if (waits > 0 && now - moved > idleNanos) {
            slow();
        } else if (waits == 0 && !paused && now - heard > idleNanos) {
            close(GOING_AWAY, "IDLE: nothing came, not even an answer to a ping");
        } else if (waits == 0 && !pinged && now - heard > idleNanos / 2) {
            pinged = true;
            var _ = channel.writeAndFlush(new PingWebSocketFrame());
        }
    }

    /** The server stops. */
    void drain() {
        close(GOING_AWAY, "the node stops");
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        if (ticks != null) {
            ticks.cancel(false);
        }
        if (listener != null) {
            listener.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case TooLongFrameException tooLong -> close(TOO_BIG, "a message has at most " + MAX_MESSAGE + " bytes");
            case CorruptedWebSocketFrameException corrupted -> {
                // The decoder has told the client by its code, and closes.
                closing = true;
                forceLater();
            }
            case IOException broken -> {
                LOG.debug("the WebSocket of {} broke: {}", channel.remoteAddress(), cause.toString());
                var _ = channel.close();
            }
            default -> {
                LOG.error("the WebSocket of {} fails", channel.remoteAddress(), cause);
                var _ = channel.close();
            }
        }
    }
}
