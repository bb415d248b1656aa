package dev.candor.persistence.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.LookupReply;
import dev.candor.persistence.request.RequestDecider.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

final class RequestDeciderTest {
    static final RequestSettings SETTINGS = new RequestSettings(
            Duration.ofSeconds(10),
            Duration.ofNanos(100),
            Duration.ofNanos(1000),
            3,
            5,
            Duration.ofNanos(10),
            Duration.ofNanos(50),
            4);
    private static final Identity IDENTITY = Fakes.identity(1, "key", "body");
    private static final Identity OTHER = Fakes.identity(1, "key", "another");
    private static final TestInbox<InferenceOutcome> INBOX = TestInbox.create();
    private static final Answer ANSWER = Fakes.answer(1, 1);
    private static final LookupReply NEW = new LookupReply.New(IDENTITY);

    private static final Refusal HANDED_OVER =
            Refusal.retryable(ErrorCode.JOURNAL_UNAVAILABLE, "it is being handed over", Duration.ofSeconds(1));
    private static final LookupReply UNAVAILABLE = new LookupReply.Unavailable(IDENTITY, HANDED_OVER);

    private final RequestDecider decider = new RequestDecider(SETTINGS);

    @Test
    void asksThenRunsOnceAndTellsEveryone() {
        InferenceJob first = job(1, 9_000);
        InferenceJob second = job(2, 9_000);
        assertThat(decider.submit(first, 0)).containsExactly(new Effect.Ask(IDENTITY));
        assertThat(decider.submit(second, 0)).isEmpty();
        assertThat(decider.answered(NEW, 0)).containsExactly(new Effect.Run(first));
        InferenceJob third = job(3, 9_000);
        assertThat(decider.submit(third, 0)).isEmpty();
        assertThat(decider.ran(new Answered(Fakes.uuid(1), ANSWER, false, Timings.NONE), 0))
                .containsExactly(told(first, false), told(second, true), told(third, true));
        assertThat(decider.idle()).isTrue();
        assertThat(decider.due()).isEmpty();
    }

    @Test
    void replaysWhatThePartitionHas() {
        InferenceJob again = job(2, 9_000);
        decider.submit(again, 0);
        assertThat(decider.answered(new LookupReply.Done(IDENTITY, ANSWER), 0)).containsExactly(told(again, true));
        decider.submit(again, 0);
        assertRefused(decider.answered(new LookupReply.Conflict(IDENTITY), 0), 2, ErrorCode.IDEMPOTENCY_CONFLICT);
        decider.submit(again, 0);
        assertRefused(
                decider.answered(new LookupReply.Expired(IDENTITY, Fakes.bytes("r")), 0), 2, ErrorCode.ANSWER_EXPIRED);
    }

    @Test
    void anotherBodyWaitsForTheOutcomeOfTheFirst() {
        InferenceJob first = job(1, 9_000);
        InferenceJob other = other(2, 9_000);
        decider.submit(first, 0);
        assertThat(decider.submit(other, 0)).isEmpty();
        assertThat(decider.answered(NEW, 0)).containsExactly(new Effect.Run(first));
        assertThat(decider.ran(new Answered(Fakes.uuid(1), ANSWER, false, Timings.NONE), 0))
                .containsExactly(told(first, false), new Effect.Ask(OTHER));
        assertRefused(decider.answered(new LookupReply.Conflict(OTHER), 0), 2, ErrorCode.IDEMPOTENCY_CONFLICT);
        assertThat(decider.idle()).isTrue();
    }

    @Test
    void whoHoldsTheIdentityIsAnsweredAlsoBehindOneWhoDoesNot() {
        InferenceJob intruder = other(1, 9_000);
        InferenceJob holder = job(2, 9_000);
        decider.submit(intruder, 0);
        decider.submit(holder, 0);
        List<Effect> effects = decider.answered(new LookupReply.Conflict(OTHER), 0);
        assertThat(effects).contains(new Effect.Ask(IDENTITY));
        assertRefused(List.of(effects.getFirst()), 1, ErrorCode.IDEMPOTENCY_CONFLICT);
        assertThat(decider.answered(new LookupReply.Done(IDENTITY, ANSWER), 0)).containsExactly(told(holder, true));
    }

