package dev.candor.persistence.journal;

import static dev.candor.persistence.journal.JournalDriver.Outcome.WRITTEN;
import static dev.candor.persistence.journal.JournalDriver.together;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Pekko and the entities rely on in a journal, its snapshots and its queries; every kind of journal runs it. */
public abstract class JournalContract {
    private static final long ALL = Long.MAX_VALUE;

    private JournalDriver driver;
    private String pid;

    /** Configured by {@link JournalKind#layer}; the same for all tests of a class. */
    protected abstract ActorSystem system();

    /** The stores of {@link #system()}. */
    protected abstract JournalStores stores();

    /** Talks to the plugins of {@link #system()}. */
    protected final JournalDriver driver() {
        return driver;
    }

    /** A stream that no other test has. */
    protected final String pid() {
        return pid;
    }

    @BeforeEach
    void newStream() {
        driver = new JournalDriver(system(), UUID.randomUUID().toString());
        pid = "contract|" + UUID.randomUUID();
    }

    @Test
    void replaysAllEventsInOrder() {
        assertThat(driver.write(pid, 1, "a", "b", "c")).containsOnly(WRITTEN);
        assertThat(driver.write(pid, 4, "d", "e")).containsOnly(WRITTEN);
        assertThat(payloads(driver.replay(pid))).containsExactly("a", "b", "c", "d", "e");
        assertThat(driver.replay(pid)).extracting(PersistentRepr::sequenceNr).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void replaysManyPagesInOrder() {
        String[] payloads = new String[1500];
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = "event " + i;
        }
        for (int i = 0; i < payloads.length; i += 100) {
            driver.write(pid, i + 1, List.of(payloads).subList(i, i + 100).toArray(String[]::new));
        }
        assertThat(payloads(driver.replay(pid))).containsExactly((Object[]) payloads);
        assertThat(current(1, ALL)).extracting(EventEnvelope::event).containsExactly((Object[]) payloads);
    }

    @Test
    void replaysWithinBounds() {
        driver.write(pid, 1, "a", "b", "c", "d", "e");
        assertThat(payloads(driver.replay(pid, 3, ALL, ALL))).containsExactly("c", "d", "e");
        assertThat(payloads(driver.replay(pid, 1, 3, ALL))).containsExactly("a", "b", "c");
        assertThat(payloads(driver.replay(pid, 2, 4, ALL))).containsExactly("b", "c", "d");
        assertThat(payloads(driver.replay(pid, 2, 2, ALL))).containsExactly("b");
        assertThat(payloads(driver.replay(pid, 1, ALL, 2))).containsExactly("a", "b");
        assertThat(driver.replay(pid, 1, ALL, 0)).isEmpty();
        assertThat(driver.replay(pid, 4, 2, ALL)).isEmpty();
        assertThat(driver.replay(pid, 6, ALL, ALL)).isEmpty();
    }

    @Test
    void replaysNothingOfAStreamThatIsNotThere() {
        assertThat(driver.replay(pid)).isEmpty();
        assertThat(driver.highest(pid)).isZero();
        assertThat(current(1, ALL)).isEmpty();
    }

    @Test
    void keepsStreamsApart() {
        String other = pid + "-other";
        driver.write(pid, 1, "mine");
        driver.write(other, 1, "other", "other");
        assertThat(payloads(driver.replay(pid))).containsExactly("mine");
        assertThat(driver.highest(other)).isEqualTo(2);
    }

    @Test
    void keepsEventsOfOneWriteTogether() {
        assertThat(driver.write(
                        together(driver.event(pid, 1, "a"), driver.event(pid, 2, "b"), driver.event(pid, 3, "c"))))
                .containsOnly(WRITTEN);
        assertThat(payloads(driver.replay(pid))).containsExactly("a", "b", "c");
    }

    @Test
    void doesNotWriteAnEventThatCannotBeSerialised() {
        assertThat(driver.write(AtomicWrite.apply(driver.event(pid, 1, new Object()))))
                .doesNotContain(WRITTEN);
        assertThat(driver.replay(pid)).isEmpty();
    }

    @Test
    void keepsTheWriterAndTheBytesOfAnEvent() {
        String large = "0123456789abcdef".repeat(16 << 10);
        driver.write(pid, 1, large);
        PersistentRepr event = driver.replay(pid).getFirst();
        assertThat(event.payload()).isEqualTo(large);
        assertThat(event.persistenceId()).isEqualTo(pid);
        assertThat(event.writerUuid()).isEqualTo(driver.event(pid, 1, "").writerUuid());
    }

    @Test
    void deletesUpToASequenceNumber() {
        driver.write(pid, 1, "a", "b", "c", "d");
        driver.deleteTo(pid, 3);
        assertThat(payloads(driver.replay(pid))).containsExactly("d");
        assertThat(payloads(driver.replay(pid, 2, 3, ALL))).isEmpty();
        assertThat(driver.highest(pid)).isEqualTo(4);
    }

