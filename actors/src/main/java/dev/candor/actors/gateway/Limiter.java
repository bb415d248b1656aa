package dev.candor.actors.gateway;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts what is in flight and keeps it within {@link LimiterDecider}'s limit and the bound on bytes. Thread-safe; letting in takes no lock. */
final class Limiter {
    private static final long SHORTEST_RETRY_NANOS = 10_000_000;

    private final long maxBytes;
    private final LimiterDecider decider;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private volatile int limit;
    private volatile long meanNanos;

    Limiter(LimiterSettings settings, long now) {
        this.maxBytes = settings.maxBytes();
        this.decider = new LimiterDecider(settings, now);
        this.limit = decider.limit();
    }

    /** Lets a request in, to be matched by one release; or says why not. */
    @Nullable
    Refusal enter(long bytes) {
        int now = inFlight.incrementAndGet();
        if (now > limit) {
            inFlight.decrementAndGet();
            return Refusal.retryable(
                    ErrorCode.OVERLOADED,
                    "the node serves " + limit + " requests already, its present limit; try again later",
                    retryAfter());
        }
        long total = bytesInFlight.addAndGet(bytes);
        if (total > maxBytes && total != bytes) {
            leave(bytes);
            return Refusal.retryable(
                    ErrorCode.OVERLOADED,
                    "the node holds " + (total - bytes) + " bytes of requests already, its limit is " + maxBytes
                            + "; try again later",
                    retryAfter());
        }
        return null;
    }

    /** A request is over without a sign of how busy the node is. */
    void leave(long bytes) {
        inFlight.decrementAndGet();
        bytesInFlight.addAndGet(-bytes);
    }

    /** A request was answered; arguments as in {@link LimiterDecider#answered}. */
    void answered(long bytes, long waitedNanos, long tookNanos, long now) {
        int before = inFlight.getAndDecrement();
        bytesInFlight.addAndGet(-bytes);
        synchronized (decider) {
            decider.answered(waitedNanos, tookNanos, before, now);
            publish();
        }
    }

    /** A request's deadline passed while it was in flight. */
    void overloaded(long bytes, long now) {
        int before = inFlight.getAndDecrement();
        bytesInFlight.addAndGet(-bytes);
        synchronized (decider) {
            decider.overloaded(before, now);
            publish();
        }
    }

    private void publish() {
        int decided = decider.limit();
        if (decided != limit) {
            limit = decided;
        }
        meanNanos = decider.meanNanos();
    }

    /** By then those that are in flight now have left, as requests went of late. */
    private Duration retryAfter() {
        return Duration.ofNanos(Math.max(SHORTEST_RETRY_NANOS, meanNanos));
    }

    int inFlight() {
        return inFlight.get();
    }

    long bytesInFlight() {
        return bytesInFlight.get();
    }

    int limit() {
        return limit;
    }
}
