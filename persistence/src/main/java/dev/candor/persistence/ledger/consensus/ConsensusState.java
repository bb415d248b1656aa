package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a validator knows of the height that it works on. Immutable. Its size is bounded: votes are kept for rounds near the own one, round changes one a
 * validator, blocks those that hold a proposal of such a round.
 *
 * @param chain digest of the ledger's genesis record
 * @param validators who certifies this height
 * @param height worked on
 * @param round of that height
 * @param active whether a timer runs; none does while there is nothing to do
 * @param building the round for which a block is being built; -1 for none
 * @param proposed the proposal taken up in this round
 * @param prepared the block this validator saw prepared last
 * @param finished a certified block that is being checked
 * @param votes proposals, prepares and commits that count, the own ones among them
 * @param roundChanges the latest of each validator
 * @param blocks that were proposed
 * @param valid blocks found valid, and who certifies after them
 * @param accused validators that were held to account at this height
 * @param asked peers that were asked for this height since the last time-out
 * @param early what peers said of the next height
 */
public record ConsensusState(
        Digest chain,
        ValidatorSet validators,
        long height,
        int round,
        boolean active,
        int building,
        Optional<Digest> proposed,
        Optional<Message.Prepared> prepared,
        Optional<Message.Decided> finished,
        SortedMap<Slot, SignedVote> votes,
        SortedMap<Integer, Message.RoundChange> roundChanges,
        SortedMap<Digest, Block> blocks,
        SortedMap<Digest, ValidatorSet> valid,
        SortedSet<Integer> accused,
        Set<Bytes> asked,
        List<Event.Received> early) {

    /**
     * What an honest validator signs one vote for.
     *
     * @param kind of the vote
     * @param round of the vote
     * @param validator its place in the set
     */
    public record Slot(Vote.Kind kind, int round, int validator) implements Comparable<Slot> {
        private static final Comparator<Slot> ORDER =
                Comparator.comparing(Slot::kind).thenComparingInt(Slot::round).thenComparingInt(Slot::validator);

        @Override
        public int compareTo(Slot other) {
            return ORDER.compare(this, other);
        }
    }

    /** Copies the collections. */
    public ConsensusState {
        votes = Collections.unmodifiableSortedMap(new TreeMap<>(votes));
        roundChanges = Collections.unmodifiableSortedMap(new TreeMap<>(roundChanges));
        blocks = Collections.unmodifiableSortedMap(new TreeMap<>(blocks));
        valid = Collections.unmodifiableSortedMap(new TreeMap<>(valid));
        accused = Collections.unmodifiableSortedSet(new TreeSet<>(accused));
        asked = Set.copyOf(asked);
        early = List.copyOf(early);
    }

    /** A validator that begins a height. */
    public static ConsensusState at(Digest chain, ValidatorSet validators, long height) {
        return new ConsensusState(
                chain,
                validators,
                height,
                0,
                false,
                -1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                Set.of(),
                List.of());
    }
}
