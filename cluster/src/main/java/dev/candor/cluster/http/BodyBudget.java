package dev.candor.cluster.http;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that all bodies held in memory share. Thread-safe. */
final class BodyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    BodyBudget(long limit) {
        this.limit = limit;
    }

    /** Takes {@code bytes} if they are there. One that is refused was never counted, so it cannot make another fail. */
    boolean take(long bytes) {
        long before = used.getAndUpdate(now -> now + bytes <= limit ? now + bytes : now);
        return before + bytes <= limit;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
