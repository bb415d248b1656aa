package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.Partition.Lookup;
import dev.candor.persistence.partition.PartitionDecider.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

final class PartitionDeciderTest {
    private static final int PARTITION = 2;
    private static final Identity IDENTITY = Fakes.identity(PARTITION, "key", "body");
    private static final Identity OTHER_BODY = Fakes.identity(PARTITION, "key", "another body");

    private final PartitionDecider decider = decider(Digest::equals);

    @Test
    void answersNewAndLetsTheFirstCommitIn() {
        Lookup lookup = lookup(IDENTITY);
        assertThat(decider.lookup(lookup, 0)).containsExactly(new Effect.Find(IDENTITY));
        assertThat(decider.found(IDENTITY.id(), List.of(), 0))
                .containsExactly(new Effect.Reply(lookup, new LookupReply.New(IDENTITY)));
        Commitment commitment = keyed(1, IDENTITY);
        assertThat(decider.commit(commitment, 100))
                .as("no second look into the store")
                .isEmpty();
        assertThat(next(100)).containsExactly(commitment);
        assertThat(decider.written(350))
                .containsExactly(new Effect.Tell(
                        commitment,
                        new Answered(Fakes.uuid(1), commitment.answer(), false, Timings.NONE.withCommit(250))));
        Lookup again = lookup(IDENTITY);
        assertThat(decider.lookup(again, 400))
                .containsExactly(new Effect.Reply(again, new LookupReply.Done(IDENTITY, commitment.answer())));
    }

    @Test
    void asksTheStoreBeforeACommitThatNobodyLookedUp() {
        Commitment commitment = keyed(1, IDENTITY);
        assertThat(decider.commit(commitment, 0)).containsExactly(new Effect.Find(IDENTITY));
        assertThat(next(0)).isEmpty();
        StoredAnswer row = row(9, IDENTITY);
        assertThat(decider.found(IDENTITY.id(), List.of(row), 0))
                .containsExactly(new Effect.Tell(
                        commitment, new Answered(Fakes.uuid(1), Fakes.answer(PARTITION, 9), true, Timings.NONE)));
        assertThat(next(0)).as("a dropped result gets no receipt").isEmpty();
    }

