package dev.candor.actors.executor;

/**
 * How long batches of one model take on one device: an exponentially weighted mean for each rung of the batch ladder (1, 2, 4, ... items). A rung that was
 * never seen is estimated from its nearest neighbour. Not thread-safe.
 */
final class CostModel {
    private static final int RUNGS = 14;
    private static final double WEIGHT = 0.2;

    private final double[] mean = new double[RUNGS];

    private static int rung(int items) {
        return Math.min(RUNGS - 1, 32 - Integer.numberOfLeadingZeros(Math.max(1, items) - 1));
    }

    /** Learns from a batch of {@code items} rows that took {@code nanos}. */
    void observe(int items, long nanos) {
        int rung = rung(items);
        mean[rung] = mean[rung] == 0 ? Math.max(1, nanos) : mean[rung] + WEIGHT * (nanos - mean[rung]);
    }

    /** The time of a batch of {@code items} rows in nanoseconds, 0 while nothing is known. */
    long predict(int items) {
        int rung = rung(items);
        for (int lower = rung; lower >= 0; lower--) {
            if (mean[lower] > 0) {
                // At worst, time grows with the rows.
                return (long) (mean[lower] * (1 << (rung - lower)));
            }
        }
        for (int higher = rung + 1; higher < RUNGS; higher++) {
            if (mean[higher] > 0) {
                return (long) mean[higher];
            }
        }
        return 0;
    }
}
