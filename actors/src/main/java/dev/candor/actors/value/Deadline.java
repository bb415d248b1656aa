package dev.candor.actors.value;

import java.time.Duration;

/**
 * A point on this JVM's monotonic clock. It crosses the network as the time that remains, so no two clocks need to agree.
 *
 * @param nanoTime the point, as {@link System#nanoTime()} will read it
 */
public record Deadline(long nanoTime) {
    /** The point {@code budget} from now. */
    public static Deadline in(Duration budget) {
        return new Deadline(System.nanoTime() + budget.toNanos());
    }

    /** What remains at {@code now}; negative once passed. */
    public Duration remaining(long now) {
        return Duration.ofNanos(nanoTime - now);
    }

    /** Whether {@code now} lies at or behind this point. */
    public boolean passed(long now) {
        return nanoTime - now <= 0;
    }
}
