package dev.candor.actors.inference;

/**
 * Where the time of an answer went, in nanoseconds: the {@code Server-Timing} of the answer.
 *
 * @param queue from the lane's queue to its batch
 * @param batch from the batch's start to the device (assembly, hand-over) and back (slicing, signing)
 * @param run on the device
 * @param commit from the signature to the journal's word
 */
public record Timings(long queue, long batch, long run, long commit) {
    /** An answer that came out of the store. */
    public static final Timings NONE = new Timings(0, 0, 0, 0);

    /** These timings with the commit's added. */
    public Timings withCommit(long nanos) {
        return new Timings(queue, batch, run, nanos);
    }
}