    @Test
    void whoWaitsBehindAnotherBodyHasADeadlineAndMayLeave() {
        decider.submit(job(1, 9_000), 0);
        decider.submit(other(2, 50), 0);
        decider.submit(other(3, 9_000), 0);
        assertThat(decider.due()).hasValue(50);
        assertRefused(decider.tick(50), 2, ErrorCode.DEADLINE_EXCEEDED);
        assertRefused(decider.cancel(Fakes.uuid(3), 60), 3, ErrorCode.CANCELLED);
        assertRefused(decider.cancel(Fakes.uuid(1), 60), 1, ErrorCode.CANCELLED);
        assertThat(decider.idle()).isTrue();
    }

    @Test
    void whatCameTooLateForOneBodyIsNotToldToAnother() {
        decider.submit(job(1, 50), 0);
        decider.answered(NEW, 0);
        assertRefused(decider.tick(50), 1, ErrorCode.DEADLINE_EXCEEDED);
        InferenceJob other = other(2, 9_000);
        assertThat(decider.submit(other, 60)).containsExactly(new Effect.Ask(OTHER));
        assertThat(decider.ran(new Answered(Fakes.uuid(1), ANSWER, false, Timings.NONE), 60))
                .isEmpty();
        assertThat(decider.answered(new LookupReply.Done(IDENTITY, ANSWER), 60)).isEmpty();
        assertRefused(decider.answered(new LookupReply.Conflict(OTHER), 60), 2, ErrorCode.IDEMPOTENCY_CONFLICT);
    }

    @Test
    void tellsAFailureToAllAndForgetsIt() {
        decider.submit(job(1, 9_000), 0);
        decider.submit(job(2, 9_000), 0);
        decider.answered(NEW, 0);
        Refused failure = new Refused(Fakes.uuid(1), Refusal.of(ErrorCode.EXECUTION_FAILED, "no"));
        assertThat(decider.ran(failure, 0)).hasSize(2);
        assertThat(decider.submit(job(3, 9_000), 0)).containsExactly(new Effect.Ask(IDENTITY));
    }

    @Test
    void runsAgainWhenAReplyIsLostUntilItIsEnough() {
        InferenceJob job = job(1, 100_000);
        decider.submit(job, 0);
        assertThat(decider.due()).hasValue(100);
        assertThat(decider.tick(100)).as("the partition's word was lost").containsExactly(new Effect.Ask(IDENTITY));
        assertThat(decider.answered(NEW, 150)).containsExactly(new Effect.Run(job));
        assertThat(decider.due()).hasValue(1150);
        for (int lost = 1; lost < 3; lost++) {
            assertThat(decider.tick(lost * 5_000)).containsExactly(new Effect.Ask(IDENTITY));
            assertThat(decider.answered(NEW, lost * 5_000)).containsExactly(new Effect.Run(job));
        }
        decider.tick(50_000);
        assertRefused(decider.answered(NEW, 50_000), 1, ErrorCode.NOT_READY);
    }

    @Test
    void findsTheAnswerOfAnExecutionWhoseReplyWasLost() {
        InferenceJob job = job(1, 100_000);
        decider.submit(job, 0);
        decider.answered(NEW, 0);
        decider.tick(1_000);
        assertThat(decider.answered(new LookupReply.Done(IDENTITY, ANSWER), 1_001))
                .containsExactly(told(job, false));
        assertThat(decider.ran(new Answered(Fakes.uuid(1), ANSWER, false, Timings.NONE), 1_002))
                .as("too late, nobody waits")
                .isEmpty();
    }

