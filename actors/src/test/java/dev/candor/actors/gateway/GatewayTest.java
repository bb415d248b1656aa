package dev.candor.actors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.routing.ExecutorReadiness;
import dev.candor.actors.routing.JobSink;
import dev.candor.actors.testing.Eventually;
import dev.candor.actors.testing.FakeCatalog;
import dev.candor.actors.testing.Requests;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GatewayTest {
    private static final Caller CALLER = new Caller("alice", Set.of(Caller.Role.INFER));
    private static final Refusal NOT_READY = Refusal.of(ErrorCode.NOT_READY, "not yet");

    private final ActorTestKit kit = ActorTestKit.create("gateway", ConfigFactory.load());
    private final FakeCatalog catalog = new FakeCatalog();
    private final ModelRef model = catalog.add("m", Requests.spec(Requests.policy(8)));
    private final Probe lanes = new Probe();
    private final Probe requests = new Probe();
    private final Pseudonyms pseudonyms = new Pseudonyms(Bytes.wrap(new byte[32]), 8);
    private final AtomicLong clock = new AtomicLong(1_000);
    private final Purse purse = new Purse();
    private Admission admission = Admission.FREE;

    /** Counts what is reserved and released; asked again, it says what a test completes. */
    private static final class Purse implements Admission {
        private final AtomicInteger reserved = new AtomicInteger();
        private final CompletableFuture<Reservation> later = new CompletableFuture<>();
        private boolean empty;

        @Override
        public Optional<Reservation> reserve(Digest caller, ModelRef ref, VerificationMode mode) {
            return empty ? Optional.empty() : Optional.of(one());
        }

        @Override
        public CompletionStage<Reservation> await(Digest caller, ModelRef ref, VerificationMode mode) {
            return later;
        }

        Reservation one() {
            reserved.incrementAndGet();
            AtomicBoolean once = new AtomicBoolean();
            return () -> {
                if (once.compareAndSet(false, true)) {
                    reserved.decrementAndGet();
                }
            };
        }
    }

    /** A sink that keeps what it gets. */
    private static final class Probe implements JobSink {
        private final LinkedBlockingQueue<InferenceJob> jobs = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<UUID> cancelled = new LinkedBlockingQueue<>();

        @Override
        public void submit(InferenceJob job) {
            jobs.add(job);
        }

        @Override
        public void cancel(UUID uuid, ModelRef ref, Optional<Identity> identity) {
            cancelled.add(uuid);
        }

        InferenceJob next() throws InterruptedException {
            return jobs.poll(20, TimeUnit.SECONDS);
        }
    }

    private static final class Outcomes implements Consumer<InferenceOutcome> {
        private final LinkedBlockingQueue<InferenceOutcome> received = new LinkedBlockingQueue<>();

        @Override
        public void accept(InferenceOutcome outcome) {
            received.add(outcome);
        }

        InferenceOutcome next() throws InterruptedException {
            return received.poll(20, TimeUnit.SECONDS);
        }
    }

    private Gateway gateway(String overrides, JobSink laneSink) {
        ExecutorReadiness readiness = new ExecutorReadiness() {
            @Override
            public Optional<Refusal> anyExecutor() {
                return Optional.empty();
            }

            @Override
            public Optional<Refusal> executorFor(ModelRef ref) {
                return Optional.of(NOT_READY);
            }
        };
        return Gateway.create(
                kit.system(),
                new GatewayServices(
                        catalog,
                        laneSink,
                        requests,
                        readiness,
                        ServedModes.VANILLA_ONLY,
                        pseudonyms,
                        admission,
                        new SecureRandom(),
                        clock::get,
                        System::currentTimeMillis),
                GatewaySettings.of(ConfigFactory.parseString("candor.gateway.deadline-tick = 5 ms\n" + overrides)
                        .withFallback(ConfigFactory.load())));
    }

    private Gateway gateway() {
        return gateway("", lanes);
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private static Answered answer(InferenceJob job) {
        return new Answered(
                job.uuid(),
                new Answer(new RequestId(0, job.uuid()), job.model(), List.of(), job.salt(), Bytes.EMPTY),
                false,
                Timings.NONE);
    }

    @Test
    void passesAKeylessRequestToTheLanes() throws Exception {
        Outcomes outcomes = new Outcomes();
        InferenceRequest request = Requests.one("m", 1);
        gateway().infer(request, CALLER, outcomes);
        InferenceJob job = lanes.next();
        assertThat(job.model()).isEqualTo(model);
        assertThat(job.identity()).isEmpty();
        assertThat(job.caller()).isEqualTo(pseudonyms.caller("alice"));
        assertThat(job.requestDigest()).isEqualTo(Digests.request(request));
        assertThat(job.outputs()).containsExactly("y");
        assertThat(job.items()).isEqualTo(1);
        assertThat(job.salt().length()).isEqualTo(16);
        assertThat(job.uuid().version()).isEqualTo(7);
        assertThat(job.mode()).isEqualTo(VerificationMode.VANILLA);
        assertThat(job.deadline().nanoTime())
                .isEqualTo(1_000 + Duration.ofSeconds(30).toNanos());
        job.replyTo().tell(answer(job));
        assertThat(outcomes.next()).isEqualTo(answer(job));
    }

    @Test
    void passesAKeyedRequestToItsEntity() throws Exception {
        gateway().infer(Requests.keyed(Requests.one("m", 1), "k-1"), CALLER, new Outcomes());
        InferenceJob job = requests.next();
        assertThat(job.identity()).hasValue(pseudonyms.identity("alice", "k-1", Digests.request(Requests.one("m", 1))));
        assertThat(lanes.jobs).isEmpty();
    }

    @Test
    void spendsWhatMayBeChargedAndReleasesTheRest() throws Exception {
        admission = purse;
        Gateway gateway = gateway();
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        InferenceJob job = lanes.next();
        job.replyTo().tell(answer(job));
        outcomes.next();
        assertThat(purse.reserved).as("answered").hasValue(1);
        gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        job = lanes.next();
        job.replyTo().tell(new Refused(job.uuid(), Refusal.of(ErrorCode.EXECUTION_FAILED, "no")));
        outcomes.next();
        assertThat(purse.reserved).as("failed").hasValue(1);
        gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        job = lanes.next();
        job.replyTo().tell(new Refused(job.uuid(), Refusal.of(ErrorCode.COMMIT_UNKNOWN, "who knows")));
        outcomes.next();
        assertThat(purse.reserved).as("perhaps committed").hasValue(2);
        Runnable cancel = gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        lanes.next();
        cancel.run();
        outcomes.next();
        assertThat(purse.reserved).as("perhaps answered yet").hasValue(3);
        gateway.infer(Requests.one("unknown", 1), CALLER, outcomes);
        outcomes.next();
        assertThat(purse.reserved).as("never valid").hasValue(3);
    }

    @Test
    void runsNothingBeforeItsPriceIsReserved() throws Exception {
        admission = purse;
        purse.empty = true;
        Gateway gateway = gateway();
        Outcomes paid = new Outcomes();
        gateway.infer(Requests.one("m", 1), CALLER, paid);
        Outcomes gone = new Outcomes();
        Runnable cancel = gateway.infer(Requests.one("m", 1), CALLER, gone);
        cancel.run();
        gone.next();
        assertThat(lanes.jobs).isEmpty();
        purse.later.complete(purse.one());
        InferenceJob job = lanes.next();
        job.replyTo().tell(answer(job));
        assertThat(paid.next()).isInstanceOf(InferenceOutcome.Answered.class);
        assertThat(lanes.jobs).isEmpty();
    }

    @Test
    void refusesWhomTheLedgerGrantsNothing() throws Exception {
        admission = purse;
        purse.empty = true;
        Gateway gateway = gateway();
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        Refusal refusal = Refusal.of(ErrorCode.PAYMENT_REQUIRED, "deposit");
        purse.later.completeExceptionally(new RefusedException(refusal));
        assertThat(outcomes.next())
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
        assertThat(lanes.jobs).isEmpty();
    }

    @Test
    void refusesAnInvalidRequestAtOnce() throws Exception {
        Outcomes outcomes = new Outcomes();
        gateway().infer(Requests.one("unknown", 1), CALLER, outcomes);
        assertThat(outcomes.next())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND));
        assertThat(lanes.jobs).isEmpty();
    }

    @Test
    void dropsWhatItsClientNoLongerWaitsFor() throws Exception {
        Gateway gateway = gateway();
        Outcomes outcomes = new Outcomes();
        Runnable cancel = gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        InferenceJob job = lanes.next();
        cancel.run();
        cancel.run();
        assertThat(outcomes.next())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(lanes.cancelled).containsExactly(job.uuid());
        job.replyTo().tell(answer(job));
        Eventually.until("the answer came too late", () -> gateway.metrics().late() == 1);
        assertThat(outcomes.received).isEmpty();
        assertThat(gateway.metrics().inFlight()).isZero();
        assertThat(gateway.metrics().bytesInFlight()).isZero();
    }

    @Test
    void refusesAtTheDeadline() throws Exception {
        Gateway gateway = gateway();
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        InferenceJob job = lanes.next();
        clock.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(outcomes.next())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        assertThat(lanes.cancelled.poll(20, TimeUnit.SECONDS)).isEqualTo(job.uuid());
        job.replyTo().tell(answer(job));
        Eventually.until("the answer came too late", () -> gateway.metrics().late() == 1);
        assertThat(outcomes.received).isEmpty();
    }

    @Test
    void letsNoMoreInThanItsLimit() throws Exception {
        Gateway gateway = gateway("candor.gateway.limiter { initial = 2, min = 1, max = 2 }", lanes);
        gateway.infer(Requests.one("m", 1), CALLER, new Outcomes());
        gateway.infer(Requests.one("m", 2), CALLER, new Outcomes());
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 3), CALLER, outcomes);
        assertThat(outcomes.next()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.refusal().code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(refused.refusal().retryAfter()).isPresent();
        });
        InferenceJob job = lanes.next();
        job.replyTo().tell(answer(job));
        Eventually.until("one is out", () -> gateway.metrics().inFlight() == 1);
        gateway.infer(Requests.one("m", 3), CALLER, outcomes);
        assertThat(lanes.next()).isNotNull();
        assertThat(lanes.next()).isNotNull();
    }

    @Test
    void letsNoMoreBytesInThanItsBound() throws Exception {
        Gateway gateway = gateway("candor.gateway.limiter.max-bytes = 24", lanes);
        gateway.infer(Requests.one("m", 1), CALLER, new Outcomes());
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 2), CALLER, outcomes);
        assertThat(outcomes.next()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.refusal().code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(refused.refusal().sentence()).contains("16 bytes of requests already");
        });
    }

    @Test
    void answersWhenTheSinkFails() throws Exception {
        Gateway gateway = gateway("", job -> {
            throw new IllegalStateException("the sink is broken");
        });
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        assertThat(outcomes.next())
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INTERNAL));
        assertThat(gateway.metrics().inFlight()).isZero();
    }

    @Test
    void survivesACallbackThatFails() throws Exception {
        Gateway gateway = gateway();
        gateway.infer(Requests.one("m", 1), CALLER, outcome -> {
            throw new IllegalStateException("the front end is broken");
        });
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 2), CALLER, outcomes);
        for (int i = 0; i < 2; i++) {
            InferenceJob job = lanes.next();
            job.replyTo().tell(answer(job));
        }
        assertThat(outcomes.next()).isInstanceOf(Answered.class);
        Eventually.until("both have left", () -> gateway.metrics().inFlight() == 0);
    }

    @Test
    void drainsBeforeItStops() throws Exception {
        Gateway gateway = gateway();
        Outcomes outcomes = new Outcomes();
        gateway.infer(Requests.one("m", 1), CALLER, outcomes);
        var drained = gateway.drain(Duration.ofMinutes(1)).toCompletableFuture();
        assertThat(drained).isNotDone();
        Outcomes refused = new Outcomes();
        gateway.infer(Requests.one("m", 1), CALLER, refused);
        assertThat(refused.next())
                .isInstanceOfSatisfying(
                        Refused.class,
                        each -> assertThat(each.refusal().sentence()).contains("stopping"));
        assertThat(gateway.nodeReadiness()).isPresent();
        InferenceJob job = lanes.next();
        job.replyTo().tell(answer(job));
        drained.get(20, TimeUnit.SECONDS);
        assertThat(outcomes.next()).isInstanceOf(Answered.class);
    }

    @Test
    void saysWhatIsReady() {
        Gateway gateway = gateway();
        assertThat(gateway.nodeReadiness()).isEmpty();
        assertThat(gateway.modelReadiness("m", "1.00")).hasValue(NOT_READY);
        assertThat(gateway.modelReadiness("m", "7.00"))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND));
    }

    @Test
    void givesExactlyOneOutcomeUnderRaces() throws Exception {
        assertThat(mostOutcomesOfOneRequest(gateway()::infer)).isEqualTo(1);
    }

    @Test
    void theRaceFindsASecondOutcome() throws Exception {
        Gateway gateway = gateway();
        assertThat(mostOutcomesOfOneRequest((request, caller, onOutcome) -> {
                    Runnable cancel = gateway.infer(request, caller, onOutcome);
                    // The defect: whoever cancels answers, whether or not somebody has answered.
                    return () -> {
                        cancel.run();
                        onOutcome.accept(new Refused(new UUID(0, 0), NOT_READY));
                    };
                }))
                .isGreaterThan(1);
    }

    private interface Infer {
        Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome);
    }

    /** Answers, refuses, cancels and lets deadlines pass, all at the same time. */
    private int mostOutcomesOfOneRequest(Infer gateway) throws Exception {
        int count = 2_000;
        List<AtomicInteger> outcomes = new ArrayList<>();
        Set<Integer> open = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(4);
        List<Runnable> cancels = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            outcomes.add(new AtomicInteger());
            open.add(i);
        }
        start(done, () -> {
            for (int i = 0; i < count; i++) {
                int index = i;
                cancels.add(gateway.infer(Requests.one("m", i), CALLER, outcome -> {
                    outcomes.get(index).incrementAndGet();
                    open.remove(index);
                }));
            }
        });
        start(done, () -> {
            for (int i = 0; i < count; i++) {
                InferenceJob job = lanes.next();
                job.replyTo().tell(answer(job));
                job.replyTo().tell(new Refused(job.uuid(), NOT_READY));
            }
        });
        start(done, () -> {
            for (int i = 0; i < count; i++) {
                while (cancels.size() <= i) {
                    Thread.onSpinWait();
                }
                cancels.get(i).run();
            }
        });
        start(done, () -> {
            for (int i = 40; i <= count; i += 40) {
                while (cancels.size() < i) {
                    Thread.onSpinWait();
                }
                clock.addAndGet(Duration.ofSeconds(31).toNanos());
            }
        });
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        Eventually.until("all have an outcome", open::isEmpty);
        return outcomes.stream().mapToInt(AtomicInteger::get).max().orElseThrow();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void start(CountDownLatch done, Step step) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                step.run();
                done.countDown();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
