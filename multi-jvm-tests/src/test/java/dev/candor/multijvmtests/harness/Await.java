package dev.candor.multijvmtests.harness;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that only polling can see, never longer than a deadline. */
public final class Await {
    private static final Duration POLL = Duration.ofMillis(10);

    private Await() {}

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it holds now. */
        boolean holds() throws Exception;
    }

    /** Waits until {@code condition} holds; throws after {@code limit}. */
    public static void until(Duration limit, String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("after " + limit.toSeconds() + " s this still did not hold: " + what);
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException(what);
            }
        }
    }
}
