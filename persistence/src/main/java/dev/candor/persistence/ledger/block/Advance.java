package dev.candor.persistence.ledger.block;

import dev.candor.actors.value.Digest;

/**
 * How far a block takes a partition: {@code u8 partition | i64 sequenceNr | 32 head}.
 *
 * @param partition its number
 * @param sequenceNr of its last event in this block
 * @param head hash of that event
 */
public record Advance(int partition, long sequenceNr, Digest head) {
    /** The size in bytes. */
    static final int SIZE = 1 + Long.BYTES + Digest.SIZE;
}
