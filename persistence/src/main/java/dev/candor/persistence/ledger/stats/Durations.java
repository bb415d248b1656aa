package dev.candor.persistence.ledger.stats;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Counts durations in classes whose bounds are at most an eighth apart, so that counts of many days can be added. Not thread-safe. */
final class Durations {
    private static final int EXACT = 16;
    private static final int PARTS = 8;

    private final NavigableMap<Long, Long> counts = new TreeMap<>();

    /** The class of a duration, by its greatest value: milliseconds; what is negative, by clocks that disagree, counts as 0. */
    static long classOf(long millis) {
        if (millis < EXACT) {
            return Math.max(0, millis);
        }
        long width = Long.highestOneBit(millis) / PARTS;
        return millis / width * width + width - 1;
    }

    void add(long upTo, long count) {
        counts.merge(upTo, count, Long::sum);
    }

    /** The least bound that at least {@code part} of all durations keep; 0 where there are none. */
    long quantile(double part) {
        long all = count();
        long seen = 0;
        for (Map.Entry<Long, Long> each : counts.entrySet()) {
            seen += each.getValue();
            if (seen >= part * all) {
                return each.getKey();
            }
        }
        return 0;
    }

    long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
