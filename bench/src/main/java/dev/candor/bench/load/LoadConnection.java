package dev.candor.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One connection of a run: a request, its answer, the next request. Confined to the event loop. */
@SuppressWarnings(
        "FutureReturnValueIgnored") // a write that fails comes back as an exception of the pipeline, a close as
// channelInactive
final class LoadConnection extends ChannelInboundHandlerAdapter {
    private static final int OK = 200;

    private final LoadRun run;
    private @Nullable ChannelHandlerContext context;
    private @Nullable PreparedCall call;
    private @Nullable ByteBuf sample;
    private long sent;
    private int status;
    private int jsonLength;
    private @Nullable String timing;

    LoadConnection(LoadRun run) {
        this.run = run;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        run.opened(this);
    }

    /** Sends {@code next}; where {@code sampled}, its answer is kept to be judged. */
    void send(PreparedCall next, boolean sampled) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("the connection is not open yet");
        }
        call = next;
        sample = sampled ? Unpooled.buffer(1024) : null;
        sent = System.nanoTime();
        ctx.writeAndFlush(next.wire(), ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpResponse head) {
                begin(head);
            }
            if (message instanceof HttpContent content) {
                if (sample != null) {
                    sample.writeBytes(content.content());
                }
                if (message instanceof LastHttpContent) {
                    end(ctx, content);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpResponse head) {
        status = head.decoderResult().isSuccess() ? head.status().code() : 0;
        if (sample != null) {
            jsonLength = head.headers().getInt("Inference-Header-Content-Length", -1);
            timing = head.headers().get("Server-Timing");
        }
    }

    private void end(ChannelHandlerContext ctx, HttpContent content) {
        PreparedCall answered = call;
        if (answered == null || !content.decoderResult().isSuccess()) {
            run.lost("an answer that is no HTTP, or that nobody asked for");
            ctx.close();
            return;
        }
        long nanos = System.nanoTime() - sent;
        call = null;
        if (status == OK && sample != null) {
            run.judge(answered, new SampledAnswer(jsonLength, sample.nioBuffer()), timing);
        }
        run.answered(this, status, nanos);
    }

    /** Whether a request is on its way. */
    boolean waits() {
        return call != null;
    }

    void close() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        run.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        run.lost(cause.toString());
        ctx.close();
    }
}
