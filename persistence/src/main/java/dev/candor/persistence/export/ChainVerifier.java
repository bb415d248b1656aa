package dev.candor.persistence.export;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Follows one partition's events from the first and says of each whether it counts, by the rules of {@link PartitionState}. A link is handed on once that
 * is settled: when the next number begins, or at the end. Needs no journal. Not thread-safe.
 */
public final class ChainVerifier {
    /** More events of one sequence number than any row of takeovers leaves behind. */
    private static final int MOST_AT_ONE_PLACE = 1_000;

    /**
     * One event in its place.
     *
     * @param sequenceNr its number in the journal
     * @param event what it says
     * @param hash its hash, which is the chain's head after it if it counts
     * @param counts false where it came from a fenced owner
     */
    public record Link(long sequenceNr, PartitionEvent event, Digest hash, boolean counts) {
        private Link voided() {
            return new Link(sequenceNr, event, hash, false);
        }
    }

    private final List<Link> unsettled = new ArrayList<>();
    private final Consumer<Link> links;
    private PartitionState state = PartitionState.EMPTY;

    /** Hands links to {@code links}, in the order of the events. */
    public ChainVerifier(Consumer<Link> links) {
        this.links = links;
    }

    /** The next event; {@link BrokenChainException} where it cannot be the next one. */
    public void next(long sequenceNr, PartitionEvent event) {
        PartitionState.Verdict verdict = state.judge(sequenceNr, event);
        state = state.apply(sequenceNr, event);
        Link link = new Link(sequenceNr, event, PartitionCodec.hash(event), true);
        switch (verdict) {
            case CHAINED -> settle();
            case VOIDS_LAST -> unsettled.replaceAll(Link::voided);
            case VOID -> link = link.voided();
        }
        if (unsettled.size() >= MOST_AT_ONE_PLACE) {
            throw new BrokenChainException("more than " + MOST_AT_ONE_PLACE + " events have the number " + sequenceNr);
        }
        unsettled.add(link);
    }

    /** No more events: hands on what is left. */
    public PartitionState end() {
        settle();
        return state;
    }

    private void settle() {
        unsettled.forEach(links);
        unsettled.clear();
    }
}
