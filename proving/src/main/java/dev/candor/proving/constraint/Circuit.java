package dev.candor.proving.constraint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proof is about, from public shapes alone: which cells are committed, and which branches make demands of them.
 *
 * @param segments the segments of each root: root 0 is committed for this proof and also takes its pads and masks, which are not among
 *     them; the others are known before
 * @param branches in the order in which their digests are absorbed
 * @param lookupSize the tuples and table rows of all look-ups
 * @param <W> what whoever proves knows
 */
public record Circuit<W>(List<List<Segment>> segments, List<Branch<W>> branches, long lookupSize) {

    /** A part of the proof that runs from its own challenges. */
    public interface Branch<W> {

        /** Unique in the circuit; lower case. */
        String name();

        /**
         * Runs the branch.
         *
         * @param witness null unless proving
         */
        void run(Session session, @Nullable W witness);
    }

    public Circuit {
        segments = segments.stream().map(List::copyOf).toList();
        branches = List.copyOf(branches);
    }
}
