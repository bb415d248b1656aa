package dev.candor.persistence.partition;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.partition.GroupCommit.Waiting;
import dev.candor.persistence.partition.Partition.Lookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges what is answered for an identity, and groups what is written. One instance serves one epoch of one owner. Pure: inputs in, effects out, in order.
 *
 * <p>The first commit of an identity wins. Before an identity's commitment may be written, this instance knows for certain that nothing is in the
 * journal under it: it has asked the store since it became the owner, and nothing was committed since. Every commitment and every look-up gets exactly
 * one effect that answers it. Not thread-safe.
 */
final class PartitionDecider {
    /** What the actor is to do. */
    sealed interface Effect {
        /** Send {@code outcome} to whoever waits for {@code commitment}. */
        record Tell(Commitment commitment, InferenceOutcome outcome) implements Effect {}

        /** Answer a look-up. */
        record Reply(Lookup lookup, LookupReply reply) implements Effect {}

        /** Ask the store for an identity, then call {@link #found} or {@link #findFailed}. */
        record Find(Identity identity) implements Effect {}
    }

    private static final Duration SOON = Duration.ofMillis(100);

    /** Those who wait for the store's word on an identity. */
    private static final class Search {
        private final List<Lookup> lookups = new ArrayList<>();
        private final List<Commitment> commitments = new ArrayList<>();
    }

    /** A winner that is not in the journal yet, and those who wait for it. */
    private static final class Contest {
        private final Commitment winner;
        private final List<Lookup> lookups = new ArrayList<>();
        private final List<Waiting> losers = new ArrayList<>();

        Contest(Commitment winner) {
            this.winner = winner;
        }
    }

    private final int partition;
    private final PartitionSettings settings;
    private final BiPredicate<Digest, Digest> sameBody;
    private final GroupCommit group;
    private final RecentAnswers recent;
    private final BoundedSet knownNew;
    private final Map<Digest, Search> searches = new HashMap<>();
    private final Map<Digest, Contest> contests = new HashMap<>();
    private int parked;

    /**
     * The judge of {@code partition}.
     *
     * @param retention how long the store keeps answers
     * @param sameBody whether two fingerprints are of the same body: equality everywhere but in the tests of the tests
     */
    PartitionDecider(
            int partition, PartitionSettings settings, Duration retention, BiPredicate<Digest, Digest> sameBody) {
        this.partition = partition;
        this.settings = settings;
        this.sameBody = sameBody;
        this.group = new GroupCommit(settings.group());
        Duration age = settings.recentAge().compareTo(retention) < 0 ? settings.recentAge() : retention;
        this.recent = new RecentAnswers(settings.recentAnswers(), settings.recentBytes(), age);
        this.knownNew = new BoundedSet(settings.knownNew());
    }

    /** Somebody asks whether an identity was answered. */
    List<Effect> lookup(Lookup lookup, long now) {
        Digest id = lookup.identity().id();
        Contest contest = contests.get(id);
        Search search = searches.get(id);
        Optional<RecentAnswers.Settled> settled = recent.find(id, now);
        if (settled.isPresent()) {
            return List.of(new Effect.Reply(lookup, verdict(lookup, settled.get())));
        }
        if (contest == null && search == null && knownNew.contains(id)) {
            return List.of(new Effect.Reply(lookup, new LookupReply.New(lookup.identity())));
        }
        if (parked >= settings.maxLookups()) {
            return List.of(new Effect.Reply(lookup, new LookupReply.Unavailable(lookup.identity(), overloaded())));
        }
        parked++;
        if (contest != null) {
            contest.lookups.add(lookup);
            return List.of();
        }
        return search(lookup.identity(), search, found -> found.lookups.add(lookup));
    }

