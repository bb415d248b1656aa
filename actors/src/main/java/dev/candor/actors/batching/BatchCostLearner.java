package dev.candor.actors.batching;

/**
 * Learns {@link BatchCost} from batches that ran: least squares in which older batches weigh less. One extraordinary batch (a collection of garbage, a page
 * fault) counts as at most a few ordinary ones. Not thread-safe.
 */
public final class BatchCostLearner {
    /** Weight that a batch keeps with each further one: about the last fifty count. */
    private static final double KEPT = 0.98;

    private static final int OUTLIER = 5;
    /** A spread of sizes below this says nothing of the slope. */
    private static final double LEAST_VARIANCE = 0.05;

    private double weight;
    private double items;
    private double nanos;
    private double itemsSquared;
    private double itemsNanos;
    private BatchCost cost = BatchCost.UNKNOWN;

    /** Learns from a batch of {@code count} rows that took {@code took} nanoseconds. */
    public void observe(int count, long took) {
        double seen = Math.max(1, took);
        if (cost.known()) {
            seen = Math.min(seen, OUTLIER * (double) Math.max(1, cost.nanos(count)));
        }
        weight = KEPT * weight + 1;
        items = KEPT * items + count;
        nanos = KEPT * nanos + seen;
        itemsSquared = KEPT * itemsSquared + (double) count * count;
        itemsNanos = KEPT * itemsNanos + count * seen;
        cost = line();
    }

    /** What was learned. */
    public BatchCost cost() {
        return cost;
    }

    private BatchCost line() {
        double meanItems = items / weight;
        double meanNanos = nanos / weight;
        double variance = itemsSquared / weight - meanItems * meanItems;
        if (variance < LEAST_VARIANCE) {
            // One size only. Larger batches are then taken to cost the same: too little rather than too much, and they
            // will tell.
            return new BatchCost(0, meanNanos);
        }
        double slope = Math.max(0, (itemsNanos / weight - meanItems * meanNanos) / variance);
        double fixed = meanNanos - slope * meanItems;
        return fixed >= 0 ? new BatchCost(slope, fixed) : new BatchCost(meanNanos / meanItems, 0);
    }
}
