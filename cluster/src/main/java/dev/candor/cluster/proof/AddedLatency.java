package dev.candor.cluster.proof;

import java.util.Arrays;
import java.util.OptionalLong;

/** How much later than otherwise answers of a mode left, of the last {@value #KEPT}. Thread-safe. */
final class AddedLatency {
    private static final int KEPT = 512;

    private final long[] nanos = new long[KEPT];
    private int next;
    private int count;

    synchronized void add(long added) {
        nanos[next] = added;
        next = (next + 1) % KEPT;
        count = Math.min(KEPT, count + 1);
    }

    /** The share of them that took no longer, in microseconds; empty before the first. */
    synchronized OptionalLong micros(double share) {
        if (count == 0) {
            return OptionalLong.empty();
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return OptionalLong.of(sorted[Math.min(count - 1, (int) (count * share))] / 1_000);
    }
}