    @Test
    void goesOnWithTheNumberingAfterAllWasDeleted() {
        driver.write(pid, 1, "a", "b", "c");
        driver.deleteTo(pid, ALL);
        assertThat(driver.replay(pid)).isEmpty();
        assertThat(driver.highest(pid)).isEqualTo(3);
        driver.write(pid, 4, "d");
        assertThat(payloads(driver.replay(pid))).containsExactly("d");
        assertThat(driver.highest(pid)).isEqualTo(4);
    }

    @Test
    void showsBothWritersOfAStream() {
        driver.write(pid, 1, "a");
        new JournalDriver(system(), "another writer").write(pid, 2, "b");
        driver.write(pid, 3, "c");
        assertThat(payloads(driver.replay(pid)))
                .as("no filter drops one of them")
                .containsExactly("a", "b", "c");
    }

    @Test
    void queriesTheEventsThatAreThere() {
        driver.write(pid, 1, "a", "b", "c");
        assertThat(current(1, ALL)).extracting(EventEnvelope::event).containsExactly("a", "b", "c");
        assertThat(current(0, ALL)).hasSize(3);
        assertThat(current(2, 2)).extracting(EventEnvelope::event).containsExactly("b");
        assertThat(current(4, ALL)).isEmpty();
        assertThat(current(1, ALL).getLast().sequenceNr()).isEqualTo(3);
    }

    @Test
    void queriesTheEventsThatComeLater() throws Exception {
        driver.write(pid, 1, "a");
        SinkQueueWithCancel<EventEnvelope> queue =
                stores().liveEvents().eventsByPersistenceId(pid, 1, 3).runWith(Sink.queue(), system());
        assertThat(next(queue)).isEqualTo("a");
        driver.write(pid, 2, "b");
        assertThat(next(queue)).isEqualTo("b");
        driver.write(pid, 3, "c");
        assertThat(next(queue)).isEqualTo("c");
        assertThat(queue.pull().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .as("the end, at the upper bound")
                .isEmpty();
    }

    @Test
    void queriesTheNamesOfStreams() {
        String other = pid + "-other";
        driver.write(pid, 1, "a");
        driver.write(other, 1, "a");
        assertThat(all(stores().persistenceIds().currentPersistenceIds()))
                .contains(pid, other)
                .doesNotHaveDuplicates();
    }

    @Test
    void loadsTheNewestSnapshotThatMatches() {
        driver.save(pid, 10, "ten");
        driver.save(pid, 20, "twenty");
        driver.save(pid, 30, "thirty");
        assertThat(snapshot(SnapshotSelectionCriteria.latest())).isEqualTo("thirty");
        assertThat(snapshot(SnapshotSelectionCriteria.create(25, ALL))).isEqualTo("twenty");
        assertThat(snapshot(SnapshotSelectionCriteria.create(10, ALL))).isEqualTo("ten");
        assertThat(driver.load(pid, SnapshotSelectionCriteria.create(9, ALL))).isEmpty();
        assertThat(driver.load(pid, SnapshotSelectionCriteria.create(ALL, 1))).isEmpty();
        assertThat(driver.load(pid + "-other", SnapshotSelectionCriteria.latest()))
                .isEmpty();
    }

    @Test
    void replacesASnapshotOfTheSameSequenceNumber() {
        driver.save(pid, 10, "first");
        driver.save(pid, 10, "second");
        assertThat(snapshot(SnapshotSelectionCriteria.latest())).isEqualTo("second");
    }

    @Test
    void deletesSnapshots() {
        driver.save(pid, 10, "ten");
        driver.save(pid, 20, "twenty");
        driver.save(pid, 30, "thirty");
        driver.deleteSnapshot(new SnapshotMetadata(pid, 30, 0L));
        assertThat(snapshot(SnapshotSelectionCriteria.latest())).isEqualTo("twenty");
        driver.deleteSnapshots(pid, SnapshotSelectionCriteria.create(10, ALL));
        assertThat(snapshot(SnapshotSelectionCriteria.latest())).isEqualTo("twenty");
        assertThat(driver.load(pid, SnapshotSelectionCriteria.create(10, ALL))).isEmpty();
    }

    private Object snapshot(SnapshotSelectionCriteria criteria) {
        return driver.load(pid, criteria).map(SelectedSnapshot::snapshot).orElseThrow();
    }

    private static Object next(SinkQueueWithCancel<EventEnvelope> queue) throws Exception {
        return queue.pull()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .orElseThrow()
                .event();
    }

    /** What the query of current events finds in {@link #pid()}. */
    protected final List<EventEnvelope> current(long from, long to) {
        return all(stores().currentEvents().currentEventsByPersistenceId(pid, from, to));
    }

    /** All elements of a source that ends. */
    protected final <T> List<T> all(Source<T, ?> source) {
        return source.completionTimeout(Duration.ofSeconds(30))
                .runWith(Sink.seq(), system())
                .toCompletableFuture()
                .join();
    }

    /** The payloads of events, in order. */
    protected static List<Object> payloads(List<PersistentRepr> events) {
        return events.stream().map(PersistentRepr::payload).toList();
    }
}
