package dev.candor.actors.lane;

import dev.candor.actors.metrics.InferenceMetrics;
import java.util.function.LongSupplier;

/**
 * What the lanes of a node share.
 *
 * @param finisher takes over after the device
 * @param cache answers that are kept, for the models that allow it
 * @param metrics the node's counters
 * @param elsewhere where jobs go that this node can no longer run
 * @param timer wakes lanes; finer than the actor system's own ticks
 * @param maxAttempts how often a job may be tried, here and elsewhere, before the loss of another device ends it
 * @param nanoTime the monotonic clock
 */
public record LaneServices(
        BatchFinisher finisher,
        LaneCache cache,
        InferenceMetrics metrics,
        Elsewhere elsewhere,
        Timer timer,
        int maxAttempts,
        LongSupplier nanoTime) {
    /** Calls back later. Thread-safe. */
    @FunctionalInterface
    public interface Timer {
        /** Runs {@code task}, which must not block, in {@code nanos}. */
        void after(long nanos, Runnable task);
    }
}
