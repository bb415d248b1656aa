package dev.candor.actors.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.executor.Residency;
import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostStatus;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.testing.Eventually;
import dev.candor.actors.testing.Requests;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A router on a node without executors, among hosts that are probes, under a clock of its own. */
final class LaneRouterTest {
    private static final ModelRef MODEL = new ModelRef("m", ModelVersion.FIRST, Digest.ZERO);
    private static final long SECOND = 1_000_000_000L;

    private final ActorTestKit kit = ActorTestKit.create("router", ConfigFactory.load());
    private final AtomicLong clock = new AtomicLong(SECOND);
    private final LaneRouter router =
            new LaneRouter(RouterSettings.of(ConfigFactory.load()), new LocalLanes(List.of()), clock::get);
    private final TestProbe<ExecutorHost.Command> one = kit.createTestProbe();
    private final TestProbe<ExecutorHost.Command> other = kit.createTestProbe();
    private final TestProbe<InferenceOutcome> caller = kit.createTestProbe();
    private long sequence;

    @BeforeEach
    void start() {
        kit.spawn(router.replies());
        Eventually.until("the router receives", router::started);
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void asksOnlyForTheCopiesThatAreMissing() {
        status(one, Residency.READY, 0);
        status(other, Residency.COLD, 0);
        assertThat(router.warm(MODEL, 1).done()).isTrue();
        one.expectNoMessage();
        ModelWarmer.Warmth warmth = router.warm(MODEL, 2);
        assertThat(warmth.done()).isFalse();
        assertThat(warmth.ready()).isEqualTo(1);
        assertThat(warmth.devices()).isEqualTo(2);
        other.expectMessage(new ExecutorHost.Warm(MODEL, 1));
        status(other, Residency.READY, 0);
        assertThat(router.warm(MODEL, 2).done()).isTrue();
        one.expectNoMessage();
    }

    @Test
    void creditsFallWithWhatIsSentAndWhatWaits() {
        status(one, Residency.READY, 0);
        status(other, Residency.READY, 0);
        long all = Objects.requireNonNull(router.credits().get(MODEL));
        assertThat(all).isPositive();
        router.submit(job());
        assertThat(router.credits()).containsEntry(MODEL, all - 1);
        assertThat(router.outstanding()).isEqualTo(1);
        status(one, Residency.READY, 100);
        status(other, Residency.COLD, 0);
        assertThat(router.credits()).containsEntry(MODEL, 0L);
    }

    private void status(TestProbe<ExecutorHost.Command> host, Residency residency, int queued) {
        router.onStatus(new HostStatus(
                host.getRef(),
                sequence++,
                1,
                1,
                1,
                "",
                List.of(new HostStatus.ModelStatus(
                        MODEL,
                        residency,
                        residency == Residency.READY ? 1 : 0,
                        queued,
                        0,
                        8,
                        100,
                        residency == Residency.FAILED
                                ? Optional.of(Refusal.of(ErrorCode.INVALID_MODEL, "no model"))
                                : Optional.empty()))));
    }

    private InferenceJob job() {
        return new InferenceJob(
                UUID.randomUUID(),
                Optional.empty(),
                Digest.ZERO,
                MODEL,
                List.of(Requests.x(1, 2, 3, 4)),
                List.of("y"),
                1,
                Digest.ZERO,
                Bytes.wrap(new byte[16]),
                VerificationMode.VANILLA,
                1,
                new Deadline(clock.get() + 30 * SECOND),
                Optional.empty(),
                caller.getRef());
    }

    private static Answered answer(InferenceJob job) {
        return new Answered(
                job.uuid(),
                new Answer(new RequestId(0, job.uuid()), MODEL, List.of(), job.salt(), Bytes.EMPTY),
                false,
                Timings.NONE);
    }

    private static ExecutorHost.Submit submitted(TestProbe<ExecutorHost.Command> host) {
        return host.expectMessageClass(ExecutorHost.Submit.class);
    }

    private void assertRefused(ErrorCode code, String words) {
        Refused refused = caller.expectMessageClass(Refused.class);
        assertThat(refused.refusal().code()).isEqualTo(code);
        assertThat(refused.refusal().sentence()).contains(words);
    }

    /** The answer of a further job goes the same way as whatever was sent before it, and comes first. */
    private void assertNothingCame() {
        TestProbe<ExecutorHost.Command> next = kit.createTestProbe();
        router.onHosts(Set.of());
        status(next, Residency.READY, 0);
        InferenceJob job = job();
        router.submit(job);
        submitted(next).job().replyTo().tell(answer(job));
        caller.expectMessage(answer(job));
    }

    @Test
    void refusesWhereNobodyCanRunAnything() {
        router.submit(job());
        assertRefused(ErrorCode.NOT_READY, "executors are disabled on this node");
        assertThat(router.anyExecutor()).isPresent();
    }

    @Test
    void sendsAJobToAHostAndItsOutcomeBack() {
        status(one, Residency.READY, 0);
        InferenceJob job = job();
        router.submit(job);
        ExecutorHost.Submit sent = submitted(one);
        assertThat(sent.job().uuid()).isEqualTo(job.uuid());
        sent.job().replyTo().tell(answer(job));
        caller.expectMessage(answer(job));
        assertThat(router.outstanding()).isZero();
    }

    @Test
    void prefersTheHostThatHasTheModel() {
        status(one, Residency.COLD, 0);
        status(other, Residency.READY, 15);
        router.submit(job());
        submitted(other);
    }

    @Test
    void countsWhatItSentSinceTheLastStatus() {
        status(one, Residency.READY, 0);
        status(other, Residency.READY, 3);
        for (int i = 0; i < 6; i++) {
            router.submit(job());
        }
        for (int i = 0; i < 4; i++) {
            submitted(one);
        }
        // 3 and 3, 4 and 3: whichever way the tie went, both have work.
        assertThat(router.outstanding()).isEqualTo(6);
    }

    @Test
    void sendsAJobElsewhereWhenItsHostIsLost() {
        status(one, Residency.READY, 0);
        InferenceJob job = job();
        router.submit(job);
        ExecutorHost.Submit first = submitted(one);
        status(other, Residency.READY, 0);
        router.onHosts(Set.of(other.getRef()));
        router.sweep();
        ExecutorHost.Submit second = submitted(other);
        assertThat(second.job().uuid()).isEqualTo(job.uuid());
        assertThat(second.attempts()).isEqualTo(1);
        second.job().replyTo().tell(answer(job));
        caller.expectMessage(answer(job));
        first.job().replyTo().tell(answer(job));
        assertNothingCame();
    }

    @Test
    void believesAStatusForASecond() {
        status(one, Residency.READY, 0);
        clock.addAndGet(SECOND - 1);
        InferenceJob job = job();
        router.submit(job);
        submitted(one);
        router.sweep();
        assertThat(router.outstanding()).isEqualTo(1);
        clock.addAndGet(1);
        router.sweep();
        assertRefused(ErrorCode.NOT_READY, "was lost");
        router.submit(job());
        assertRefused(ErrorCode.NOT_READY, "no executor can take the request");
    }

    @Test
    void triesAnotherHostWhenOneIsNotReadyAfterAll() {
        status(one, Residency.READY, 0);
        InferenceJob job = job();
        router.submit(job);
        status(other, Residency.READY, 0);
        ExecutorHost.Submit sent = submitted(one);
        sent.job().replyTo().tell(new Refused(job.uuid(), Refusal.of(ErrorCode.NOT_READY, "its device is down")));
        ExecutorHost.Submit second = submitted(other);
        second.job().replyTo().tell(new Refused(job.uuid(), Refusal.of(ErrorCode.NOT_READY, "this one too")));
        ExecutorHost.Submit third = submitted(one);
        assertThat(third.attempts()).isEqualTo(2);
        third.job().replyTo().tell(new Refused(job.uuid(), Refusal.of(ErrorCode.NOT_READY, "still down")));
        assertRefused(ErrorCode.NOT_READY, "still down");
    }

    @Test
    void passesOtherRefusalsOn() {
        status(one, Residency.READY, 0);
        status(other, Residency.READY, 0);
        InferenceJob job = job();
        router.submit(job);
        ExecutorHost.Submit sent = (ExecutorHost.Submit) firstOf();
        Refused refused = new Refused(job.uuid(), Refusal.of(ErrorCode.EXECUTION_FAILED, "the model failed"));
        sent.job().replyTo().tell(refused);
        caller.expectMessage(refused);
    }

    /** Whichever of the two hosts got it. */
    private ExecutorHost.Command firstOf() {
        one.getRef().tell(ExecutorHost.CatalogChanged.INSTANCE);
        ExecutorHost.Command first = one.receiveMessage();
        return first instanceof ExecutorHost.CatalogChanged ? other.receiveMessage() : first;
    }

    @Test
    void saysWhyAModelCannotRun() {
        status(one, Residency.FAILED, 0);
        assertThat(router.executorFor(MODEL))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MODEL));
        router.submit(job());
        submitted(one);
        status(one, Residency.LOADING, 0);
        assertThat(router.executorFor(MODEL))
                .hasValueSatisfying(refusal -> assertThat(refusal.sentence()).contains("being loaded"));
        status(one, Residency.READY, 0);
        assertThat(router.executorFor(MODEL)).isEmpty();
        assertThat(router.anyExecutor()).isEmpty();
    }

    @Test
    void cancelsWhereTheJobIs() {
        status(one, Residency.READY, 0);
        InferenceJob job = job();
        router.submit(job);
        ExecutorHost.Submit sent = submitted(one);
        router.cancel(job.uuid(), MODEL, Optional.empty());
        one.expectMessage(new ExecutorHost.Cancel(job.uuid(), MODEL));
        sent.job().replyTo().tell(answer(job));
        assertNothingCame();
        assertThat(router.outstanding()).isZero();
    }

    @Test
    void refusesWhatIsLateWithoutAnAnswer() {
        status(one, Residency.READY, 0);
        router.submit(job());
        submitted(one);
        clock.addAndGet(30 * SECOND);
        router.sweep();
        assertRefused(ErrorCode.DEADLINE_EXCEEDED, "deadline");
    }

    @Test
    void ignoresAStatusThatWasOvertaken() {
        status(one, Residency.READY, 0);
        long late = sequence++;
        status(one, Residency.READY, 50);
        router.onStatus(new HostStatus(one.getRef(), late, 1, 0, 0, "down", List.of()));
        assertThat(router.anyExecutor()).isEmpty();
    }

    @Test
    void sendsOnWhatItsOwnNodeGaveAway() {
        status(one, Residency.READY, 0);
        router.resubmit(job(), 1, Refusal.of(ErrorCode.NOT_READY, "the device is down"));
        assertThat(submitted(one).attempts()).isEqualTo(1);
        router.resubmit(job(), 3, Refusal.of(ErrorCode.NOT_READY, "the device is down"));
        assertRefused(ErrorCode.NOT_READY, "the device is down");
    }
}
