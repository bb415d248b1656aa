package dev.candor.actors.batching;

/**
 * How long a batch takes, as a line over its rows.
 *
 * @param nanosAnItem what each row adds, 0 or more
 * @param nanosABatch what a batch takes whatever its size, 0 or more
 */
public record BatchCost(double nanosAnItem, double nanosABatch) {
    /** Nothing ran yet. */
    public static final BatchCost UNKNOWN = new BatchCost(0, 0);

    /** Whether anything is known. */
    public boolean known() {
        return nanosAnItem > 0 || nanosABatch > 0;
    }

    /** A batch of {@code items} rows, in nanoseconds; 0 while nothing is known. */
    public long nanos(int items) {
        return (long) (nanosAnItem * items + nanosABatch);
    }
}