    @Test
    void keepsEveryonesOwnDeadline() {
        decider.submit(job(1, 500), 0);
        InferenceJob patient = job(2, 5_000);
        decider.submit(patient, 0);
        assertThat(decider.answered(NEW, 0))
                .as("with the time of the most patient")
                .containsExactly(new Effect.Run(patient));
        assertThat(decider.due()).hasValue(500);
        assertRefused(decider.tick(500), 1, ErrorCode.DEADLINE_EXCEEDED);
        assertThat(decider.ran(new Answered(Fakes.uuid(2), Fakes.answer(1, 2), false, Timings.NONE), 600))
                .hasSize(1);
        assertRefused(decider.submit(job(3, 600), 700), 3, ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void runsForTheOthersWhenTheOneThatRanIsOver() {
        InferenceJob first = job(1, 5_000);
        InferenceJob second = job(2, 4_000);
        decider.submit(first, 0);
        decider.submit(second, 0);
        decider.answered(NEW, 0);
        Refused over = new Refused(Fakes.uuid(1), Refusal.of(ErrorCode.DEADLINE_EXCEEDED, "in the queue"));
        List<Effect> effects = decider.ran(over, 10);
        assertThat(effects).hasSize(2).contains(new Effect.Ask(IDENTITY));
        assertThat(decider.answered(NEW, 20)).containsExactly(new Effect.Run(second));
    }

    @Test
    void dropsCancelledAttempts() {
        decider.submit(job(1, 5_000), 0);
        assertRefused(decider.cancel(Fakes.uuid(1), 0), 1, ErrorCode.CANCELLED);
        assertThat(decider.answered(NEW, 0)).as("nobody wants it any more").isEmpty();
        decider.submit(job(2, 5_000), 0);
        decider.submit(job(3, 5_000), 0);
        decider.answered(NEW, 0);
        decider.cancel(Fakes.uuid(2), 0);
        assertThat(decider.ran(new Answered(Fakes.uuid(2), Fakes.answer(1, 2), false, Timings.NONE), 0))
                .hasSize(1);
    }

    @Test
    void boundsWhoWaits() {
        for (int i = 0; i < 5; i++) {
            decider.submit(job(i, 5_000), 0);
        }
        assertRefused(decider.submit(job(9, 5_000), 0), 9, ErrorCode.OVERLOADED);
        assertThat(decider.end(Refusal.of(ErrorCode.NOT_READY, "moving"))).hasSize(5);
        assertThat(decider.idle()).isTrue();
    }

    @Test
    void asksAPartitionThatCannotSayAgainEverLater() {
        InferenceJob job = job(1, 100_000);
        decider.submit(job, 0);
        long now = 0;
        for (long pause : List.of(10L, 20L, 40L, 50L)) {
            assertThat(decider.answered(UNAVAILABLE, now)).isEmpty();
            assertThat(decider.due()).hasValue(now + pause);
            assertThat(decider.tick(now + pause - 1)).isEmpty();
            now += pause;
            assertThat(decider.tick(now)).containsExactly(new Effect.Ask(IDENTITY));
        }
        assertRefused(decider.answered(UNAVAILABLE, now), 1, ErrorCode.JOURNAL_UNAVAILABLE);
        assertThat(decider.idle()).isTrue();
        decider.submit(job, now);
        decider.answered(UNAVAILABLE, now);
        assertThat(decider.due()).as("begins anew").hasValue(now + 10);
    }

    @Test
    void servesWhoeverWaitedOnceThePartitionCanSay() {
        InferenceJob first = job(1, 100_000);
        InferenceJob second = job(2, 100_000);
        decider.submit(first, 0);
        decider.answered(UNAVAILABLE, 0);
        assertThat(decider.submit(second, 5)).as("joins the wait").isEmpty();
        decider.tick(10);
        assertThat(decider.answered(new LookupReply.Done(IDENTITY, ANSWER), 11))
                .containsExactly(told(first, false), told(second, true));
    }

    @Test
    void refusesAtOnceWhomTheNextAskingWouldBeTooLateFor() {
        decider.submit(job(1, 10), 0);
        InferenceJob patient = job(2, 1_000);
        decider.submit(patient, 0);
        assertRefused(decider.answered(UNAVAILABLE, 0), 1, ErrorCode.JOURNAL_UNAVAILABLE);
        assertThat(decider.tick(10)).containsExactly(new Effect.Ask(IDENTITY));
        assertThat(decider.answered(NEW, 11)).containsExactly(new Effect.Run(patient));
    }

    @Test
    void refusesAtOnceWhatAskingAgainWouldMakeWorse() {
        decider.submit(job(1, 100_000), 0);
        assertRefused(
                decider.answered(new LookupReply.Unavailable(IDENTITY, Refusal.of(ErrorCode.OVERLOADED, "full")), 0),
                1,
                ErrorCode.OVERLOADED);
    }

    @Test
    void takesAnAnswerThatComesWhileThePartitionCannotSay() {
        InferenceJob job = job(1, 100_000);
        decider.submit(job, 0);
        decider.answered(NEW, 0);
        decider.tick(1_000);
        decider.answered(UNAVAILABLE, 1_001);
        assertThat(decider.ran(new Answered(Fakes.uuid(1), ANSWER, false, Timings.NONE), 1_002))
                .containsExactly(told(job, false));
    }

    @Property(tries = 500)
    void everyAttemptGetsOneOutcome(@ForAll long seed) {
        Random random = new Random(seed);
        RequestDecider one = new RequestDecider(SETTINGS);
        Set<UUID> open = new HashSet<>();
        List<InferenceJob> running = new ArrayList<>();
        List<Identity> asked = new ArrayList<>();
        long now = 0;
        long number = 0;
        for (int step = 0; step < 200; step++) {
            now += random.nextLong(200);
            List<Effect> effects = switch (random.nextInt(6)) {
                case 0, 1 -> {
                    number++;
                    open.add(Fakes.uuid(number));
                    Identity identity = random.nextInt(4) == 0 ? OTHER : IDENTITY;
                    Deadline deadline = new Deadline(now + random.nextLong(3_000));
                    yield one.submit(Fakes.job(number, identity, deadline, INBOX.getRef()), now);
                }
                case 2 -> {
                    if (asked.isEmpty()) {
                        yield List.of();
                    }
                    Identity of = asked.remove(random.nextInt(asked.size()));
                    yield one.answered(
                            switch (random.nextInt(6)) {
                                case 0 -> new LookupReply.Done(of, answerTo(of));
                                case 1 -> new LookupReply.Conflict(of);
                                case 2 -> new LookupReply.Unavailable(of, HANDED_OVER);
                                case 3 -> new LookupReply.Unavailable(of, Refusal.of(ErrorCode.OVERLOADED, "full"));
                                default -> new LookupReply.New(of);
                            },
                            now);
                }
                case 3 -> {
                    if (running.isEmpty()) {
                        yield List.of();
                    }
                    InferenceJob job = running.remove(random.nextInt(running.size()));
                    yield switch (random.nextInt(4)) {
                        case 0 -> List.<Effect>of();
                        case 1 ->
                            one.ran(new Refused(job.uuid(), Refusal.of(ErrorCode.DEADLINE_EXCEEDED, "late")), now);
                        default ->
                            one.ran(
                                    new Answered(
                                            job.uuid(), answerTo(job.identity().orElseThrow()), false, Timings.NONE),
                                    now);
                    };
                }
                case 4 -> one.cancel(Fakes.uuid(1 + random.nextLong(number + 1)), now);
                default -> one.tick(now);
            };
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.Ask ask -> asked.add(ask.identity());
                    case Effect.Run run -> running.add(run.job());
                    case Effect.Tell tell -> {
                        assertThat(open.remove(tell.attempt().uuid()))
                                .as("one outcome")
                                .isTrue();
                        assertThat(tell.outcome().uuid())
                                .isEqualTo(tell.attempt().uuid());
                        if (tell.outcome() instanceof Answered answered) {
                            assertThat(answered.answer())
                                    .as("to what was asked")
                                    .isEqualTo(
                                            answerTo(tell.attempt().identity().orElseThrow()));
                        }
                    }
                }
            }
            assertThat(one.idle()).isEqualTo(open.isEmpty());
            assertThat(one.due().isPresent())
                    .as("whoever waits has a next moment")
                    .isEqualTo(!open.isEmpty());
        }
    }

    private static InferenceJob job(long number, long deadline) {
        return Fakes.job(number, IDENTITY, new Deadline(deadline), INBOX.getRef());
    }

    private static Effect told(InferenceJob attempt, boolean replayed) {
        return new Effect.Tell(attempt, new Answered(attempt.uuid(), ANSWER, replayed, Timings.NONE));
    }

    private static Answer answerTo(Identity identity) {
        return identity.equals(OTHER) ? Fakes.answer(1, 77) : ANSWER;
    }

    private static InferenceJob other(long number, long deadline) {
        return Fakes.job(number, OTHER, new Deadline(deadline), INBOX.getRef());
    }

    private static void assertRefused(List<Effect> effects, long number, ErrorCode code) {
        assertThat(effects).singleElement().isInstanceOfSatisfying(Effect.Tell.class, tell -> {
            assertThat(tell.attempt().uuid()).isEqualTo(Fakes.uuid(number));
            assertThat(tell.outcome())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.refusal().code()).isEqualTo(code));
        });
    }
}
