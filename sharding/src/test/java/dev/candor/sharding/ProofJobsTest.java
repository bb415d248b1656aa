package dev.candor.sharding;

import static dev.candor.sharding.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.proof.Callbacks;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.ProofReply;
import dev.candor.persistence.proof.Provers;
import dev.candor.persistence.proof.Settler;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proof jobs on a node with the embedded journal, and provers that work, lie, are late, or die. */
final class ProofJobsTest {
    private static final String QUICK = "candor.proofs { gather = 0s, lease = 30s }";
    private static final String QUICK_LEASES = "candor.proofs { gather = 0s, lease = 1s, most-attempts = 100 }";
    private static final ModelRef MODEL = new ModelRef("m", new ModelVersion(1, 0), Fakes.digest("file"));

    @TempDir
    Path folder;

    /** A prover by hand: it hears what it is told and does nothing by itself but pull. */
    private static final class FakeProver {
        private final BlockingQueue<Provers.Work> work = new LinkedBlockingQueue<>();
        private final ActorRef<Provers.Message> self;

        FakeProver(TestNode node, String name, boolean eager) {
            self = node.system.systemActorOf(
                    Behaviors.<Provers.Message>setup(context -> {
                        context.getSystem().receptionist().tell(Receptionist.register(Provers.KEY, context.getSelf()));
                        return Behaviors.receive(Provers.Message.class)
                                .onMessage(Provers.Offer.class, offer -> {
                                    if (eager) {
                                        offer.from().tell(new ProofJobs.Pull(name, context.getSelf()));
                                    }
                                    return Behaviors.same();
                                })
                                .onMessage(Provers.Work.class, given -> {
                                    work.add(given);
                                    return Behaviors.same();
                                })
                                .onAnyMessage(any -> Behaviors.same())
                                .build();
                    }),
                    "prover-" + name,
                    Props.empty());
        }

        Provers.Work take() throws InterruptedException {
            Provers.Work given = work.poll(60, TimeUnit.SECONDS);
            assertThat(given).isNotNull();
            return given;
        }

        void die(TestNode node) {
            node.system.receptionist().tell(Receptionist.deregister(Provers.KEY, self));
        }
    }

    private static ProofJob job(long number, long deadline) {
        return new ProofJob(
                Fakes.id(1, number),
                Fakes.digest("receipt " + number),
                Fakes.digest("caller"),
                MODEL,
                false,
                false,
                1,
                Fakes.digest("exchange " + number),
                System.currentTimeMillis(),
                System.currentTimeMillis() + deadline);
    }

    private static ProofRef proof(String prover) {
        return new ProofRef(
                Fakes.digest("id"),
                Fakes.digest("statement"),
                Fakes.digest("proof"),
                Fakes.digest("lineage"),
                0,
                1,
                1_000,
                5,
                prover);
    }

    private static JobState ask(TestNode node, ProofJob job) {
        return known(node.sharding.proofs().ask(job).toCompletableFuture().join());
    }

    private static JobState show(TestNode node, ProofJob job) {
        return known(node.sharding
                .proofs()
                .show(job.caller(), job.model(), job.id())
                .toCompletableFuture()
                .join());
    }

    private static JobState known(ProofReply reply) {
        assertThat(reply).isInstanceOf(ProofReply.Known.class);
        return ((ProofReply.Known) reply).state();
    }

    private static void awaitPhase(TestNode node, ProofJob job, JobPhase phase) {
        await(job.id() + " is " + phase, () -> show(node, job).phase() == phase);
    }

    /** On a slow machine a lease may end before the proof is there, and the next one is given to the same prover. */
    private static void awaitVerified(TestNode node, ProofJob job, FakeProver prover) {
        await(job.id() + " is verified", () -> {
            Provers.Work next = prover.work.poll();
            if (next != null) {
                next.from().tell(new ProofJobs.Deliver(next.lease(), proof("honest")));
            }
            return show(node, job).phase() == JobPhase.VERIFIED;
        });
    }

