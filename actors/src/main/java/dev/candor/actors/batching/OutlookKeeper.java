package dev.candor.actors.batching;

/**
 * Keeps the {@link Outlook} of one queue: what was handed to its devices, and how much longer than its own batches the turns of a queue that never ran empty
 * took, which is what other models got. Pure; not thread-safe.
 */
public final class OutlookKeeper {
    private static final double WEIGHT = 0.2;
    private static final double MOST_STRETCH = 100;

    private final long[] busyUntil;
    private final boolean[] used;
    private double stretch = 1;
    /** When the last batch left if requests stayed behind it. */
    private long turnBegan;

    private long turnNanos;
    private boolean inTurn;

    /** Nothing was handed to any of {@code devices}. */
    public OutlookKeeper(int devices) {
        this.busyUntil = new long[devices];
        this.used = new boolean[devices];
    }

    /**
     * A batch was handed to a device.
     *
     * @param more whether requests stayed behind it, so that the next turn is waited for from now on
     */
    public void left(int device, int items, BatchCost cost, boolean more, long now) {
        if (inTurn && turnNanos > 0) {
            double seen = Math.clamp((double) (now - turnBegan) / turnNanos, 1, MOST_STRETCH);
            stretch += WEIGHT * (seen - stretch);
        }
        used[device] = true;
        busyUntil[device] = now + cost.nanos(items);
        inTurn = more && cost.known();
        turnBegan = now;
        turnNanos = cost.nanos(items) / Math.max(1, usedDevices());
    }

    /** A device takes nothing of this queue any more. */
    public void gone(int device) {
        used[device] = false;
    }

    /** What may be expected. */
    public Outlook outlook(BatchCost cost, long now) {
        long freeAt = now;
        boolean first = true;
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                freeAt = first || busyUntil[i] - freeAt < 0 ? busyUntil[i] : freeAt;
                first = false;
            }
        }
        return new Outlook(cost, freeAt, Math.max(1, usedDevices()), stretch);
    }

    private int usedDevices() {
        int count = 0;
        for (boolean each : used) {
            count += each ? 1 : 0;
        }
        return count;
    }
}
