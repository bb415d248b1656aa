package dev.candor.actors.executor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When a device counts as sick: what it does takes many times longer than it should. Pure. */
final class SickDecider {
    private final ExecutorSettings settings;

    SickDecider(ExecutorSettings settings) {
        this.settings = settings;
    }

    /** Why a device that has been starting or loading since {@code since} is sick, or null. */
    @Nullable
    String loading(long since, long now) {
        Duration limit = settings.loadLimit();
        return now - since > limit.toNanos() ? "loading took longer than " + limit.toSeconds() + " s" : null;
    }

    /**
     * Why a device that runs this batch is sick, or null.
     *
     * @param predicted how long such batches take, in nanoseconds, 0 while nobody knows
     */
    @Nullable
    String running(BatchTask batch, long predicted, long now) {
        long limit = predicted == 0
                ? settings.unknownLimit().toNanos()
                : Math.max(settings.sickFloor().toNanos(), (long) (settings.sickFactor() * predicted));
        return now - batch.startedAt() > limit
                ? "a batch of " + batch.totalItems() + " rows of "
                        + batch.model().name() + " took longer than " + limit / 1_000_000 + " ms"
                : null;
    }
}
