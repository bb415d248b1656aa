package dev.candor.actors.lane;

import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.Refusal;

/** Where a lane's jobs go when this node can no longer run them. Thread-safe; never blocks. */
@FunctionalInterface
public interface Elsewhere {
    /**
     * Passes the job to another node inside its deadline, or refuses it with {@code why}; its {@code replyTo} gets exactly one outcome either way.
     *
     * @param attempts how many lanes had it before
     */
    void resubmit(InferenceJob job, int attempts, Refusal why);
}
