package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way to break the promise of durability, once as shipped and once with one part replaced: the same check passes, then fails. */
final class DurabilityMutantsTest {
    /** A part that is replaced by one that is wrong. */
    private enum Mutant {
        NONE,
        SKIP_THE_SYNC,
        ANSWER_BEFORE_COMMIT,
        IGNORE_THE_LEASE,
        IGNORE_PREV_HASH
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "SKIP_THE_SYNC"})
    void whatIsAcknowledgedSurvivesAPowerCut(Mutant mutant) {
        try (Stage stage = new Stage()) {
            ActorRef<Partition.Command> partition = stage.ready("a");
            if (mutant == Mutant.SKIP_THE_SYNC) {
                stage.disk.skipSync();
            }
            stage.commit(partition, stage.commitment(1, Optional.empty()));
            assertThat(stage.outcome()).isInstanceOf(Answered.class);
            stage.disk.crash();
            assertThat(stage.everythingAcknowledgedCounts()).isEqualTo(mutant == Mutant.NONE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ANSWER_BEFORE_COMMIT"})
    void nothingIsAcknowledgedBeforeItIsWritten(Mutant mutant) {
        try (Stage stage = new Stage()) {
            Behavior<PartitionLog.Command> log = mutant == Mutant.NONE
                    ? PartitionLog.create(Stage.PARTITION, TestSettings.SMALL, Stage.UNSEALED)
                    : eager(PartitionLog.create(Stage.PARTITION, TestSettings.SMALL, Stage.UNSEALED));
            ActorRef<Partition.Command> partition = stage.start(stage.resources("a", stage::now), log);
            stage.await("it is ready", () -> stage.local.isReady(Stage.PARTITION));
            stage.disk.hold();
            stage.commit(partition, stage.commitment(1, Optional.empty()));
            stage.await("it is in flight", () -> stage.disk.waiting() == 1);
            boolean early;
            if (mutant == Mutant.NONE) {
                early = stage.hasOutcome();
            } else {
                early = stage.outcome() instanceof Answered;
            }
            assertThat(early).isEqualTo(mutant != Mutant.NONE);
            assertThat(stage.everythingAcknowledgedCounts()).isEqualTo(mutant == Mutant.NONE);
        }
    }

    /** Answers each write at once, and has it written afterwards. */
    private static Behavior<PartitionLog.Command> eager(Behavior<PartitionLog.Command> real) {
        return Behaviors.setup(context -> {
            ActorRef<PartitionLog.Command> log = context.spawn(real, "real");
            ActorRef<PartitionLog.Written> ignored = context.spawn(Behaviors.<PartitionLog.Written>ignore(), "ignored");
            PartitionState[] state = {PartitionState.EMPTY};
            return Behaviors.receive(PartitionLog.Command.class)
                    .onMessage(PartitionLog.Open.class, open -> {
                        state[0] = state[0].apply(1, new PartitionEvent.Opened(open.epoch(), state[0].head()));
                        log.tell(open);
                        return Behaviors.same();
                    })
                    .onMessage(PartitionLog.Append.class, append -> {
                        state[0] = state[0].apply(
                                state[0].sequenceNr() + 1,
                                new ReceiptsCommitted(state[0].epoch(), state[0].head(), append.entries()));
                        append.replyTo().tell(new PartitionLog.Written(state[0]));
                        log.tell(new PartitionLog.Append(append.entries(), ignored));
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    /**
     * An owner's write hangs; it cannot renew its lease; another owner takes over; then the write goes through. Both events have one number, and only the
     * new owner's counts.
     */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "IGNORE_THE_LEASE"})
    void anOwnerWhoseLeaseRanOutAcknowledgesNothing(Mutant mutant) {
        try (Stage stage = new Stage()) {
            long frozen = stage.now();
            LongSupplier clock = mutant == Mutant.NONE ? stage::now : () -> frozen;
            PartitionResources old = stage.resources("a", clock);
            ActorRef<Partition.Command> first =
                    stage.start(old, PartitionLog.create(Stage.PARTITION, TestSettings.SMALL, Stage.UNSEALED));
            stage.await("the first is ready", () -> stage.local.isReady(Stage.PARTITION));
            stage.disk.hold();
            stage.commit(first, stage.commitment(1, Optional.empty()));
            stage.await("its write hangs", () -> stage.disk.waiting() == 1);
            stage.control.failing(true);
            stage.passInSteps(Duration.ofSeconds(9));
            if (mutant == Mutant.NONE) {
                assertThat(stage.outcome())
                        .isInstanceOfSatisfying(
                                Refused.class,
                                refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.COMMIT_UNKNOWN));
                stage.kit.stop(first);
            }
            // The first is out of reach of the control store; the second is not.
            PartitionResources other = new PartitionResources(
                    TestSettings.SMALL,
                    stage.answers,
                    stage.control.alwaysReached(),
                    new LocalPartitions(),
                    "b",
                    stage::now,
                    PartitionMeter.NONE);
            ActorRef<Partition.Command> second = stage.anotherNode().spawn(Partition.create(Stage.PARTITION, other));
            stage.await("the second writes its first event", () -> stage.disk.waiting() == 2);
            stage.disk.releaseLast();
            stage.await("the second is ready", () -> other.local().isReady(Stage.PARTITION));
            stage.disk.release();
            if (mutant == Mutant.IGNORE_THE_LEASE) {
                assertThat(stage.outcome()).as("what nobody may be told").isInstanceOf(Answered.class);
            }
            stage.commit(second, stage.commitment(2, Optional.empty()));
            assertThat(stage.outcome()).isInstanceOf(Answered.class);
            stage.await(
                    "both events are there",
                    () -> stage.disk
                                    .events(Partition.persistenceId(Stage.PARTITION))
                                    .size()
                            == 4);
            assertThat(stage.receiptsThatCount())
                    .containsExactly(Fakes.answer(Stage.PARTITION, 2).receipt());
            assertThat(stage.everythingAcknowledgedCounts()).isEqualTo(mutant == Mutant.NONE);
        }
    }

    /** A log that somebody cut is not served; one that ignores what links its events serves it, and would build on it. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "IGNORE_PREV_HASH"})
    void aLogWithAForgedEventIsNotServed(Mutant mutant) {
        try (Stage stage = new Stage()) {
            ReceiptsCommitted forged =
                    new ReceiptsCommitted(1, Fakes.digest("elsewhere"), List.of(PartitionStateTest.entry("forged")));
            String id = Partition.persistenceId(Stage.PARTITION);
            stage.disk.append(
                    id,
                    List.of(
                            row(
                                    1,
                                    "partition-opened-v1",
                                    new PartitionEvent.Opened(1, dev.candor.actors.value.Digest.ZERO)),
                            row(2, "partition-receipts-v1", forged)));
            stage.control.compareAndSet(LeaseRecord.key(Stage.PARTITION), 0, new LeaseRecord("", 1, 0).encode());
            PartitionLog.Links links = mutant == Mutant.NONE
                    ? PartitionState::apply
                    : (state, at, event) -> state.apply(at, event, (_, _) -> true);
            ActorRef<Partition.Command> partition = stage.start(
                    stage.resources("a", stage::now),
                    PartitionLog.create(Stage.PARTITION, TestSettings.SMALL, Stage.UNSEALED, links));
            stage.commit(partition, stage.commitment(1, Optional.empty()));
            InferenceOutcome outcome = stage.outcome();
            assertThat(outcome instanceof Refused).isEqualTo(mutant == Mutant.NONE);
        }
    }

    private static dev.candor.persistence.fakes.FakeDisk.Row row(long at, String manifest, PartitionEvent event) {
        return new dev.candor.persistence.fakes.FakeDisk.Row(
                at,
                dev.candor.persistence.serialization.EventSerializer.IDENTIFIER,
                manifest,
                PartitionCodec.encode(event),
                "somebody");
    }
}
