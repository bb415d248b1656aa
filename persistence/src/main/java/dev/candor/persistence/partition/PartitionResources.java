package dev.candor.persistence.partition;

import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.control.ControlStore;
import java.util.function.LongSupplier;

/**
 * What every partition of a node needs.
 *
 * @param settings bounds and times
 * @param answers the bytes of answers
 * @param control the leases
 * @param local told which partitions are ready here
 * @param owner names this process and no other, ever, in leases
 * @param nanoTime a monotonic clock
 * @param meter told what happens
 */
public record PartitionResources(
        PartitionSettings settings,
        AnswerStore answers,
        ControlStore control,
        LocalPartitions local,
        String owner,
        LongSupplier nanoTime,
        PartitionMeter meter) {}
