package dev.candor.actors.executor;

import dev.candor.actors.inference.Refusal;
import org.jspecify.annotations.Nullable;

/** What an executor tells a lane. */
public sealed interface Notice {
    /** Which of the node's executors speaks. */
    int executor();

    /** The lane's turn. */
    record Granted(int executor, SlotGrant grant) implements Notice {}

    /**
     * What became of the lane's model on the device.
     *
     * @param refusal why, where it failed or the device is down
     */
    record Changed(
            int executor, Residency residency, @Nullable Refusal refusal) implements Notice {}
}
