package dev.candor.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One HTTP connection of a run: a request, its answer, the next request. Confined to the event loop. */
@SuppressWarnings(
        "FutureReturnValueIgnored") // a write that fails comes back as an exception of the pipeline, a close as
// channelInactive
final class HttpLane extends ChannelInboundHandlerAdapter implements Lane {
    private static final int OK = 200;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final String NO_HTTP = "an answer that is no HTTP, or that nobody asked for";
    private static final String CLOSED = "a connection that the server closed";

    private final LoadRun run;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Shot shot;
    private @Nullable ByteBuf sample;
    private int status;
    private int jsonLength;
    private @Nullable String timing;
    private String why = CLOSED;

    HttpLane(LoadRun run) {
        this.run = run;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        run.opened(this);
    }

    @Override
    public void send(Shot next) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !(next.call() instanceof HttpCall call)) {
            throw new IllegalStateException("the connection is not open yet, or the request is not for it");
        }
        shot = next;
        sample = next.sampled() ? Unpooled.buffer(1024) : null;
        timing = null;
        ctx.writeAndFlush(call.wire(), ctx.voidPromise());
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
        Shot answered = shot;
        if (answered == null || !content.decoderResult().isSuccess()) {
            why = NO_HTTP;
            ctx.close();
            return;
        }
        shot = null;
        switch (status) {
            case OK -> {
                ByteBuf kept = sample;
                run.answered(
                        this,
                        answered,
                        kept == null ? null : new SampledAnswer(jsonLength, kept.nioBuffer()),
                        timing == null ? Map.of() : ServerTiming.parse(timing));
            }
            case TOO_MANY_REQUESTS, UNAVAILABLE -> run.refused(this, answered, "status " + status);
            default -> run.failed(this, answered, "status " + status);
        }
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Shot carried = shot;
        shot = null;
        run.gone(this, carried, why);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        why = cause.toString();
        ctx.close();
    }
}
