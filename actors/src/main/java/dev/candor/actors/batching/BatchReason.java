package dev.candor.actors.batching;

import java.util.Locale;

/** Why a batch left its queue. */
public enum BatchReason {
    /** It holds {@code max_batch_size} items, or the next request would have exceeded it. */
    FULL,
    /** It holds a {@code preferred_batch_size}. */
    PREFERRED,
    /** An executor was idle and nothing may be held back. */
    IDLE,
    /** Its oldest request had waited for {@code max_queue_delay_microseconds}. */
    DELAY,
    /** One of its requests would have missed its deadline or its queue timeout. */
    DEADLINE,
    /** The next request differs in a dimension other than the batch. */
    SHAPE;

    /** The value of the metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
