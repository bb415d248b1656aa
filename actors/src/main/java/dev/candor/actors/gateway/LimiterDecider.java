package dev.candor.actors.gateway;

/**
 * How many requests may be in flight: additive increase, multiplicative decrease (Chiu and Jain 1989), judged once a window. The sign of overload is a
 * standing queue, as in CoDel (RFC 8289): even the luckiest request of the window waited longer than the target. What it waited for its model's device does
 * not count: that queue has its own entrance, and one slow model must not shut the others out. Deadlines that passed here count as a sign too. The limit rises
 * only while it is nearly used up, so that quiet times do not inflate it. Pure; not thread-safe.
 */
final class LimiterDecider {
    private static final double DECREASE = 0.8;
    private static final double NEARLY_USED = 0.8;
    /** What one request counts for in the time that requests are in flight. */
    private static final double WEIGHT = 0.02;

    private final LimiterSettings settings;
    private double limit;
    private long windowStart;
    private long shortestWait = Long.MAX_VALUE;
    private int mostInFlight;
    private boolean overloaded;
    private double meanNanos;

    LimiterDecider(LimiterSettings settings, long now) {
        this.settings = settings;
        this.limit = settings.initial();
        this.windowStart = now;
    }

    /**
     * A request was answered.
     *
     * @param waitedNanos how long it was neither in its model's queue nor run
     * @param tookNanos how long it was in flight
     * @param inFlight requests in flight, itself included
     */
    void answered(long waitedNanos, long tookNanos, int inFlight, long now) {
        shortestWait = Math.min(shortestWait, waitedNanos);
        meanNanos += WEIGHT * (tookNanos - meanNanos);
        mostInFlight = Math.max(mostInFlight, inFlight);
        judge(now);
    }

    /** A request's deadline passed while it was in flight. */
    void overloaded(int inFlight, long now) {
        overloaded = true;
        mostInFlight = Math.max(mostInFlight, inFlight);
        judge(now);
    }

    /** The limit. */
    int limit() {
        return (int) limit;
    }

    /** How long requests were in flight of late, in nanoseconds. */
    long meanNanos() {
        return (long) meanNanos;
    }

    private void judge(long now) {
        if (now - windowStart < settings.window().toNanos()) {
            return;
        }
        boolean standing = shortestWait != Long.MAX_VALUE
                && shortestWait > settings.targetWait().toNanos();
        if (overloaded || standing) {
            limit = Math.max(settings.min(), limit * DECREASE);
        } else if (mostInFlight >= limit * NEARLY_USED) {
            limit = Math.min(settings.max(), limit + Math.sqrt(limit));
        }
        windowStart = now;
        shortestWait = Long.MAX_VALUE;
        mostInFlight = 0;
        overloaded = false;
    }
}