    @Test
    void givesTheSecondCommitTheFirstsAnswerAndAnotherBodyAConflict() {
        Commitment first = keyed(1, IDENTITY);
        Commitment second = keyed(2, IDENTITY);
        Commitment other = keyed(3, OTHER_BODY);
        decider.commit(first, 0);
        decider.commit(second, 0);
        decider.commit(other, 0);
        decider.found(IDENTITY.id(), List.of(), 0);
        assertThat(next(0)).containsExactly(first);
        Lookup waiting = lookup(IDENTITY);
        assertThat(decider.lookup(waiting, 0))
                .as("nobody is told before the write is in")
                .isEmpty();
        assertThat(decider.written(0))
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo(told(first, first.answer(), false)),
                        it -> assertThat(it)
                                .isEqualTo(new Effect.Reply(waiting, new LookupReply.Done(IDENTITY, first.answer()))),
                        it -> assertThat(it).isEqualTo(told(second, first.answer(), true)),
                        it -> assertRefused(it, other, ErrorCode.IDEMPOTENCY_CONFLICT));
        assertThat(next(0)).isEmpty();
        assertThat(decider.commit(keyed(2, IDENTITY), 0)).containsExactly(told(second, first.answer(), true));
        assertRefused(decider.commit(other, 0).getFirst(), other, ErrorCode.IDEMPOTENCY_CONFLICT);
        Lookup conflicting = lookup(OTHER_BODY);
        assertThat(decider.lookup(conflicting, 0))
                .containsExactly(new Effect.Reply(conflicting, new LookupReply.Conflict(conflicting.identity())));
    }

    @Test
    void answersExpiredWithTheReceipt() {
        Lookup same = lookup(IDENTITY);
        Lookup other = lookup(OTHER_BODY);
        decider.lookup(same, 0);
        decider.lookup(other, 0);
        StoredAnswer row = new StoredAnswer(
                Fakes.id(PARTITION, 9), Optional.of(IDENTITY), 1, 2, Fakes.bytes("receipt 9"), Optional.empty());
        assertThat(decider.found(IDENTITY.id(), List.of(row), 0))
                .containsExactly(
                        new Effect.Reply(same, new LookupReply.Expired(IDENTITY, Fakes.bytes("receipt 9"))),
                        new Effect.Reply(other, new LookupReply.Conflict(other.identity())));
    }

    @Test
    void catchesTheMutantThatForgetsTheBodyDigest() {
        assertThat(conflicts(decider(Digest::equals))).isTrue();
        assertThat(conflicts(decider((_, _) -> true)))
                .as("what the check above catches")
                .isFalse();
    }

    private static boolean conflicts(PartitionDecider decider) {
        Commitment first = keyed(1, IDENTITY);
        Commitment other = keyed(2, OTHER_BODY);
        decider.commit(first, 0);
        decider.commit(other, 0);
        decider.found(IDENTITY.id(), List.of(), 0);
        decider.nextWrite(0, new ArrayList<>());
        Effect last = decider.written(0).getLast();
        return last instanceof Effect.Tell tell
                && tell.outcome() instanceof Refused refused
                && refused.refusal().code() == ErrorCode.IDEMPOTENCY_CONFLICT;
    }

    @Test
    void writesAtOnceWhenIdleAndTogetherWhatCameMeanwhile() {
        Commitment alone = keyless(1);
        decider.commit(alone, 0);
        assertThat(next(0)).containsExactly(alone);
        Commitment a = keyless(2);
        Commitment b = keyless(3);
        decider.commit(a, 0);
        decider.commit(b, 0);
        assertThat(next(0)).as("one write at a time").isEmpty();
        assertThat(decider.written(0)).hasSize(1);
        assertThat(next(0)).containsExactly(a, b);
        assertThat(decider.written(0)).hasSize(2);
        assertThat(decider.idle()).isTrue();
    }

    @Test
    void refusesWhatIsBeyondTwoWrites() {
        decider.commit(keyless(0), 0);
        assertThat(next(0)).hasSize(1);
        for (int i = 1; i <= 8; i++) {
            assertThat(decider.commit(keyless(i), 0)).isEmpty();
        }
        Commitment over = keyless(99);
        Effect refused = decider.commit(over, 0).getFirst();
        assertRefused(refused, over, ErrorCode.OVERLOADED);
        assertThat(((Refused) ((Effect.Tell) refused).outcome()).refusal().retryAfter())
                .isPresent();
        decider.written(0);
        assertThat(next(0)).hasSize(4);
        assertThat(decider.commit(over, 0)).isEmpty();
    }

    @Test
    void keepsAWriteWithinItsBytes() {
        for (int i = 0; i < 4; i++) {
            assertThat(decider.commit(withReceipt(i, 900), 0)).as("%d", i).isEmpty();
        }
        assertRefused(decider.commit(withReceipt(9, 900), 0).getFirst(), withReceipt(9, 900), ErrorCode.OVERLOADED);
        assertThat(next(0)).hasSize(2);
        assertRefused(decider.commit(withReceipt(9, 3000), 0).getFirst(), withReceipt(9, 3000), ErrorCode.INTERNAL);
    }

    @Test
    void dropsWhatIsLateUnlessARetryMayWantIt() {
        Deadline soon = new Deadline(10);
        Commitment keyless = Fakes.commitment(PARTITION, 1, Optional.empty(), soon, noReply());
        Commitment keyed = Fakes.commitment(PARTITION, 2, Optional.of(IDENTITY), soon, noReply());
        decider.commit(keyless, 0);
        decider.commit(keyed, 0);
        decider.found(IDENTITY.id(), List.of(), 0);
        List<Effect> dropped = new ArrayList<>();
        assertThat(decider.nextWrite(20, dropped)).containsExactly(keyed);
        assertRefused(dropped.getFirst(), keyless, ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void refusesWhatOtherPartitionsJudge() {
        Commitment stray = Fakes.commitment(PARTITION + 1, 1, Optional.empty(), later(), noReply());
        assertRefused(decider.commit(stray, 0).getFirst(), stray, ErrorCode.INTERNAL);
    }

    @Test
    void tellsThoseInFlightThatNobodyKnowsAndTheOthersThatNothingWasWritten() {
        Commitment inFlight = keyed(1, IDENTITY);
        decider.commit(inFlight, 0);
        decider.found(IDENTITY.id(), List.of(), 0);
        next(0);
        Commitment loser = keyed(2, IDENTITY);
        Commitment waiting = keyless(3);
        Identity unasked = Fakes.identity(PARTITION, "unasked", "body");
        Lookup lookup = lookup(unasked);
        decider.commit(loser, 0);
        decider.commit(waiting, 0);
        decider.lookup(lookup, 0);
        List<Effect> effects = decider.fail(Refusals.unknown(), Refusals.unavailable());
        assertThat(effects).hasSize(4);
        assertRefused(effects.get(0), inFlight, ErrorCode.COMMIT_UNKNOWN);
        assertRefused(effects.get(1), loser, ErrorCode.COMMIT_UNKNOWN);
        assertRefused(effects.get(2), waiting, ErrorCode.JOURNAL_UNAVAILABLE);
        assertThat(effects.get(3))
                .isInstanceOfSatisfying(
                        Effect.Reply.class,
                        reply -> assertThat(reply.reply()).isInstanceOf(LookupReply.Unavailable.class));
        assertThat(decider.idle()).isTrue();
    }

    @Test
    void reportsAStoredAnswerThatCannotBeRead() {
        Lookup lookup = lookup(IDENTITY);
        decider.lookup(lookup, 0);
        StoredAnswer broken = new StoredAnswer(
                Fakes.id(PARTITION, 9), Optional.of(IDENTITY), 1, 2, Fakes.bytes("r"), Optional.of(Bytes.ofHex("07")));
        assertThat(decider.found(IDENTITY.id(), List.of(broken), 0))
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Reply.class,
                        reply -> assertThat(reply.reply()).isInstanceOf(LookupReply.Unavailable.class));
    }

    private List<Commitment> next(long now) {
        List<Effect> dropped = new ArrayList<>();
        List<Commitment> write = decider.nextWrite(now, dropped);
        assertThat(dropped).isEmpty();
        return write;
    }

    static PartitionDecider decider(BiPredicate<Digest, Digest> sameBody) {
        return new PartitionDecider(PARTITION, TestSettings.SMALL, Duration.ofHours(1), sameBody);
    }

    private static Lookup lookup(Identity identity) {
        return new Lookup(identity, TestInbox.<LookupReply>create().getRef());
    }

    private static Commitment keyed(long number, Identity identity) {
        return Fakes.commitment(PARTITION, number, Optional.of(identity), later(), noReply());
    }

    private static Commitment keyless(long number) {
        return Fakes.commitment(PARTITION, number, Optional.empty(), later(), noReply());
    }

    private static Commitment withReceipt(long number, int size) {
        Commitment plain = keyless(number);
        Answer answer = plain.answer();
        return new Commitment(
                plain.uuid(),
                plain.identity(),
                new Answer(answer.id(), answer.model(), answer.outputs(), answer.salt(), Bytes.wrap(new byte[size])),
                plain.timings(),
                plain.deadline(),
                plain.replyTo());
    }

    private static org.apache.pekko.actor.typed.ActorRef<dev.candor.actors.inference.InferenceOutcome> noReply() {
        return NO_REPLY.getRef();
    }

    private static final TestInbox<dev.candor.actors.inference.InferenceOutcome> NO_REPLY = TestInbox.create();

    private static Deadline later() {
        return new Deadline(Long.MAX_VALUE / 2);
    }

    private static StoredAnswer row(long number, Identity identity) {
        Answer answer = Fakes.answer(PARTITION, number);
        return new StoredAnswer(
                answer.id(), Optional.of(identity), 1, 2, answer.receipt(), Optional.of(AnswerCodec.encode(answer)));
    }

    private static Effect told(Commitment to, Answer answer, boolean replayed) {
        return new Effect.Tell(to, new Answered(to.uuid(), answer, replayed, Timings.NONE));
    }

    private static void assertRefused(Effect effect, Commitment to, ErrorCode code) {
        assertThat(effect).isInstanceOfSatisfying(Effect.Tell.class, tell -> {
            assertThat(tell.commitment().uuid()).isEqualTo(to.uuid());
            assertThat(tell.outcome()).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.uuid()).isEqualTo(to.uuid());
                assertThat(refused.refusal().code()).isEqualTo(code);
            });
        });
    }
}
