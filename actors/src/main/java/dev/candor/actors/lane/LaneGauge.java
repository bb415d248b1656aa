package dev.candor.actors.lane;

import dev.candor.actors.batching.BatchCost;
import dev.candor.actors.batching.BatchCostLearner;
import dev.candor.actors.executor.Residency;
import dev.candor.actors.inference.Refusal;
import org.jspecify.annotations.Nullable;

/** What the rest of the node may see of a lane at any time. Written by the lane and its finisher, read anywhere. */
public final class LaneGauge {
    private static final double WEIGHT = 0.2;

    private volatile int queuedItems;
    private volatile Residency residency = Residency.LOADING;
    private volatile int readyDevices;
    private volatile @Nullable Refusal refusal;
    private volatile double nanosABatch;
    private volatile BatchCost cost = BatchCost.UNKNOWN;
    private final BatchCostLearner learner = new BatchCostLearner();

    /** Rows that wait. */
    public int queuedItems() {
        return queuedItems;
    }

    /** The best that the model is on any device of this node. */
    public Residency residency() {
        return residency;
    }

    /** On how many devices of this node the model is warm. */
    public int readyDevices() {
        return readyDevices;
    }

    /** Why no device has the model, where one said so. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** What a row of a full batch takes, shared by the devices that have the model; 0 while nothing is known. */
    public long nanosARow(int maxBatchSize) {
        return cost.nanos(maxBatchSize) / Math.max(1, maxBatchSize) / Math.max(1, readyDevices);
    }

    /** What batches take, as far as is known. */
    BatchCost cost() {
        return cost;
    }

    /** About how long a batch takes, in nanoseconds; 0 while nothing ran. */
    long batchNanos() {
        return (long) nanosABatch;
    }

    void queued(int items) {
        queuedItems = items;
    }

    /** True if it was something else before. */
    boolean residency(Residency now, int ready, @Nullable Refusal why) {
        boolean changed = residency != now || readyDevices != ready;
        readyDevices = ready;
        refusal = why;
        residency = now;
        return changed;
    }

    /** Called by whichever device's thread ran the batch. */
    synchronized void ran(int items, long nanos) {
        nanosABatch = nanosABatch == 0 ? nanos : nanosABatch + WEIGHT * (nanos - nanosABatch);
        learner.observe(items, nanos);
        cost = learner.cost();
    }
}
