package dev.candor.actors.gateway;

/**
 * How many requests may be in flight: additive increase, multiplicative decrease (Chiu and Jain 1989), judged once a window. The sign of overload is a
 * standing queue, as in CoDel (RFC 8289): even the luckiest request of the window waited longer than the target. Refusals for a full queue count as such
 * a sign too. The limit rises only while it is nearly used up, so that quiet times do not inflate it. Pure; not thread-safe.
 */
final class LimiterDecider {
    private static final double DECREASE = 0.8;
    private static final double NEARLY_USED = 0.8;

    private final LimiterSettings settings;
    private double limit;
    private long windowStart;
    private long shortestQueue = Long.MAX_VALUE;
    private int mostInFlight;
    private boolean overloaded;

    LimiterDecider(LimiterSettings settings, long now) {
        this.settings = settings;
        this.limit = settings.initial();
        this.windowStart = now;
    }

    /** A request was answered after {@code queueNanos} in its lane, with {@code inFlight} in flight. */
    void answered(long queueNanos, int inFlight, long now) {
        shortestQueue = Math.min(shortestQueue, queueNanos);
        mostInFlight = Math.max(mostInFlight, inFlight);
        judge(now);
    }

    /** A request came back because a queue was full or its deadline passed. */
    void overloaded(int inFlight, long now) {
        overloaded = true;
        mostInFlight = Math.max(mostInFlight, inFlight);
        judge(now);
    }

    /** The limit. */
    int limit() {
        return (int) limit;
    }

    private void judge(long now) {
        if (now - windowStart < settings.window().toNanos()) {
            return;
        }
        boolean standing = shortestQueue != Long.MAX_VALUE
                && shortestQueue > settings.targetQueueDelay().toNanos();
        if (overloaded || standing) {
            limit = Math.max(settings.min(), limit * DECREASE);
        } else if (mostInFlight >= limit * NEARLY_USED) {
            limit = Math.min(settings.max(), limit + Math.sqrt(limit));
        }
        windowStart = now;
        shortestQueue = Long.MAX_VALUE;
        mostInFlight = 0;
        overloaded = false;
    }
}
