package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.consensus.ConsensusState.Slot;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.ledger.vote.Vote.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What validators said at one height, as far as it was verified: a vote a kind, round and validator, and the last round change of each. Not thread-safe. */
final class Ballots {
    /** Votes of rounds further from the own one are not kept: a liar could fill the memory with them. */
    static final int NEAR = 16;

    private final ValidatorSet validators;
    private final ConsensusRules rules;
    private final SortedMap<Slot, SignedVote> votes;
    private final SortedMap<Integer, Message.RoundChange> roundChanges;
    private final SortedSet<Integer> accused;

    /** Nothing was said. */
    Ballots(ValidatorSet validators, ConsensusRules rules) {
        this.validators = validators;
        this.rules = rules;
        votes = new TreeMap<>();
        roundChanges = new TreeMap<>();
        accused = new TreeSet<>();
    }

    /** A copy of what was said. */
    Ballots(ConsensusState state, ConsensusRules rules) {
        this.validators = state.validators();
        this.rules = rules;
        votes = new TreeMap<>(state.votes());
        roundChanges = new TreeMap<>(state.roundChanges());
        accused = new TreeSet<>(state.accused());
    }

    SortedMap<Slot, SignedVote> votes() {
        return votes;
    }

    SortedMap<Integer, Message.RoundChange> roundChanges() {
        return roundChanges;
    }

    SortedSet<Integer> accused() {
        return accused;
    }

    private static Slot slot(Vote vote, int validator) {
        return new Slot(vote.kind(), vote.round(), validator);
    }

    Optional<SignedVote> of(Kind kind, int round, int validator) {
        return Optional.ofNullable(votes.get(new Slot(kind, round, validator)));
    }

    /** The validator's own vote. */
    void put(int self, SignedVote vote) {
        votes.put(slot(vote.vote(), self), vote);
    }

    /**
     * Keeps a vote that has a slot of its own.
     *
     * @param round the validator's
     * @return evidence, where the signer voted otherwise before and was not accused yet
     */
    Optional<Equivocation> keep(SignedVote vote, int round) {
        if (Math.abs(vote.vote().round() - round) > NEAR) {
            return Optional.empty();
        }
        int validator = validators.indexOf(vote.key());
        SignedVote known = votes.putIfAbsent(slot(vote.vote(), validator), vote);
        return known == null ? Optional.empty() : compare(known, vote, validator);
    }

    /** Keeps a round change that is later than the signer's last one. */
    Optional<Equivocation> keep(Message.RoundChange change) {
        int validator = validators.indexOf(change.vote().key());
        Message.RoundChange known = roundChanges.get(validator);
        if (known == null || known.vote().vote().round() < change.vote().vote().round()) {
            roundChanges.put(validator, change);
            return Optional.empty();
        }
        return compare(known.vote(), change.vote(), validator);
    }

    private Optional<Equivocation> compare(SignedVote one, SignedVote two, int validator) {
        return one.vote().rivals(two.vote()) && rules.accuses() && accused.add(validator)
                ? Optional.of(new Equivocation(one, two))
                : Optional.empty();
    }

    /** The certificate of those who signed this very vote, if they are a quorum. */
    Optional<Certificate> quorum(Vote vote) {
        List<Certificate.Seal> seals = new ArrayList<>();
        for (int i = 0; i < validators.size(); i++) {
            SignedVote signed = votes.get(slot(vote, i));
            if (signed != null && signed.vote().equals(vote)) {
                seals.add(new Certificate.Seal(i, signed.signature()));
            }
        }
        return seals.size() >= rules.quorum(validators) ? Optional.of(new Certificate(vote, seals)) : Optional.empty();
    }

    /** Every commit that somebody signed, each once, in an order that follows from them. */
    List<Vote> commits() {
        Set<Vote> commits = new HashSet<>();
        votes.values().stream()
                .map(SignedVote::vote)
                .filter(vote -> vote.kind() == Kind.COMMIT)
                .forEach(commits::add);
        return commits.stream()
                .sorted(Comparator.comparingInt(Vote::round).thenComparing(Vote::block))
                .toList();
    }

    /** The votes of those who gave up the rounds before this one. */
    List<SignedVote> giversUp(int round) {
        return roundChanges.values().stream()
                .map(Message.RoundChange::vote)
                .filter(each -> each.vote().round() == round)
                .toList();
    }

    /** Whether a quorum gave up the rounds before this one. */
    boolean givenUpBefore(int round) {
        return giversUp(round).size() >= rules.quorum(validators);
    }

    /** What was prepared last among those who gave up the rounds before this one. */
    Optional<Message.Prepared> preparedLast(int round) {
        return roundChanges.values().stream()
                .filter(each -> each.vote().vote().round() == round)
                .flatMap(each -> each.prepared().stream())
                .max(Comparator.comparingInt(Message.Prepared::round));
    }

    /** The round that so many are in or beyond that one of them does not lie; empty where they are not that many. */
    Optional<Integer> ahead(int round) {
        List<Integer> ahead = roundChanges.values().stream()
                .map(each -> each.vote().vote().round())
                .filter(each -> each > round)
                .sorted()
                .toList();
        return ahead.size() > validators.faults() ? Optional.of(ahead.getFirst()) : Optional.empty();
    }

    /** Forgets votes of rounds long past; gives the blocks that the others name. */
    Set<Digest> forgetBefore(int round) {
        votes.keySet().removeIf(slot -> slot.round() < round - NEAR);
        Set<Digest> named = new HashSet<>();
        votes.values().forEach(each -> named.add(each.vote().block()));
        return named;
    }
}
