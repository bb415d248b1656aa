package dev.candor.persistence.ledger.feed;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds among a partition's rows behind a position those events that count for good: a later owner of the partition may void the last one as long as it was not
 * acknowledged, and what is in a certified block must never be void. Not thread-safe; one a reading of the journal.
 *
 * <p>An event is settled if, after it was read, the lease was still its writer's: any later owner recovers after that and sees it. That the writer wrote nothing
 * after the event but {@code Opened} is not enough, for a store may show a later owner only one of two rows of the last place; then the event before is settled
 * once its successor stood there in an earlier reading too and neither has a rival.
 */
public final class SettledEvents {
    private record Row(PartitionEvent event, Digest hash) {}

    private final Position base;
    private final List<Row> rows = new ArrayList<>();
    private PartitionState state;
    private boolean forkedBefore;

    /**
     * Reads behind a position.
     *
     * @param base the last event that is known to count
     * @param epoch of that event; 0 where there is none
     */
    public SettledEvents(Position base, long epoch) {
        this.base = base;
        state = base.sequenceNr() == 0
                ? PartitionState.EMPTY
                : new PartitionState(
                        List.of(new PartitionState.Epoch(epoch, base.sequenceNr())),
                        base.head(),
                        Digest.ZERO,
                        base.sequenceNr(),
                        0,
                        0,
                        0);
    }

    /** The next row of the journal; {@link BrokenChainException} where it neither chains nor is void. */
    public void read(long sequenceNr, PartitionEvent event) {
        if (sequenceNr > state.sequenceNr()) {
            forkedBefore = state.hasRivals();
        }
        state = state.apply(sequenceNr, event);
        rows.add(new Row(event, PartitionCodec.hash(event)));
    }

    /** How many places were read. */
    public long places() {
        return state.sequenceNr() - base.sequenceNr();
    }

    /** The last event that counts as far as was read. */
    public Digest head() {
        return state.head();
    }

    /**
     * The events behind the base that are settled, in their order.
     *
     * @param owner epoch of the partition's lease, read after the last row
     * @param seenBefore whether an earlier reading ended with the same head
     * @param more whether the journal goes on behind what was read
     */
    public List<PartitionEvent> settled(OptionalLong owner, boolean seenBefore, boolean more) {
        if (rows.isEmpty() || state.hasRivals()) {
            return List.of();
        }
        Row last = row(state.head());
        boolean owned = owner.isPresent() && owner.getAsLong() == last.event().epoch();
        return switch (last.event()) {
            case PartitionEvent.ReceiptsCommitted _ when owned -> chain(state.head());
            case PartitionEvent.ReceiptsCommitted _, PartitionEvent.Opened _ ->
                !forkedBefore && (more || (owned && seenBefore))
                        ? chain(last.event().prevHash())
                        : List.of();
        };
    }

    /** Every event on the chain to the head, where nobody else can write. */
    public List<PartitionEvent> all() {
        return rows.isEmpty() ? List.of() : chain(state.head());
    }

    private List<PartitionEvent> chain(Digest head) {
        List<PartitionEvent> events = new ArrayList<>();
        for (Digest at = head; !at.equals(base.head()); at = events.getLast().prevHash()) {
            events.add(row(at).event());
        }
        Collections.reverse(events);
        return events;
    }

    private Row row(Digest hash) {
        for (int i = rows.size() - 1; i >= 0; i--) {
            if (rows.get(i).hash().equals(hash)) {
                return rows.get(i);
            }
        }
        throw new BrokenChainException("event " + hash + " is not among those that were read");
    }
}
