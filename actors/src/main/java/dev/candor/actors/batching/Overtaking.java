package dev.candor.actors.batching;

import java.util.List;

/**
 * How much of the batches goes to requests of higher priorities, learned from the batches that left: who waits behind some rows also waits for those of higher
 * priorities that come meanwhile. Not thread-safe.
 */
final class Overtaking {
    /** What one batch counts for. */
    private static final double WEIGHT = 1 / 8.0;

    private static final double MOST = 0.9;

    /** Part of the batches that went to higher priorities than index + 1. */
    private final double[] shares;

    Overtaking(int priorities) {
        this.shares = new double[priorities];
    }

    /** Learns from a batch of {@code items} rows, requests of higher priority first. */
    <T> void observe(List<Ticket<T>> tickets, int items) {
        int higher = 0;
        int at = 0;
        for (int level = 1; level < shares.length; level++) {
            while (at < tickets.size() && tickets.get(at).priority() <= level) {
                higher += tickets.get(at).items();
                at++;
            }
            double seen = Math.min(MOST, (double) higher / items);
            shares[level] += WEIGHT * (seen - shares[level]);
        }
    }

    /** Rows that go before a request of {@code priority} if {@code waiting} rows of its own and of higher priorities wait now. */
    long stretched(long waiting, int priority) {
        return (long) Math.ceil(waiting / (1 - shares[priority - 1]));
    }
}
