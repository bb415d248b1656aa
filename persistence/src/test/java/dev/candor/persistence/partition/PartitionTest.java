package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.fakes.FakeDisk;
import dev.candor.persistence.fakes.Fakes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class PartitionTest {
    private static final Identity IDENTITY = Fakes.identity(Stage.PARTITION, "key", "body");
    private static final String ID = Partition.persistenceId(Stage.PARTITION);

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void commitsAndRemembersOverARestart() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        assertThat(stage.lookup(partition, IDENTITY)).isInstanceOf(LookupReply.New.class);
        Commitment commitment = stage.commitment(1, Optional.of(IDENTITY));
        stage.commit(partition, commitment);
        Answered answered = (Answered) stage.outcome();
        assertThat(answered.answer()).isEqualTo(commitment.answer());
        stop(partition);
        assertThat(LeaseRecord.decode(record().value()).owner())
                .as("given back")
                .isEmpty();

        ActorRef<Partition.Command> next = stage.ready("b");
        assertThat(stage.lookup(next, IDENTITY))
                .isInstanceOfSatisfying(
                        LookupReply.Done.class,
                        done -> assertThat(done.answer()).isEqualTo(commitment.answer()));
        assertThat(stage.lookup(next, Fakes.identity(Stage.PARTITION, "key", "other")))
                .isInstanceOf(LookupReply.Conflict.class);
        stage.answers.expireAll();
        assertThat(stage.lookup(next, IDENTITY))
                .isInstanceOfSatisfying(
                        LookupReply.Expired.class,
                        expired -> assertThat(expired.receipt())
                                .isEqualTo(commitment.answer().receipt()));
    }

    @Test
    void findsReceiptsThatCount() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        stage.commit(partition, stage.commitment(1, Optional.empty()));
        stage.outcome();
        partition.tell(new Partition.FindReceipt(Fakes.id(Stage.PARTITION, 1), stage.receipts.getRef()));
        ReceiptReply.Committed found = (ReceiptReply.Committed) stage.receipts.receiveMessage(Stage.PATIENCE);
        assertThat(found.receipt()).isEqualTo(Fakes.answer(Stage.PARTITION, 1).receipt());
        assertThat(found.sequenceNr()).isEqualTo(2);
        assertThat(found.headSequenceNr()).isEqualTo(2);
        stage.answers.put(new StoredAnswer(
                Fakes.id(Stage.PARTITION, 2),
                Optional.empty(),
                1,
                3,
                Fakes.bytes("never committed"),
                Optional.empty()));
        partition.tell(new Partition.FindReceipt(Fakes.id(Stage.PARTITION, 2), stage.receipts.getRef()));
        assertThat(stage.receipts.receiveMessage(Stage.PATIENCE)).isInstanceOf(ReceiptReply.Unknown.class);
    }

    @Test
    void collectsWhileAWriteIsInFlight() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        int before = stage.disk.writes();
        stage.disk.hold();
        stage.commit(partition, stage.commitment(1, Optional.empty()));
        stage.await("the first is in flight", () -> stage.disk.waiting() == 1);
        stage.commit(partition, stage.commitment(2, Optional.empty()), stage.commitment(3, Optional.empty()));
        stage.disk.release();
        for (int i = 0; i < 3; i++) {
            assertThat(stage.outcome()).isInstanceOf(Answered.class);
        }
        assertThat(stage.disk.writes() - before).isEqualTo(2);
    }

    @Test
    void saysUnknownWhenAWriteFailsAndServesInTheNextEpoch() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        stage.disk.failing(true);
        stage.commit(partition, stage.commitment(1, Optional.of(IDENTITY)));
        assertRefused(stage.outcome(), ErrorCode.COMMIT_UNKNOWN);
        stage.commit(partition, stage.commitment(2, Optional.empty()));
        assertRefused(stage.outcome(), ErrorCode.JOURNAL_UNAVAILABLE);
        stage.disk.failing(false);
        stage.await("it is ready again", () -> stage.local.isReady(Stage.PARTITION));
        assertThat(stage.lookup(partition, IDENTITY)).as("not written, so new").isInstanceOf(LookupReply.New.class);
        stage.commit(partition, stage.commitment(3, Optional.of(IDENTITY)));
        assertThat(stage.outcome()).isInstanceOf(Answered.class);
        assertThat(stage.everythingAcknowledgedCounts()).isTrue();
    }

    @Test
    void writesNothingWhoseAnswersAreNotStored() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        CompletableFuture<Done> gate = new CompletableFuture<>();
        stage.answers.gate(gate);
        int before = stage.disk.writes();
        stage.commit(partition, stage.commitment(1, Optional.of(IDENTITY)));
        stage.await("the row is there", () -> stage.answers.rows().size() == 1);
        assertThat(stage.disk.writes()).isEqualTo(before);
        gate.completeExceptionally(new IllegalStateException("too slow"));
        assertRefused(stage.outcome(), ErrorCode.JOURNAL_UNAVAILABLE);
        stage.answers.gate(CompletableFuture.completedFuture(Done.getInstance()));
        stage.await("it is ready again", () -> stage.local.isReady(Stage.PARTITION));
        assertThat(stage.lookup(partition, IDENTITY))
                .as("the row names a place that another epoch has taken")
                .isInstanceOf(LookupReply.New.class);
        stage.commit(partition, stage.commitment(2, Optional.of(IDENTITY)));
        assertThat(((Answered) stage.outcome()).answer()).isEqualTo(Fakes.answer(Stage.PARTITION, 2));
    }

    @Test
    void keepsWhatComesBeforeItIsReady() {
        stage.control.failing(true);
        ActorRef<Partition.Command> partition = stage.start("a");
        stage.commit(partition, stage.commitment(1, Optional.empty()));
        partition.tell(new Partition.Lookup(IDENTITY, stage.lookups.getRef()));
        stage.control.failing(false);
        stage.await("it is ready", () -> stage.local.isReady(Stage.PARTITION));
        assertThat(stage.outcome()).isInstanceOf(Answered.class);
        assertThat(stage.lookups.receiveMessage(Stage.PATIENCE)).isInstanceOf(LookupReply.New.class);
        for (int i = 0; i < 3; i++) {
            stage.commit(partition, stage.commitment(10 + i, Optional.empty()));
            stage.outcome();
        }
    }

    @Test
    void refusesBeyondWhatItKeepsBeforeItIsReady() {
        stage.control.failing(true);
        ActorRef<Partition.Command> partition = stage.start("a");
        for (int i = 0; i <= TestSettings.SMALL.maxLookups(); i++) {
            stage.commit(partition, stage.commitment(i, Optional.empty()));
        }
        assertRefused(stage.outcome(), ErrorCode.OVERLOADED);
    }

    @Test
    void finishesTheWriteInFlightBeforeAHandOff() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        stage.disk.hold();
        stage.commit(partition, stage.commitment(1, Optional.empty()));
        stage.await("it is in flight", () -> stage.disk.waiting() == 1);
        stage.commit(partition, stage.commitment(2, Optional.empty()));
        TestProbe<Void> watcher = stage.kit.createTestProbe();
        partition.tell(new Partition.Stop());
        stage.commit(partition, stage.commitment(3, Optional.empty()));
        assertRefused(stage.outcome(), ErrorCode.NOT_READY);
        stage.disk.release();
        assertThat(stage.outcome()).isInstanceOf(Answered.class);
        assertThat(stage.outcome()).isInstanceOf(Answered.class);
        watcher.expectTerminated(partition, Stage.PATIENCE);
        assertThat(LeaseRecord.decode(record().value()).owner()).isEmpty();
        assertThat(stage.local.count()).isZero();
    }

    @Test
    void recoversFromASnapshotAndTheTail() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        for (int i = 0; i < 35; i++) {
            stage.commit(partition, stage.commitment(i, Optional.empty()));
            stage.outcome();
        }
        stage.await(
                "snapshots are pruned",
                () -> stage.disk.snapshots(ID).size() == 2
                        && stage.disk.snapshots(ID).lastKey() == 30);
        stop(partition);
        List<FakeDisk.Row> all = stage.disk.events(ID);
        stage.disk.replace(ID, all.subList(30, all.size()));
        ActorRef<Partition.Command> next = stage.ready("b");
        stage.commit(next, stage.commitment(100, Optional.empty()));
        stage.outcome();
        stage.disk.replace(
                ID,
                concat(
                        all,
                        stage.disk
                                .events(ID)
                                .subList(all.size() - 30, stage.disk.events(ID).size())));
        assertThat(stage.everythingAcknowledgedCounts()).isTrue();
        assertThat(stage.receiptsThatCount()).hasSize(36);
    }

    /** The snapshot holds the end that a fenced owner wrote; the owner after it, who had not seen that, is the one whom later events follow. */
    @Test
    void readsAllEventsWhereTheyDoNotFollowTheSnapshot() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        for (int i = 2; i <= 30; i++) {
            stage.commit(partition, stage.commitment(i, Optional.empty()));
            stage.outcome();
        }
        stage.await(
                "the last event is in a snapshot",
                () -> stage.disk.snapshots(ID).containsKey(30L));
        stop(partition);
        List<FakeDisk.Row> all = stage.disk.events(ID);
        assertThat(all).hasSize(30);
        stop(stage.ready("b"));
        PartitionEvent before = PartitionCodec.decode(all.get(28).bytes());
        PartitionEvent opened = new PartitionEvent.Opened(2, PartitionCodec.hash(before));
        Bytes receipt = Fakes.bytes("of the owner who did not see event 30");
        PartitionEvent after = new PartitionEvent.ReceiptsCommitted(
                2, PartitionCodec.hash(opened), List.of(new PartitionEvent.Entry(receipt, Optional.empty())));
        stage.disk.replace(ID, concat(all, List.of(row(30, all.get(0), opened), row(31, all.get(1), after))));

        ActorRef<Partition.Command> next = stage.ready("c");
        stage.commit(next, stage.commitment(100, Optional.empty()));
        Bytes acknowledged = ((Answered) stage.outcome()).answer().receipt();
        assertThat(stage.receiptsThatCount())
                .hasSize(30)
                .contains(receipt, acknowledged)
                .doesNotContain(receiptOf(all.get(29)));
        assertThat(stage.disk.snapshots(ID)).as("it was there all along").containsKey(30L);
    }

    private static FakeDisk.Row row(long sequenceNr, FakeDisk.Row alike, PartitionEvent event) {
        return new FakeDisk.Row(
                sequenceNr, alike.serializer(), alike.manifest(), PartitionCodec.encode(event), alike.writer());
    }

    private static Bytes receiptOf(FakeDisk.Row row) {
        return ((PartitionEvent.ReceiptsCommitted) PartitionCodec.decode(row.bytes()))
                .entries()
                .getFirst()
                .receipt();
    }

    @Test
    void doesNotServeALogThatSomebodyChanged() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        for (int i = 0; i < 3; i++) {
            stage.commit(partition, stage.commitment(i, Optional.empty()));
            stage.outcome();
        }
        stop(partition);
        List<FakeDisk.Row> all = stage.disk.events(ID);
        FakeDisk.Row row = all.get(2);
        byte[] forged = row.bytes().toArray();
        forged[forged.length - 2] ^= 1;
        stage.disk.replace(
                ID,
                List.of(
                        all.get(0),
                        all.get(1),
                        new FakeDisk.Row(
                                row.sequenceNr(), row.serializer(), row.manifest(), Bytes.wrap(forged), row.writer()),
                        all.get(3)));
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        Logger log = (Logger) LoggerFactory.getLogger(PartitionLog.class);
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                said.add(event.getFormattedMessage());
            }
        };
        appender.start();
        log.addAppender(appender);
        try {
            ActorRef<Partition.Command> next = stage.start("b");
            stage.commit(next, stage.commitment(9, Optional.empty()));
            assertRefused(stage.outcome(), ErrorCode.JOURNAL_UNAVAILABLE);
            stage.passInSteps(Duration.ofSeconds(3));
            assertThat(stage.local.isReady(Stage.PARTITION)).isFalse();
            assertThat(List.copyOf(said))
                    .anySatisfy(line -> assertThat(line)
                            .startsWith(ID + ": the journal is not what this partition's owners wrote")
                            .contains("event 4 follows")
                            .contains("restore the rows from a backup"));
        } finally {
            log.detachAppender(appender);
        }
    }

    @Test
    void letsTheFirstOfTwoExecutionsWin() {
        ActorRef<Partition.Command> partition = stage.ready("a");
        Identity other = Fakes.identity(Stage.PARTITION, "key", "another body");
        stage.lookup(partition, IDENTITY);
        stage.lookup(partition, IDENTITY);
        stage.commit(
                partition,
                stage.commitment(1, Optional.of(IDENTITY)),
                stage.commitment(2, Optional.of(IDENTITY)),
                stage.commitment(3, Optional.of(other)));
        assertThat(((Answered) stage.outcome()).replayed()).isFalse();
        Answered second = (Answered) stage.outcome();
        assertThat(second.replayed()).isTrue();
        assertThat(second.uuid()).isEqualTo(Fakes.uuid(2));
        assertThat(second.answer()).isEqualTo(Fakes.answer(Stage.PARTITION, 1));
        assertRefused(stage.outcome(), ErrorCode.IDEMPOTENCY_CONFLICT);
        assertThat(stage.receiptsThatCount()).hasSize(1);
        assertThat(stage.answers.searches()).isEqualTo(1);
    }

    private dev.candor.persistence.control.ControlStore.Versioned record() {
        return stage.control
                .read(LeaseRecord.key(Stage.PARTITION))
                .toCompletableFuture()
                .join()
                .orElseThrow();
    }

    private void stop(ActorRef<Partition.Command> partition) {
        TestProbe<Void> watcher = stage.kit.createTestProbe();
        partition.tell(new Partition.Stop());
        watcher.expectTerminated(partition, Stage.PATIENCE);
    }

    private static List<FakeDisk.Row> concat(List<FakeDisk.Row> a, List<FakeDisk.Row> b) {
        List<FakeDisk.Row> both = new java.util.ArrayList<>(a);
        both.addAll(b);
        return both;
    }

    private static void assertRefused(InferenceOutcome outcome, ErrorCode code) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(code));
    }
}
