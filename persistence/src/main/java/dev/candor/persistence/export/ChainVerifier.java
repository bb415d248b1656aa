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
 * is settled: when a number begins and only one event can have come before it, or at the end. Needs no journal. Not thread-safe.
 */
public final class ChainVerifier {
    /** More events in a row of undecided takeovers than any store leaves behind. */
    private static final int MOST_UNSETTLED = 1_000;

    /**
     * One event in its place.
     *
     * @param sequenceNr its number in the journal
     * @param event what it says
     * @param hash its hash, which is the chain's head after it if it counts
     * @param counts false where it came from a fenced owner
     */
    public record Link(long sequenceNr, PartitionEvent event, Digest hash, boolean counts) {
        private Link counting() {
            return new Link(sequenceNr, event, hash, true);
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
        if (sequenceNr > state.sequenceNr() && !state.hasRivals()) {
            settle();
        }
        state = state.apply(sequenceNr, event);
        if (unsettled.size() >= MOST_UNSETTLED) {
            throw new BrokenChainException(
                    "more than " + MOST_UNSETTLED + " events up to number " + sequenceNr + " have rivals");
        }
        unsettled.add(new Link(sequenceNr, event, PartitionCodec.hash(event), false));
    }

    /** No more events: hands on what is left. */
    public PartitionState end() {
        settle();
        return state;
    }

    /** From the head back, the links that it rests on count. */
    private void settle() {
        Digest wanted = state.head();
        for (int i = unsettled.size() - 1; i >= 0; i--) {
            Link link = unsettled.get(i);
            if (link.hash().equals(wanted)) {
                unsettled.set(i, link.counting());
                wanted = link.event().prevHash();
            }
        }
        unsettled.forEach(links);
        unsettled.clear();
    }
}