    /** An answer asks to be committed. */
    List<Effect> commit(Commitment commitment, long now) {
        if (group.tooLarge(commitment)) {
            return refuse(
                    commitment,
                    Refusal.of(
                            ErrorCode.INTERNAL,
                            "The receipt has " + commitment.answer().receipt().length()
                                    + " bytes, more than a write of the journal may have ("
                                    + settings.group().bytes() + ")."));
        }
        if (commitment.answer().id().partition() != partition
                || commitment.identity().map(Identity::partition).orElse(partition) != partition) {
            return refuse(
                    commitment,
                    Refusal.of(
                            ErrorCode.INTERNAL,
                            "The answer " + commitment.answer().id() + " was sent to partition " + partition
                                    + ", which does not judge it."));
        }
        if (commitment.identity().isEmpty()) {
            return group.offer(commitment, now) ? List.of() : refuse(commitment, overloaded());
        }
        Identity identity = commitment.identity().get();
        Contest contest = contests.get(identity.id());
        Search search = searches.get(identity.id());
        Optional<RecentAnswers.Settled> settled = recent.find(identity.id(), now);
        if (settled.isPresent()) {
            return List.of(tell(
                    commitment,
                    now,
                    identity.fingerprint(),
                    settled.get().fingerprint(),
                    settled.get().answer(),
                    now));
        }
        if (contest == null && search == null && knownNew.contains(identity.id())) {
            return enter(commitment, identity, now);
        }
        if (parked >= settings.maxLookups()) {
            return refuse(commitment, overloaded());
        }
        parked++;
        if (contest != null) {
            contest.losers.add(new Waiting(commitment, now));
            return List.of();
        }
        return search(identity, search, found -> found.commitments.add(commitment));
    }

    /**
     * The store has answered a {@link Effect.Find}.
     *
     * @param rows those that count, see {@link PartitionState#counts}
     */
    List<Effect> found(Digest identity, List<StoredAnswer> rows, long now) {
        Search search = searches.remove(identity);
        if (search == null) {
            return List.of();
        }
        parked -= search.lookups.size() + search.commitments.size();
        Optional<StoredAnswer> first = rows.stream().min(Comparator.comparingLong(StoredAnswer::sequenceNr));
        List<Effect> effects = new ArrayList<>();
        if (first.isEmpty()) {
            knownNew.add(identity);
            search.lookups.forEach(
                    lookup -> effects.add(new Effect.Reply(lookup, new LookupReply.New(lookup.identity()))));
            search.commitments.forEach(commitment -> effects.addAll(commit(commitment, now)));
            return effects;
        }
        StoredAnswer row = first.get();
        Optional<Answer> answer;
        try {
            answer = row.answer().map(bytes -> AnswerCodec.decode(bytes, row.receipt()));
        } catch (MalformedBytesException e) {
            return failed(
                    search,
                    Refusal.of(
                            ErrorCode.INTERNAL,
                            "The stored answer " + row.id() + " cannot be read: " + e.getMessage() + "."));
        }
        Digest fingerprint = row.identity().map(Identity::fingerprint).orElse(Digest.ZERO);
        for (Lookup lookup : search.lookups) {
            LookupReply reply = !sameBody.test(lookup.identity().fingerprint(), fingerprint)
                    ? new LookupReply.Conflict(lookup.identity())
                    : answer.<LookupReply>map(it -> new LookupReply.Done(lookup.identity(), it))
                            .orElseGet(() -> new LookupReply.Expired(lookup.identity(), row.receipt()));
            effects.add(new Effect.Reply(lookup, reply));
        }
        for (Commitment commitment : search.commitments) {
            Digest own = commitment.identity().orElseThrow().fingerprint();
            effects.add(
                    answer.isPresent()
                            ? tell(commitment, now, own, fingerprint, answer.get(), now)
                            : new Effect.Tell(
                                    commitment,
                                    new Refused(
                                            commitment.uuid(),
                                            sameBody.test(own, fingerprint)
                                                    ? Refusals.expired(row.receipt())
                                                    : Refusals.conflict())));
        }
        return effects;
    }

    /** The store could not be asked. */
    List<Effect> findFailed(Digest identity, Refusal refusal) {
        Search search = searches.remove(identity);
        if (search == null) {
            return List.of();
        }
        parked -= search.lookups.size() + search.commitments.size();
        return failed(search, refusal);
    }

    /** The next write, if the log is idle and something waits; those that are dropped on the way are answered through {@code effects}. */
    List<Commitment> nextWrite(long now, List<Effect> effects) {
        return group
                .next(
                        now,
                        late -> effects.add(new Effect.Tell(
                                late.commitment(), new Refused(late.commitment().uuid(), Refusals.late()))))
                .stream()
                .map(Waiting::commitment)
                .toList();
    }

    /** The write in flight is in the journal, synced. */
    List<Effect> written(long now) {
        List<Effect> effects = new ArrayList<>();
        for (Waiting waiting : group.landed()) {
            Commitment winner = waiting.commitment();
            effects.add(new Effect.Tell(
                    winner,
                    new Answered(
                            winner.uuid(),
                            winner.answer(),
                            false,
                            winner.timings().withCommit(now - waiting.since()))));
            winner.identity().ifPresent(identity -> settle(identity, now, effects));
        }
        return effects;
    }

