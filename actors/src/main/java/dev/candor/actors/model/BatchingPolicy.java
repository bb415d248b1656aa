package dev.candor.actors.model;

import java.time.Duration;
import java.util.List;

/**
 * How requests of one model version become batches; the knobs carry Triton's names in the model's configuration.
 *
 * @param maxBatchSize most items (rows, not requests) a batch: {@code max_batch_size}, 1 to 4096
 * @param preferredBatchSizes sizes at which a waiting batch leaves at once: {@code preferred_batch_size}; empty means none
 * @param maxQueueDelay how long an incomplete batch may wait for company while an executor is idle: {@code max_queue_delay_microseconds}; zero
 *     (the default) holds nothing back
 * @param priorityLevels {@code priority_levels}, 1 to 16; level 1 is served first
 * @param defaultPriority the level of a request that names none: {@code default_priority_level}
 * @param timeoutAction what becomes of a request that waited longer than its queue timeout: {@code timeout_action}
 * @param defaultTimeout {@code default_timeout_microseconds}; zero means none
 * @param maxQueueItems most items that wait: {@code max_queue_size}
 * @param maxQueueBytes most bytes of tensors that wait
 */
public record BatchingPolicy(
        int maxBatchSize,
        List<Integer> preferredBatchSizes,
        Duration maxQueueDelay,
        int priorityLevels,
        int defaultPriority,
        TimeoutAction timeoutAction,
        Duration defaultTimeout,
        int maxQueueItems,
        long maxQueueBytes) {

    /** What {@code timeout_action} may say. */
    public enum TimeoutAction {
        /** The request is refused when its timeout passes in the queue. */
        REJECT,
        /** The request stays, behind everything that has not timed out. */
        DELAY
    }

    /** Holds nothing back, batches of up to 32, one priority, 4,096 items or 256 MiB in the queue. */
    public static final BatchingPolicy DEFAULT = new BatchingPolicy(
            32, List.of(), Duration.ZERO, 1, 1, TimeoutAction.REJECT, Duration.ZERO, 4096, 256L << 20);

    /** Refuses a policy that cannot be kept, with the knob's name and its range. */
    public BatchingPolicy {
        preferredBatchSizes = preferredBatchSizes.stream().sorted().distinct().toList();
        range("max_batch_size", maxBatchSize, 1, 4096);
        range("priority_levels", priorityLevels, 1, 16);
        range("default_priority_level", defaultPriority, 1, priorityLevels);
        range("max_queue_size", maxQueueItems, 1, 1 << 20);
        range("max_queue_bytes", maxQueueBytes, 1, 1L << 40);
        range("max_queue_delay_microseconds", maxQueueDelay.toNanos() / 1000, 0, 10_000_000);
        range("default_timeout_microseconds", defaultTimeout.toNanos() / 1000, 0, 3_600_000_000L);
        for (int size : preferredBatchSizes) {
            range("preferred_batch_size", size, 1, maxBatchSize);
        }
    }

    private static void range(String knob, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    knob + " is " + value + "; it must lie between " + least + " and " + most);
        }
    }
}
