package dev.candor.cluster.http;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes its requests one after the other, so that answers leave in the order of the requests. Requests that come early wait; the
 * socket is then not read until they are served, nor while answers pile up. Runs on the connection's thread.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    /** How much of a refused body is read and dropped before the connection is cut. */
    private static final long LINGER_BYTES = 4 << 20;

    private enum State {
        /** Waits for a request. */
        IDLE,
        /** A body arrives. */
        BODY,
        /** The body of a refused request arrives, and the answer waits for its end. */
        DISCARD,
        /** The request is served. */
        SERVING,
        /** The last answer is sent; what still comes is dropped, so that the client reads the answer before it sees the end. */
        LINGER
    }

    private final HttpServer.Context server;
    private final StrictRequestDecoder decoder;
    private final Channel channel;
    private final Patience patience;
    private final ConnectionOutput output;
    private final ArrayDeque<HttpObject> early = new ArrayDeque<>(0);
    private State state = State.IDLE;
    private @Nullable HttpExchange exchange;
    private @Nullable IncomingBody body;
    private @Nullable Refusal held;
    private @Nullable HttpStream stream;
    private long dropped;
    private boolean draining;
    private boolean reading;
    private boolean looping;
    private boolean paused;
    private volatile boolean last;
    private @Nullable Future<?> ticks;

    HttpConnection(HttpServer.Context server, StrictRequestDecoder decoder, Channel channel) {
        this.server = server;
        this.decoder = decoder;
        this.channel = channel;
        this.patience = new Patience(server.settings());
        this.output = new ConnectionOutput(channel);
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    HttpSettings settings() {
        return server.settings();
    }

    /** Whether an answer rendered now is the connection's last. */
    boolean closesAfterwards() {
        return last || server.isStopping();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        long tick = server.tickNanos();
        ticks = loop().scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (ticks != null) {
            ticks.cancel(false);
        }
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        HttpExchange open = exchange;
        exchange = null;
        state = State.LINGER;
        endStream();
        if (open != null) {
            open.leave();
            endBody("the client went away before its body was complete");
            HttpCall call = open.call();
            if (call != null && !open.isComplete()) {
                call.cancel();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
            LOG.debug("connection of {} broke: {}", channel.remoteAddress(), cause.toString());
        } else {
            LOG.error("connection of {} fails", channel.remoteAddress(), cause);
        }
        output.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        patience.progress();
        HttpObject object = (HttpObject) message;
        if (state == State.LINGER) {
            output.drop(object, LINGER_BYTES);
        } else if (!early.isEmpty() || mustWait()) {
            early.add(object);
            updateReading();
        } else {
            process(object);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            HttpExchange open = exchange;
            HttpCall call = open == null ? null : open.call();
            if (call != null) {
                call.writable();
            }
            serveEarly();
        }
    }

    private boolean mustWait() {
        return state == State.SERVING || (state == State.IDLE && !channel.isWritable());
    }

    private void serveEarly() {
        if (looping) {
            return;
        }
        looping = true;
        while (!early.isEmpty() && !mustWait()) {
            HttpObject next = early.remove();
            if (state == State.LINGER) {
                output.drop(next, LINGER_BYTES);
            } else {
                process(next);
            }
        }
        looping = false;
        updateReading();
    }

    private void updateReading() {
        boolean wanted = early.isEmpty() && !paused;
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private void process(HttpObject object) {
        try {
            if (object.decoderResult().isFailure()) {
                refuseUnreadable(object.decoderResult().cause());
            } else if (object instanceof HttpRequest head) {
                begin(head);
            } else if (object instanceof HttpContent content) {
                receive(content.content());
                if (content instanceof LastHttpContent) {
                    complete();
                }
            }
        } finally {
            ReferenceCountUtil.release(object);
        }
    }

    private void begin(HttpRequest head) {
        decoder.headDone();
        patience.begin();
        HttpExchange opened = new HttpExchange(this, head);
        exchange = opened;
        state = State.BODY;
        dropped = 0;
        try {
            open(opened);
        } catch (RefusedException e) {
            refuseHead(opened, e.refusal());
        } catch (RuntimeException e) {
            LOG.error("{} {} fails", head.method(), head.uri(), e);
            refuseHead(opened, defect());
        }
    }

    private void open(HttpExchange opened) {
        if (opened.hasOtherExpectation()) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "the only Expect that is served is 100-continue");
        }
        HttpCall call = server.application().open(opened);
        opened.opened(call);
        BodyPlan plan = call.plan();
        IncomingBody incoming = IncomingBody.of(plan, opened.announcedLength(), settings(), server.budget());
        body = incoming;
        opened.receives(incoming.buffered());
        if (plan instanceof BodyPlan.Streamed(BodyStream stream, long _)) {
            stream.onResume(() -> loop().execute(this::resume));
            call.run();
        }
        if (exchange == opened && opened.expectsContinue()) {
            output.sendContinue();
        }
    }

    private void resume() {
        paused = false;
        updateReading();
    }

    private void receive(ByteBuf content) {
        HttpExchange current = exchange;
        if (state == State.BODY && body != null && current != null) {
            try {
                if (!body.receive(content)) {
                    paused = true;
                    updateReading();
                }
            } catch (RefusedException e) {
                refuseMidway(current, e.refusal());
            }
        } else if (state == State.DISCARD && held != null && current != null) {
            dropped += content.readableBytes();
            if (dropped > LINGER_BYTES) {
                sendRefusal(current, held, true);
            }
        }
    }

    private void complete() {
        HttpExchange current = exchange;
        HttpCall call = current == null ? null : current.call();
        if (current != null && state == State.DISCARD && held != null) {
            sendRefusal(current, held, false);
        } else if (current != null && state == State.BODY && body != null && call != null) {
            state = State.SERVING;
            paused = false;
            body.end();
            if (!body.isStreamed()) {
                run(current, call);
            }
        }
    }

    private void run(HttpExchange current, HttpCall call) {
        try {
            call.run();
        } catch (RefusedException e) {
            sendRefusal(current, e.refusal(), false);
        } catch (RuntimeException e) {
            LOG.error("{} {} fails", current.method(), current.target(), e);
            if (!current.isAnswered()) {
                sendRefusal(current, defect(), false);
            }
        }
    }

    private static Refusal defect() {
        return Refusal.of(ErrorCode.INTERNAL, "a defect of the node kept it from answering; its log has the details");
    }

    /** The head is refused: its body, if it may be small, is read and dropped, and the connection stays. */
    private void refuseHead(HttpExchange opened, Refusal refusal) {
        endBody(refusal.sentence());
        if (opened.isAnswered()) {
            return;
        }
        if (opened.expectsContinue() || opened.announcedLength() > LINGER_BYTES) {
            sendRefusal(opened, refusal, true);
        } else {
            held = refusal;
            state = State.DISCARD;
        }
    }

    private void refuseMidway(HttpExchange current, Refusal refusal) {
        // First the answer: a reader whose stream broke off would otherwise race to report that as its own failure.
        if (!current.isAnswered()) {
            sendRefusal(current, refusal, true);
        }
        endBody(refusal.sentence());
    }

    private void refuseUnreadable(Throwable cause) {
        String sentence = decoder.explain(cause);
        Refusal refusal = Refusal.of(ErrorCode.INVALID_REQUEST, sentence);
        HttpExchange current = exchange;
        if (current != null) {
            refuseMidway(current, refusal);
            return;
        }
        HttpReply reply = HttpReply.start(refusal.code().httpStatus());
        server.application().refuse(refusal, reply, null);
        server.application().refusedUnopened(reply.status());
        finish(reply.encode(allocator(), HttpReply.Fate.CLOSES, true, ContentCoding.IDENTITY, 0), true);
    }

    private void sendRefusal(HttpExchange current, Refusal refusal, boolean cut) {
        last |= cut;
        HttpReply reply = HttpReply.start(refusal.code().httpStatus());
        server.application().refuse(refusal, reply, current);
        if (current.call() == null) {
            server.application().refusedUnopened(reply.status());
        }
        current.send(reply);
    }

    /** Sends an encoded answer, unless its client has gone. */
    void answer(HttpExchange of, ByteBuf out, int status, boolean close) {
        if (of != exchange) {
            out.release();
            return;
        }
        HttpCall call = of.call();
        if (call != null) {
            call.answered(status);
        }
        boolean unread = state == State.BODY;
        endBody("the request was answered before its body was complete");
        exchange = null;
        finish(out, close || unread);
    }

    /** Begins an answer that comes piece by piece, unless its client has gone. */
    void beginStream(HttpExchange of, HttpStream begun, ByteBuf head, int status) {
        if (of != exchange) {
            head.release();
            begun.leave();
            return;
        }
        HttpCall call = of.call();
        if (call != null) {
            call.answered(status);
        }
        endBody("the request was answered before its body was complete");
        stream = begun;
        streamed(of, head, false);
        if (draining) {
            begun.end();
        }
    }

    /** Sends a piece; who does not read what came before is cut off, if {@code cuts}. */
    void streamed(HttpExchange of, ByteBuf piece, boolean cuts) {
        if (of != exchange || stream == null) {
            piece.release();
            return;
        }
        if (cuts && !channel.isWritable()) {
            piece.release();
            LOG.info("{} does not read what it asked for, and is cut off", channel.remoteAddress());
            output.close();
            return;
        }
        patience.progress();
        output.send(piece);
        output.flush();
    }

    /** Ends an answer that came piece by piece. */
    void endStream(HttpExchange of, ByteBuf end, boolean close) {
        if (of != exchange) {
            end.release();
            return;
        }
        stream = null;
        exchange = null;
        finish(end, close);
    }

    /** Whether the client keeps up with what is streamed to it. */
    boolean isWritable() {
        return channel.isWritable();
    }

    private void endStream() {
        HttpStream open = stream;
        stream = null;
        if (open != null) {
            open.leave();
        }
    }

    /** The connection stops speaking HTTP; what the decoder has beyond the request goes to the frames' decoder. */
    void upgrade(HttpExchange of, byte[] accepted, Function<WebSocketPeer, WebSocketListener> application) {
        if (of != exchange || !early.isEmpty()) {
            output.close();
            return;
        }
        HttpCall call = of.call();
        if (call != null) {
            call.answered(HttpResponseStatus.SWITCHING_PROTOCOLS.code());
        }
        endBody("the connection became a WebSocket");
        exchange = null;
        state = State.LINGER;
        if (ticks != null) {
            ticks.cancel(false);
        }
        updateReading();
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(accepted));
        WebSocketConnection.install(channel, settings().idleTimeout(), application, server::slowReader);
        channel.pipeline().remove(this);
        channel.pipeline().remove(decoder);
    }

    private void finish(ByteBuf out, boolean close) {
        boolean clean = state == State.SERVING;
        boolean leaves = draining && early.isEmpty() && !decoder.receiving();
        held = null;
        decoder.headDone();
        patience.progress();
        if (close || leaves) {
            state = State.LINGER;
            patience.begin();
            updateReading();
            output.sendLast(out, clean);
            return;
        }
        state = State.IDLE;
        output.send(out);
        if (!reading) {
            output.flush();
        }
        if (!early.isEmpty()) {
            serveEarly();
        }
    }

    private void endBody(String why) {
        if (body != null) {
            body.over(why);
            body = null;
            paused = false;
        }
    }

    /** The server stops: an idle connection closes now, another one after its answer. */
    void drain() {
        draining = true;
        if (stream != null) {
            stream.end();
        }
        if (state == State.IDLE && early.isEmpty()) {
            output.closeAfterWrites();
        }
    }

    private void tick() {
        switch (patience.judge(System.nanoTime(), waitsFor(), output.pending())) {
            case FINE -> {}
            case CLOSE -> output.close();
            case BODY_LATE -> {
                HttpExchange current = exchange;
                if (current != null) {
                    refuseMidway(
                            current,
                            Refusal.of(
                                    ErrorCode.INVALID_REQUEST,
                                    "the body did not arrive in time; send it faster or in smaller requests"));
                }
            }
        }
    }

    private Patience.Wait waitsFor() {
        return switch (state) {
            case IDLE -> decoder.receiving() ? Patience.Wait.HEAD : Patience.Wait.REQUEST;
            case BODY -> {
                if (paused) {
                    yield Patience.Wait.ANSWER;
                }
                yield body != null && body.isStreamed() ? Patience.Wait.STREAM : Patience.Wait.BODY;
            }
            case DISCARD -> Patience.Wait.BODY;
            case SERVING -> Patience.Wait.ANSWER;
            case LINGER -> Patience.Wait.END;
        };
    }
}
