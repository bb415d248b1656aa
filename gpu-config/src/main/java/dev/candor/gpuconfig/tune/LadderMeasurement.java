package dev.candor.gpuconfig.tune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What batches of each size took on a device, and which sizes are worth a rung. Pure. */
public final class LadderMeasurement {
    /** A rung that saves less than this part of the next one's time is not worth its first calls. */
    private static final double LEAST_SAVED = 0.1;

    /** A larger batch that brings less than this part more rows a second only adds latency. */
    private static final double LEAST_GAINED = 0.05;

    private LadderMeasurement() {}

    /**
     * The rungs to keep: up from the smallest as long as a larger batch brings more rows a second, without those that a batch of the next size does nearly as
     * fast. The smallest and the last stay.
     *
     * @param nanos median time of a batch by its rows; at least one
     * @return ascending, at least one
     */
    public static List<Integer> rungs(SortedMap<Integer, Long> nanos) {
        if (nanos.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        int last = nanos.firstKey();
        double best = rate(last, value(nanos, last));
        for (Map.Entry<Integer, Long> each : nanos.entrySet()) {
            double rate = rate(each.getKey(), each.getValue());
            if (rate > best * (1 + LEAST_GAINED)) {
                best = rate;
                last = each.getKey();
            }
        }
        List<Integer> kept = new ArrayList<>();
        kept.add(last);
        for (int rung : List.copyOf(nanos.headMap(last).keySet()).reversed()) {
            boolean saves = value(nanos, rung) < (1 - LEAST_SAVED) * value(nanos, kept.getLast());
            if (saves || rung == nanos.firstKey()) {
                kept.add(rung);
            }
        }
        return kept.reversed();
    }

    /** Rows a second. */
    public static double rate(int rows, long nanos) {
        return rows * 1e9 / Math.max(1, nanos);
    }

    private static long value(SortedMap<Integer, Long> nanos, int rung) {
        Long value = nanos.get(rung);
        if (value == null) {
            throw new IllegalArgumentException("size " + rung + " was not measured");
        }
        return value;
    }
}
