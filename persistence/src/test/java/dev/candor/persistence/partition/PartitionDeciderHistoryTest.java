package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.Partition.Lookup;
import dev.candor.persistence.partition.PartitionDecider.Effect;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;

/** The decider in random histories with takeovers, failed writes, slow and failing stores: what every caller was told agrees with the log. */
final class PartitionDeciderHistoryTest {
    private static final TestInbox<InferenceOutcome> OUTCOMES = TestInbox.create();
    private static final TestInbox<LookupReply> REPLIES = TestInbox.create();

    @Property(tries = 300)
    void everyoneGetsOneAnswerThatTheLogConfirms(@ForAll long seed) {
        History history = new History(seed, Digest::equals);
        history.run();
        assertThat(history.complaints).isEmpty();
    }

    @org.junit.jupiter.api.Test
    void catchesTheMutantThatForgetsTheBodyDigest() {
        List<String> complaints = new ArrayList<>();
        for (long seed = 0; seed < 50; seed++) {
            History history = new History(seed, (_, _) -> true);
            history.run();
            complaints.addAll(history.complaints);
        }
        assertThat(complaints).anyMatch(complaint -> complaint.contains("another body"));
    }

    private static final class History {
        private final Random random;
        private final BiPredicate<Digest, Digest> sameBody;
        private final List<String> complaints = new ArrayList<>();
        private final List<StoredAnswer> rows = new ArrayList<>();
        private final Set<UUID> open = new HashSet<>();
        private final Map<Digest, Answer> winners = new HashMap<>();
        private final Map<Digest, Digest> winningBody = new HashMap<>();
        private final List<Identity> toFind = new ArrayList<>();
        private final List<Lookup> openLookups = new ArrayList<>();
        private PartitionState log = PartitionState.EMPTY;
        private PartitionDecider decider;
        private List<Commitment> inFlight = List.of();
        private long epoch;
        private long number;
        private long now;

        History(long seed, BiPredicate<Digest, Digest> sameBody) {
            this.random = new Random(seed);
            this.sameBody = sameBody;
            this.decider = takeOver();
        }

        void run() {
            for (int step = 0; step < 400; step++) {
                now += random.nextLong(100);
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> commit();
                    case 3, 4 -> lookup();
                    case 5, 6, 7 -> find();
                    case 8 -> startWrite();
                    case 9, 10 -> finishWrite();
                    default -> {
                        if (random.nextInt(6) == 0) {
                            fail();
                        }
                    }
                }
            }
            while (!toFind.isEmpty()) {
                find();
            }
            do {
                finishWrite();
                startWrite();
            } while (!inFlight.isEmpty());
            if (!open.isEmpty() || !openLookups.isEmpty()) {
                complaints.add("never answered: " + open + openLookups);
            }
            if (!decider.idle()) {
                complaints.add("not idle at the end");
            }
        }

        private PartitionDecider takeOver() {
            epoch++;
            log = log.apply(log.sequenceNr() + 1, new Opened(epoch, log.head()));
            toFind.clear();
            inFlight = List.of();
            return new PartitionDecider(0, TestSettings.SMALL, Duration.ofHours(1), sameBody);
        }

        private Identity identity() {
            return Fakes.identity(0, "key " + random.nextInt(6), "body " + random.nextInt(5) / 4);
        }

        private void commit() {
            number++;
            Optional<Identity> identity = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(identity());
            Deadline deadline = new Deadline(now + random.nextLong(5_000));
            Commitment commitment = Fakes.commitment(0, number, identity, deadline, OUTCOMES.getRef());
            open.add(commitment.uuid());
            run(decider.commit(commitment, now));
        }

        private void lookup() {
            Lookup lookup = new Lookup(identity(), REPLIES.getRef());
            openLookups.add(lookup);
            run(decider.lookup(lookup, now));
        }

        private void find() {
            if (toFind.isEmpty()) {
                return;
            }
            Identity identity = toFind.remove(random.nextInt(toFind.size()));
            if (random.nextInt(10) == 0) {
                run(decider.findFailed(identity.id(), Refusals.unavailable()));
                return;
            }
            run(decider.found(
                    identity.id(),
                    rows.stream()
                            .filter(row -> row.identity().map(Identity::id).equals(Optional.of(identity.id())))
                            .filter(row -> log.counts(row.epoch(), row.sequenceNr()))
                            .toList(),
                    now));
        }

