package dev.candor.actors.batching;

/**
 * What a queue may expect of its devices. It promises nothing.
 *
 * @param cost of batches
 * @param freeAt when the first device is free, on the monotonic clock; what lies before now means now
 * @param devices that take batches of this queue, 1 or more
 * @param stretch by which other models on the same devices make everything take longer, 1 or more
 */
public record Outlook(BatchCost cost, long freeAt, int devices, double stretch) {
    /** Of devices about which nothing is known. */
    public static final Outlook UNKNOWN = new Outlook(BatchCost.UNKNOWN, 0, 1, 1);

    /** Refuses an outlook that nobody can have. */
    public Outlook {
        if (devices < 1 || !(stretch >= 1)) {
            throw new IllegalArgumentException(
                    "an outlook needs a device and a stretch of 1 or more; it has " + devices + " and " + stretch);
        }
    }

    /** Whether anything can be said. */
    public boolean known() {
        return cost.known();
    }

    /** When the batch begins that holds the last of {@code rows} rows, in batches of at most {@code max}; not before {@code now}. */
    public long startOf(long rows, int max, long now) {
        long wave = Math.max(0, (rows - 1) / max) / devices;
        long idle = freeAt - now > 0 ? freeAt : now;
        return idle + (long) (wave * stretch * cost.nanos(max));
    }

    /**
     * When that batch ends. It is taken to be full: what waits behind others under load gets company until it leaves, and whoever was let in must be in time
     * with it.
     */
    public long endOf(long rows, int max, long now) {
        return startOf(rows, max, now) + cost.nanos(max);
    }
}
