package dev.candor.cluster.http;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;

/**
 * A body on its way into one array. A body of a known length up to 1 MiB is copied exactly once; a larger one starts small and grows as it arrives,
 * so that memory goes to bytes that came and not to lengths that were announced.
 */
final class BufferedBody {
    private static final byte[] NONE = new byte[0];
    private static final int AT_ONCE = 1 << 20;
    private static final int FIRST_CHUNKED = 4096;

    private final BodyBudget budget;
    private final int limit;
    private final int expected;
    private byte[] bytes = NONE;
    private int length;
    private long taken;

    /**
     * A body of {@code announced} bytes (-1 where that is unknown), which the caller has compared with the limit.
     */
    BufferedBody(BodyBudget budget, int limit, long announced) {
        this.budget = budget;
        this.limit = limit;
        this.expected = announced < 0 ? limit : (int) announced;
        if (announced > 0) {
            grow((int) Math.min(announced, AT_ONCE));
        }
    }

    void append(ByteBuf content) {
        int more = content.readableBytes();
        if (more == 0) {
            return;
        }
        if (more > limit - length) {
            throw new RefusedException(tooLarge(limit));
        }
        if (more > bytes.length - length) {
            long doubled = Math.max(FIRST_CHUNKED, 2L * bytes.length);
            grow((int) Math.max(length + more, Math.min(doubled, expected)));
        }
        content.readBytes(bytes, length, more);
        length += more;
    }

    private void grow(int capacity) {
        long more = capacity - (long) bytes.length;
        if (!budget.take(more)) {
            throw new RefusedException(Refusal.retryable(
                    ErrorCode.OVERLOADED,
                    "the node holds as many bodies as it may at the moment; try again",
                    Duration.ofSeconds(1)));
        }
        taken += more;
        bytes = length == 0 ? new byte[capacity] : Arrays.copyOf(bytes, capacity);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Gives the memory back to the budget. */
    void release() {
        budget.giveBack(taken);
        taken = 0;
    }

    static Refusal tooLarge(long limit) {
        return Refusal.of(ErrorCode.TOO_LARGE, "the body is over the limit of " + limit + " bytes; send less at once");
    }
}
