package dev.candor.actors.executor;

/** When a device that was lost is started again: after a rest that doubles with each loss, and not while too many of its threads hang. Pure. */
final class RestartDecider {
    private final ExecutorSettings settings;
    private int losses;
    private int hanging;
    private long upSince;
    private long downUntil;

    RestartDecider(ExecutorSettings settings) {
        this.settings = settings;
    }

    /** The device is up. */
    void started(long now) {
        upSince = now;
    }

    /** The device is lost; how long it rests, in nanoseconds. */
    long lost(long now) {
        long rest = settings.restartBackOff().toNanos() << Math.min(20, losses);
        rest = Math.min(rest, settings.maxRestartBackOff().toNanos());
        losses++;
        downUntil = now + rest;
        return rest;
    }

    /** A thread was given up while it hung. */
    void threadHangs() {
        hanging++;
    }

    /** A thread that hung has ended after all. */
    void threadEnded() {
        hanging--;
    }

    /** Whether the device, which is down, may be started. */
    boolean mayStart(long now) {
        return downUntil - now <= 0 && hanging < settings.maxAbandonedThreads();
    }

    /** Time passes while the device is up. */
    void up(long now) {
        if (losses > 0 && now - upSince > settings.healthyAfter().toNanos()) {
            losses = 0;
        }
    }
}