        private void startWrite() {
            List<Effect> dropped = new ArrayList<>();
            List<Commitment> write = decider.nextWrite(now, dropped);
            run(dropped);
            if (write.isEmpty()) {
                return;
            }
            if (!inFlight.isEmpty()) {
                complaints.add("two writes at a time");
            }
            if (write.size() > 4) {
                complaints.add("a write of " + write.size());
            }
            inFlight = write;
            for (Commitment entry : write) {
                rows.add(new StoredAnswer(
                        entry.answer().id(),
                        entry.identity(),
                        epoch,
                        log.sequenceNr() + 1,
                        entry.answer().receipt(),
                        Optional.of(AnswerCodec.encode(entry.answer()))));
            }
        }

        private void persist() {
            log = log.apply(
                    log.sequenceNr() + 1,
                    new PartitionEvent.ReceiptsCommitted(
                            epoch,
                            log.head(),
                            inFlight.stream()
                                    .map(entry -> new PartitionEvent.Entry(
                                            entry.answer().receipt(),
                                            entry.identity().map(PartitionEvent.EntryKey::of)))
                                    .toList()));
            for (Commitment entry : inFlight) {
                entry.identity().ifPresent(identity -> {
                    if (winners.putIfAbsent(identity.id(), entry.answer()) != null) {
                        complaints.add("two receipts under one identity");
                    }
                    winningBody.putIfAbsent(identity.id(), identity.fingerprint());
                });
            }
        }

        private void finishWrite() {
            if (inFlight.isEmpty()) {
                return;
            }
            persist();
            inFlight = List.of();
            run(decider.written(now));
        }

        private void fail() {
            boolean written = !inFlight.isEmpty() && random.nextBoolean();
            if (written) {
                persist();
            }
            run(decider.fail(Refusals.unknown(), Refusals.unavailable()));
            if (!open.isEmpty() || !openLookups.isEmpty()) {
                complaints.add("not answered at the end of an epoch: " + open + openLookups);
                open.clear();
                openLookups.clear();
            }
            decider = takeOver();
        }

        private void run(List<Effect> effects) {
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.Find find -> toFind.add(find.identity());
                    case Effect.Tell tell -> told(tell.commitment(), tell.outcome());
                    case Effect.Reply reply -> {
                        if (!openLookups.remove(reply.lookup())) {
                            complaints.add("a second reply to a look-up");
                        }
                        replied(reply.lookup().identity(), reply.reply());
                    }
                }
            }
        }

        private void told(Commitment commitment, InferenceOutcome outcome) {
            if (!open.remove(commitment.uuid())) {
                complaints.add("a second outcome for " + commitment.uuid());
            }
            if (!outcome.uuid().equals(commitment.uuid())) {
                complaints.add("an outcome under another attempt's id");
            }
            if (commitment.identity().isEmpty()) {
                return;
            }
            Identity identity = commitment.identity().get();
            switch (outcome) {
                case Answered answered -> answered(identity, answered.answer());
                case Refused refused -> {
                    if (refused.refusal().code() == ErrorCode.IDEMPOTENCY_CONFLICT
                            && identity.fingerprint().equals(winningBody.get(identity.id()))) {
                        complaints.add("a conflict with the same body");
                    }
                }
            }
        }

        private void replied(Identity identity, LookupReply reply) {
            switch (reply) {
                case LookupReply.Done done -> answered(identity, done.answer());
                case LookupReply.New _ -> {
                    if (winners.containsKey(identity.id())) {
                        complaints.add("new, though it was answered");
                    }
                }
                case LookupReply.Conflict _ -> {
                    if (identity.fingerprint().equals(winningBody.get(identity.id()))) {
                        complaints.add("a conflict with the same body");
                    }
                }
                case LookupReply.Expired _, LookupReply.Unavailable _ -> {}
            }
        }

        private void answered(Identity identity, Answer answer) {
            if (!answer.equals(winners.get(identity.id()))) {
                complaints.add("an answer that is not the first one in the log");
            }
            if (!identity.fingerprint().equals(winningBody.get(identity.id()))) {
                complaints.add("the answer to another body");
            }
        }
    }
}