    @Test
    void aProverThatDiesMidwayLosesItsWorkToAnother() throws Exception {
        try (TestNode node = TestNode.embedded(folder, QUICK_LEASES)) {
            FakeProver dying = new FakeProver(node, "dying", true);
            ProofJob job = job(1, 600_000);
            ask(node, job);
            Provers.Work lost = dying.take();
            dying.die(node);
            FakeProver other = new FakeProver(node, "other", true);
            Provers.Work found = other.take();
            assertThat(found.lease()).isGreaterThan(lost.lease());
            assertThat(show(node, job).reason()).contains("not heard of");
            // The first comes back with a proof, too late.
            lost.from().tell(new ProofJobs.Deliver(lost.lease(), proof("honest")));
            assertThat(show(node, job).phase()).isIn(JobPhase.LEASED, JobPhase.QUEUED);
            found.from().tell(new ProofJobs.Deliver(found.lease(), proof("honest")));
            awaitVerified(node, job, other);
            assertThat(show(node, job).attempts()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void garbageIsRefusedAndAtLastTheJobRejected() throws Exception {
        try (TestNode node = TestNode.embedded(folder, QUICK)) {
            ProofJob job = job(2, 600_000);
            ask(node, job);
            for (int attempt = 0; attempt < 3; attempt++) {
                FakeProver liar = new FakeProver(node, "liar-" + attempt, true);
                Provers.Work work = liar.take();
                liar.die(node);
                work.from().tell(new ProofJobs.Deliver(work.lease(), proof("liar")));
            }
            awaitPhase(node, job, JobPhase.REJECTED);
            assertThat(show(node, job).reason()).contains("the proof was refused: it is garbage");
        }
    }

    @Test
    void whoBroughtGarbageGetsNoMoreWorkWhileOthersDo() throws Exception {
        try (TestNode node = TestNode.embedded(folder, QUICK)) {
            FakeProver liar = new FakeProver(node, "liar", true);
            ProofJob job = job(21, 600_000);
            ask(node, job);
            Provers.Work work = liar.take();
            work.from().tell(new ProofJobs.Deliver(work.lease(), proof("liar")));
            awaitPhase(node, job, JobPhase.QUEUED);
            FakeProver honest = new FakeProver(node, "honest", true);
            awaitVerified(node, job, honest);
            ProofJob another = job(22, 600_000);
            ask(node, another);
            awaitVerified(node, another, honest);
            assertThat(liar.work).as("offered, and not given").isEmpty();
        }
    }

    @Test
    void aJobOutlivesItsNodeAndIsNotProvenTwice() throws Exception {
        ProofJob waiting = job(3, 600_000);
        ProofJob proven = job(4, 600_000);
        int attempts;
        try (TestNode node = TestNode.embedded(folder, QUICK_LEASES)) {
            FakeProver prover = new FakeProver(node, "p", true);
            ask(node, proven);
            awaitVerified(node, proven, prover);
            attempts = show(node, proven).attempts();
            prover.die(node);
            ask(node, waiting);
        }
        try (TestNode node = TestNode.embedded(folder, QUICK_LEASES)) {
            assertThat(show(node, proven).phase()).isEqualTo(JobPhase.VERIFIED);
            assertThat(ask(node, proven).attempts()).isEqualTo(attempts);
            FakeProver prover = new FakeProver(node, "p", true);
            Provers.Work work = prover.take();
            assertThat(work.jobs()).containsExactly(waiting);
            work.from().tell(new ProofJobs.Deliver(work.lease(), proof("honest")));
            awaitVerified(node, waiting, prover);
            assertThat(show(node, proven).attempts()).isEqualTo(attempts);
        }
    }

    /** A ledger by hand, which remembers what was brought. */
    private static final class FakeLedger implements Settler {
        private final BlockingQueue<JobState> brought = new LinkedBlockingQueue<>();
        private final Queue<CompletableFuture<Settled>> answers = new ConcurrentLinkedQueue<>();

        @Override
        public CompletionStage<Settled> settle(JobState job) {
            CompletableFuture<Settled> answer = new CompletableFuture<>();
            answers.add(answer);
            brought.add(job);
            return answer;
        }

        ProofJob take() throws InterruptedException {
            JobState job = brought.poll(60, TimeUnit.SECONDS);
            assertThat(job).isNotNull();
            return job.job();
        }
    }

    @Test
    void aVerifiedProofIsTakenToTheLedgerOnceUntilItAnswersAndThenSettled() throws Exception {
        FakeLedger ledger = new FakeLedger();
        ProofJob job = job(6, 600_000);
        try (TestNode node = TestNode.embedded(folder, QUICK, Optional.of(ledger))) {
            FakeProver prover = new FakeProver(node, "p", true);
            ask(node, job);
            awaitVerified(node, job, prover);
            assertThat(ledger.take()).isEqualTo(job);
            // Whatever else happens to the slice meanwhile: the ledger is asked once.
            ProofJob other = job(7, 600_000);
            ask(node, other);
            awaitVerified(node, other, prover);
            assertThat(ledger.take()).isEqualTo(other);
            assertThat(ledger.brought).isEmpty();
            ledger.answers.remove().completeExceptionally(new IllegalStateException("no block yet"));
            assertThat(ledger.take()).isEqualTo(job);
            ledger.answers.remove().complete(new Settler.Settled.Left("it was late"));
            await("it is known why", () -> show(node, other).reason().equals("it was late"));
            assertThat(show(node, other).phase()).isEqualTo(JobPhase.VERIFIED);
        }
        // Its node died before the ledger's answer: the next one asks again, for this job alone.
        ledger.answers.clear();
        try (TestNode node = TestNode.embedded(folder, QUICK, Optional.of(ledger))) {
            assertThat(ledger.take()).isEqualTo(job);
            ledger.answers.remove().complete(new Settler.Settled.Taken());
            awaitPhase(node, job, JobPhase.SETTLED);
        }
        try (TestNode node = TestNode.embedded(folder, QUICK, Optional.of(ledger))) {
            assertThat(show(node, job).phase()).isEqualTo(JobPhase.SETTLED);
            assertThat(ask(node, job).phase()).isEqualTo(JobPhase.SETTLED);
            assertThat(ledger.brought).isEmpty();
        }
    }

    @Test
    void aJobWithoutAProverExpires() {
        try (TestNode node = TestNode.embedded(folder, QUICK)) {
            ProofJob job = job(5, 1_000);
            ask(node, job);
            awaitPhase(node, job, JobPhase.EXPIRED);
        }
    }

    /** A receiver by hand, which remembers what it was told. */
    private static final class FakeReceiver implements Callbacks {
        private final BlockingQueue<JobState> told = new LinkedBlockingQueue<>();
        private volatile Outcome answer = new Outcome.Later("it answers 500");

        @Override
        public CompletionStage<Outcome> call(JobState state) {
            // Read first: whoever sees the call may change it.
            Outcome now = answer;
            told.add(state);
            return CompletableFuture.completedStage(now);
        }

        JobPhase take() throws InterruptedException {
            JobState state = told.poll(60, TimeUnit.SECONDS);
            assertThat(state).isNotNull();
            return state.phase();
        }
    }

    private static ProofJob calling(ProofJob job) {
        return new ProofJob(
                job.id(),
                job.receipt(),
                job.caller(),
                job.model(),
                job.hidden(),
                job.escalated(),
                job.rows(),
                job.exchange(),
                job.askedAt(),
                job.deadline(),
                Optional.of("https://example.com/"));
    }

    @Test
    void aCallbackIsToldTheEndOnceAndAlsoAfterARestart() throws Exception {
        FakeReceiver receiver = new FakeReceiver();
        ProofJob first = calling(job(10, 1));
        ProofJob second = calling(job(11, 1));
        try (TestNode node = TestNode.embedded(folder, QUICK, Optional.empty(), receiver)) {
            ask(node, first);
            assertThat(receiver.take()).isEqualTo(JobPhase.EXPIRED);
            receiver.answer = new Callbacks.Outcome.Taken();
            assertThat(receiver.take()).as("again, since it failed").isEqualTo(JobPhase.EXPIRED);
            await("it is known to be told", () -> show(node, first).told().equals(Optional.of(JobPhase.EXPIRED)));
            receiver.told.clear();
            receiver.answer = new Callbacks.Outcome.Later("it answers 500");
            ask(node, second);
            assertThat(receiver.take()).isEqualTo(JobPhase.EXPIRED);
        }
        receiver.told.clear();
        receiver.answer = new Callbacks.Outcome.Never("it is private");
        try (TestNode node = TestNode.embedded(folder, QUICK, Optional.empty(), receiver)) {
            await(
                    "it is known never to be told",
                    () -> show(node, second).untold().equals("it is private"));
            assertThat(receiver.told).extracting(JobState::job).containsExactly(second);
            assertThat(show(node, first).told()).contains(JobPhase.EXPIRED);
        }
    }

    @Test
    void whoWatchesIsToldEveryStateOfItsOwnJobs() throws Exception {
        try (TestNode node = TestNode.embedded(folder, QUICK)) {
            ProofJob job = job(12, 600_000);
            BlockingQueue<JobPhase> own = new LinkedBlockingQueue<>();
            BlockingQueue<JobPhase> foreign = new LinkedBlockingQueue<>();
            Runnable end = node.sharding.proofs().watch(job.caller(), state -> own.add(state.phase()));
            Runnable other =
                    node.sharding.proofs().watch(Fakes.digest("another caller"), state -> foreign.add(state.phase()));
            BlockingQueue<Optional<JobPhase>> none = new LinkedBlockingQueue<>();
            Runnable unknown = node.sharding
                    .proofs()
                    .watch(job.caller(), job.model(), Fakes.id(1, 999), state -> none.add(state.map(JobState::phase)));
            assertThat(none.poll(60, TimeUnit.SECONDS)).isEmpty();
            FakeProver prover = new FakeProver(node, "p", true);
            ask(node, job);
            awaitVerified(node, job, prover);
            BlockingQueue<Optional<JobPhase>> late = new LinkedBlockingQueue<>();
            Runnable one = node.sharding
                    .proofs()
                    .watch(job.caller(), job.model(), job.id(), state -> late.add(state.map(JobState::phase)));
            assertThat(late.poll(60, TimeUnit.SECONDS)).contains(JobPhase.VERIFIED);
            await("the watcher knows the end", () -> own.contains(JobPhase.VERIFIED));
            assertThat(foreign).isEmpty();
            end.run();
            other.run();
            unknown.run();
            one.run();
        }
    }
}
