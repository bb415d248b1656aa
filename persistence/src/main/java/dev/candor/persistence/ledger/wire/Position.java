package dev.candor.persistence.ledger.wire;

import dev.candor.actors.value.Digest;

/**
 * Up to where somebody has the events of a partition.
 *
 * @param partition its number
 * @param sequenceNr of the last event that is there; 0 for none
 * @param head hash of that event; zero for none
 */
public record Position(int partition, long sequenceNr, Digest head) {}
