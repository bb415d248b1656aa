package dev.candor.cluster.http;

import dev.candor.actors.inference.RefusedException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of one request as it arrives, held against its limit, buffered or streamed. Runs on the connection's thread. */
final class IncomingBody {
    private final long limit;
    private final @Nullable BufferedBody buffered;
    private final @Nullable BodyStream stream;
    private long received;

    private IncomingBody(long limit, @Nullable BufferedBody buffered, @Nullable BodyStream stream) {
        this.limit = limit;
        this.buffered = buffered;
        this.stream = stream;
    }

    /** A body of {@code announced} bytes, -1 where that is not known; one that is over its limit is refused before any of it is read. */
    static IncomingBody of(BodyPlan plan, long announced, HttpSettings settings, BodyBudget budget) {
        return switch (plan) {
            case BodyPlan.Buffered(int wanted) -> {
                int limit = Math.min(wanted, settings.maxBody());
                check(announced, limit);
                yield new IncomingBody(limit, new BufferedBody(budget, limit, announced), null);
            }
            case BodyPlan.Streamed(BodyStream into, long limit) -> {
                check(announced, limit);
                yield new IncomingBody(limit, null, into);
            }
        };
    }

    private static void check(long size, long limit) {
        if (size > limit) {
            throw new RefusedException(BufferedBody.tooLarge(limit));
        }
    }

    boolean isStreamed() {
        return stream != null;
    }

    @Nullable
    BufferedBody buffered() {
        return buffered;
    }

    /** Takes what arrived; false asks for a pause. */
    boolean receive(ByteBuf content) {
        received += content.readableBytes();
        check(received, limit);
        if (buffered != null) {
            buffered.append(content);
        }
        return stream == null || stream.offer(content);
    }

    /** The body is complete. */
    void end() {
        if (stream != null) {
            stream.end();
        }
    }

    /** The request is over, answered or not: memory is given back, and a reader that still waits hears why nothing more comes. */
    void over(String why) {
        if (stream != null) {
            stream.fail(new IOException(why));
        }
        if (buffered != null) {
            buffered.release();
        }
    }
}
