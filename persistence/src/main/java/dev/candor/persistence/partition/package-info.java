/**
 * Partitions: hash-chained logs of receipts, each the only judge of what was answered for an identity. Decisions are pure classes ({@code
 * PartitionDecider}, {@code GroupCommit}, {@code OwnerLease}, {@code PartitionState}); the actors around them only carry messages, time and storage.
 */
@NullMarked
package dev.candor.persistence.partition;

import org.jspecify.annotations.NullMarked;
