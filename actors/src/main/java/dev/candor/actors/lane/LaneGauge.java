package dev.candor.actors.lane;

import dev.candor.actors.executor.Residency;
import dev.candor.actors.inference.Refusal;
import org.jspecify.annotations.Nullable;

/** What the rest of the node may see of a lane at any time. Written by the lane and its finisher, read anywhere. */
public final class LaneGauge {
    private static final double WEIGHT = 0.2;

    private volatile int queuedItems;
    private volatile Residency residency = Residency.LOADING;
    private volatile @Nullable Refusal refusal;
    private volatile double nanosAnItem;
    private volatile double nanosABatch;

    /** Rows that wait. */
    public int queuedItems() {
        return queuedItems;
    }

    /** The best that the model is on any device of this node. */
    public Residency residency() {
        return residency;
    }

    /** Why no device has the model, where one said so. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** About how long the device takes for the rows that wait, in nanoseconds; 0 while nothing ran. */
    long drainNanos() {
        return (long) (queuedItems * nanosAnItem);
    }

    /** About how long a batch takes, in nanoseconds; 0 while nothing ran. */
    long batchNanos() {
        return (long) nanosABatch;
    }

    void queued(int items) {
        queuedItems = items;
    }

    /** True if it was something else before. */
    boolean residency(Residency now, @Nullable Refusal why) {
        boolean changed = residency != now;
        refusal = why;
        residency = now;
        return changed;
    }

    void ran(int items, long nanos) {
        double each = (double) nanos / items;
        nanosAnItem = nanosAnItem == 0 ? each : nanosAnItem + WEIGHT * (each - nanosAnItem);
        nanosABatch = nanosABatch == 0 ? nanos : nanosABatch + WEIGHT * (nanos - nanosABatch);
    }
}