    /**
     * Ownership ends: everything is answered.
     *
     * @param inFlight why, for what may or may not be in the journal
     * @param others why, for what is certainly not
     */
    List<Effect> fail(Refusal inFlight, Refusal others) {
        List<Effect> effects = new ArrayList<>();
        group.landed().forEach(waiting -> end(waiting.commitment(), inFlight, effects));
        group.drain().forEach(waiting -> end(waiting.commitment(), others, effects));
        List.copyOf(searches.keySet()).forEach(identity -> effects.addAll(findFailed(identity, others)));
        return effects;
    }

    /** Whether nothing waits, nothing is in flight and nothing is asked. */
    boolean idle() {
        return group.idle() && searches.isEmpty();
    }

    /** How many commitments wait for a write. */
    int waiting() {
        return group.waiting();
    }

    private List<Effect> search(Identity identity, @Nullable Search under, java.util.function.Consumer<Search> join) {
        if (under != null) {
            join.accept(under);
            return List.of();
        }
        Search search = new Search();
        join.accept(search);
        searches.put(identity.id(), search);
        return List.of(new Effect.Find(identity));
    }

    private List<Effect> enter(Commitment commitment, Identity identity, long now) {
        if (!group.offer(commitment, now)) {
            return refuse(commitment, overloaded());
        }
        knownNew.remove(identity.id());
        contests.put(identity.id(), new Contest(commitment));
        return List.of();
    }

    private void settle(Identity identity, long now, List<Effect> effects) {
        Contest contest = contests.remove(identity.id());
        if (contest == null) {
            throw new IllegalStateException("a commitment with a key was written without a contest");
        }
        parked -= contest.lookups.size() + contest.losers.size();
        Answer answer = contest.winner.answer();
        RecentAnswers.Settled settled = new RecentAnswers.Settled(identity.fingerprint(), answer, now);
        recent.put(identity.id(), settled);
        contest.lookups.forEach(lookup -> effects.add(new Effect.Reply(lookup, verdict(lookup, settled))));
        for (Waiting loser : contest.losers) {
            Digest own = loser.commitment().identity().orElseThrow().fingerprint();
            effects.add(tell(loser.commitment(), loser.since(), own, identity.fingerprint(), answer, now));
        }
    }

    private void end(Commitment winner, Refusal refusal, List<Effect> effects) {
        effects.add(new Effect.Tell(winner, new Refused(winner.uuid(), refusal)));
        if (winner.identity().isEmpty()) {
            return;
        }
        Digest identity = winner.identity().get().id();
        Contest contest = contests.remove(identity);
        if (contest == null) {
            return;
        }
        parked -= contest.lookups.size() + contest.losers.size();
        contest.lookups.forEach(lookup ->
                effects.add(new Effect.Reply(lookup, new LookupReply.Unavailable(lookup.identity(), refusal))));
        contest.losers.forEach(loser -> effects.add(new Effect.Tell(
                loser.commitment(), new Refused(loser.commitment().uuid(), refusal))));
    }

    private static List<Effect> failed(Search search, Refusal refusal) {
        List<Effect> effects = new ArrayList<>();
        search.lookups.forEach(lookup ->
                effects.add(new Effect.Reply(lookup, new LookupReply.Unavailable(lookup.identity(), refusal))));
        search.commitments.forEach(it -> effects.add(new Effect.Tell(it, new Refused(it.uuid(), refusal))));
        return effects;
    }

    private LookupReply verdict(Lookup lookup, RecentAnswers.Settled settled) {
        return sameBody.test(lookup.identity().fingerprint(), settled.fingerprint())
                ? new LookupReply.Done(lookup.identity(), settled.answer())
                : new LookupReply.Conflict(lookup.identity());
    }

    private Effect tell(Commitment late, long since, Digest own, Digest first, Answer answer, long now) {
        InferenceOutcome outcome = sameBody.test(own, first)
                ? new Answered(
                        late.uuid(),
                        answer,
                        !answer.id().equals(late.answer().id()),
                        late.timings().withCommit(now - since))
                : new Refused(late.uuid(), Refusals.conflict());
        return new Effect.Tell(late, outcome);
    }

    private static List<Effect> refuse(Commitment commitment, Refusal refusal) {
        return List.of(new Effect.Tell(commitment, new Refused(commitment.uuid(), refusal)));
    }

    private Refusal overloaded() {
        return Refusal.retryable(
                ErrorCode.OVERLOADED, "Partition " + partition + " has more to write than it can; retry.", SOON);
    }
}
