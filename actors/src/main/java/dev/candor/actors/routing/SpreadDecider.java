package dev.candor.actors.routing;

/**
 * How many copies of one model there should be: one more when what waits is more than its copies' credits for a while, one less when next to nothing waited for a
 * long while. A copy that was taken away too early, because the model was pressed again soon, is kept twice as long the next time. Pure: events come in with the
 * time (monotonic nanoseconds); not thread-safe.
 */
final class SpreadDecider {
    /** What to do. */
    enum Change {
        NONE,
        GROW,
        SHRINK
    }

    /**
     * A model over all nodes.
     *
     * @param ready devices on which it is warm
     * @param coming devices on which it is being loaded
     * @param possible devices that could hold it and do not
     * @param waiting rows that wait
     * @param credits rows that its warm copies take without delay
     */
    record Seen(int ready, int coming, int possible, long waiting, long credits) {
        boolean pressed() {
            return waiting > credits;
        }

        boolean calm() {
            return ready > 1 && waiting * 8 * ready <= credits * (ready - 1);
        }
    }

    private static final int MOST_PATIENCE = 16;

    private final long growAfter;
    private final long shrinkAfter;
    private boolean started;
    private boolean wasPressed;
    private boolean wasCalm;
    private long pressedSince;
    private long calmSince;
    private long changedAt;
    private long shrunkAt;
    private boolean shrunk;
    private int patience = 1;

    /** A decider for a model that has just been heard of; times in nanoseconds. */
    SpreadDecider(long growAfter, long shrinkAfter) {
        this.growAfter = growAfter;
        this.shrinkAfter = shrinkAfter;
    }

    Change look(Seen seen, long now) {
        if (!started) {
            started = true;
            changedAt = now;
        }
        if (seen.pressed() && !wasPressed) {
            pressedSince = now;
        }
        if (seen.calm() && !wasCalm) {
            calmSince = now;
        }
        wasPressed = seen.pressed();
        wasCalm = seen.calm();
        if (wasPressed
                && seen.ready() > 0
                && seen.coming() == 0
                && seen.possible() > 0
                && now - pressedSince >= growAfter
                && now - changedAt >= growAfter) {
            if (shrunk && now - shrunkAt < 2L * patience * shrinkAfter) {
                patience = Math.min(MOST_PATIENCE, 2 * patience);
            }
            changedAt = now;
            return Change.GROW;
        }
        if (wasCalm && now - calmSince >= patience * shrinkAfter && now - changedAt >= patience * shrinkAfter) {
            shrunk = true;
            shrunkAt = now;
            changedAt = now;
            return Change.SHRINK;
        }
        return Change.NONE;
    }
}
