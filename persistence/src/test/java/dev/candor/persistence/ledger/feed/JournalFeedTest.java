package dev.candor.persistence.ledger.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.fakes.FakeAnswers;
import dev.candor.persistence.fakes.FakeControl;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partition 2 of a journal whose reads are counted. */
final class JournalFeedTest {
    private static final int PARTITION = 2;
    private static final Position START = new Position(PARTITION, 0, Digest.ZERO);
    private static final PartitionEvent OPENED = new Opened(1, Digest.ZERO);
    private static final PartitionEvent FIRST = receipts(OPENED, 1);
    private static final PartitionEvent SECOND = receipts(FIRST, 1);

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final FakeControl control = new FakeControl();
    private final List<Object> rows = new ArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private CompletionStage<Void> gate = CompletableFuture.completedStage(null);
    private long nanoTime;

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    private static PartitionEvent receipts(PartitionEvent before, int bytes) {
        return new ReceiptsCommitted(
                1, PartitionCodec.hash(before), List.of(new Entry(Bytes.wrap(new byte[bytes]), Optional.empty())));
    }

    private JournalFeed feed(boolean embedded) {
        AnswerStore answers = new FakeAnswers();
        JournalStores stores =
                new JournalStores(answers, control, this::read, this::read, () -> Source.<String>empty(), embedded);
        return new JournalFeed(kit.system(), stores, () -> nanoTime);
    }

    private Source<EventEnvelope, NotUsed> read(String id, long from, long to) {
        assertThat(id).isEqualTo("partition-" + PARTITION);
        reads.incrementAndGet();
        List<EventEnvelope> found = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (i + 1 >= from && i + 1 <= to) {
                found.add(new EventEnvelope(Offset.sequence(i + 1), id, i + 1, rows.get(i), 0));
            }
        }
        CompletionStage<Source<EventEnvelope, NotUsed>> later = gate.thenApply(_ -> Source.from(found));
        return Source.completionStageSource(later).mapMaterializedValue(_ -> NotUsed.getInstance());
    }

    private void leased(long epoch) throws Exception {
        Bytes lease =
                new CanonicalWriter(64).u8(1).text("owner").i64(epoch).i64(0).toBytes();
        assertThat(control.compareAndSet("lease/partition-" + PARTITION, 0, lease)
                        .toCompletableFuture()
                        .get())
                .isTrue();
    }

    private static List<PartitionEvent> events(CompletionStage<Segment> answer) throws Exception {
        return answer.toCompletableFuture().get(30, TimeUnit.SECONDS).events();
    }

    @Test
    void handsOnWhatIsBehindAPosition() throws Exception {
        rows.addAll(List.of(OPENED, FIRST, SECOND));
        JournalFeed feed = feed(true);
        assertThat(events(feed.behind(START))).containsExactly(OPENED, FIRST, SECOND);
        Segment rest = feed.behind(new Position(PARTITION, 2, PartitionCodec.hash(FIRST)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertThat(rest).isEqualTo(new Segment(PARTITION, 3, List.of(SECOND)));
    }

    /** Where others can write, the last events count only while their writer's lease holds. */
    @Test
    void whereOthersCanWriteOnlyWhatItsOwnersLeaseCoversIsHandedOn() throws Exception {
        rows.addAll(List.of(OPENED, FIRST));
        assertThat(events(feed(false).behind(START))).as("no lease").isEmpty();
        leased(1);
        assertThat(events(feed(false).behind(START))).containsExactly(OPENED, FIRST);
        assertThat(events(feed(true).behind(START))).containsExactly(OPENED, FIRST);
    }

    @Test
    void validatorsThatAskForTheSameShareOneReading() throws Exception {
        rows.addAll(List.of(OPENED, FIRST));
        CompletableFuture<Void> held = new CompletableFuture<>();
        gate = held;
        JournalFeed feed = feed(true);
        CompletionStage<Segment> one = feed.behind(START);
        CompletionStage<Segment> two = feed.behind(START);
        held.complete(null);
        assertThat(events(one)).isEqualTo(events(two)).hasSize(2);
        assertThat(events(feed.behind(START))).as("a later one").hasSize(2);
        assertThat(reads).hasValue(1);
    }

    @Test
    void aReadingThatFoundNothingStandsUntilSomethingIsWrittenOrItIsOld() throws Exception {
        JournalFeed feed = feed(true);
        assertThat(events(feed.behind(START))).isEmpty();
        rows.add(OPENED);
        assertThat(events(feed.behind(START))).isEmpty();
        assertThat(reads).hasValue(1);
        feed.wrote(PARTITION);
        assertThat(events(feed.behind(START))).containsExactly(OPENED);
        Position end = new Position(PARTITION, 1, PartitionCodec.hash(OPENED));
        assertThat(events(feed.behind(end))).isEmpty();
        rows.add(FIRST);
        assertThat(events(feed.behind(end))).isEmpty();
        nanoTime += Duration.ofSeconds(1).toNanos();
        assertThat(events(feed.behind(end))).as("another node wrote it").containsExactly(FIRST);
        assertThat(reads).hasValue(4);
    }

    @Test
    void aLongJournalIsHandedOnInBoundedParts() throws Exception {
        rows.add(OPENED);
        for (int i = 0; i < 600; i++) {
            rows.add(receipts((PartitionEvent) rows.getLast(), 1));
        }
        assertThat(parts(feed(true))).hasSizeGreaterThan(2);
        rows.subList(1, rows.size()).clear();
        for (int i = 0; i < 5; i++) {
            rows.add(receipts((PartitionEvent) rows.getLast(), 600_000));
        }
        assertThat(parts(feed(true))).hasSizeGreaterThan(2);
    }

    private List<Integer> parts(JournalFeed feed) throws Exception {
        List<PartitionEvent> all = new ArrayList<>();
        List<Integer> parts = new ArrayList<>();
        Position at = START;
        while (all.size() < rows.size()) {
            List<PartitionEvent> next = events(feed.behind(at));
            assertThat(next).isNotEmpty();
            parts.add(next.size());
            all.addAll(next);
            at = new Position(PARTITION, all.size(), PartitionCodec.hash(all.getLast()));
        }
        assertThat(all).isEqualTo(rows);
        return parts;
    }

    @Test
    void refusesAPositionOfAnotherJournalAndReadsAgainAfterwards() throws Exception {
        rows.addAll(List.of(OPENED, FIRST));
        JournalFeed feed = feed(true);
        Position foreign = new Position(PARTITION, 1, Digest.sha256(Bytes.ofHex("66")));
        for (int i = 1; i <= 2; i++) {
            assertThatThrownBy(() -> events(feed.behind(foreign)))
                    .hasRootCauseInstanceOf(JournalException.Refused.class)
                    .hasStackTraceContaining(
                            "event 1 of partition 2 with the hash " + foreign.head() + " is not in this journal");
            assertThat(reads).as("what failed is not kept").hasValue(i);
        }
    }

    @Test
    void refusesWhatIsNoEventOfAPartition() {
        rows.addAll(List.of(OPENED, "text"));
        assertThatThrownBy(() -> events(feed(true).behind(START)))
                .hasStackTraceContaining("event 2 of partition-2 is a java.lang.String");
    }
}
