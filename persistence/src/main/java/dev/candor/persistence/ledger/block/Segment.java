package dev.candor.persistence.ledger.block;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.List;

/**
 * The events behind one {@link Advance}: those that count and were acknowledged, one a sequence number, from the one behind the partition's certified head to
 * the advance's.
 *
 * @param partition its number
 * @param firstSequenceNr of the first event
 * @param events at most {@value #MOST_EVENTS}
 */
public record Segment(int partition, long firstSequenceNr, List<PartitionEvent> events) {
    /** The most events of one partition in one block: with the largest events, a quarter of a GiB. */
    public static final int MOST_EVENTS = 1_024;

    /** Copies the list. */
    public Segment {
        events = List.copyOf(events);
    }

    /** Whether the events are a chain of hashes from one head to another. */
    public boolean leadsTo(Digest from, Digest to) {
        Digest at = from;
        for (PartitionEvent event : events) {
            if (!event.prevHash().equals(at)) {
                return false;
            }
            at = PartitionCodec.hash(event);
        }
        return at.equals(to);
    }
}
