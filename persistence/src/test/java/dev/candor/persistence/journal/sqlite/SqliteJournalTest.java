package dev.candor.persistence.journal.sqlite;

import static dev.candor.persistence.journal.JournalDriver.Outcome.FAILED;
import static dev.candor.persistence.journal.JournalDriver.Outcome.REJECTED;
import static dev.candor.persistence.journal.JournalDriver.Outcome.WRITTEN;
import static dev.candor.persistence.journal.JournalDriver.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.persistence.journal.JournalContract;
import dev.candor.persistence.journal.JournalDriver;
import dev.candor.persistence.journal.JournalStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteJournalTest extends JournalContract {
    @TempDir
    static Path folder;

    private static SqliteFixture fixture;

    @BeforeAll
    static void open() throws Exception {
        fixture = new SqliteFixture(folder);
    }

    @AfterAll
    static void close() throws Exception {
        fixture.close();
    }

    @Override
    protected ActorSystem system() {
        return fixture.system();
    }

    @Override
    protected JournalStores stores() {
        return fixture.stores();
    }

    @Test
    void failsAWriteWhoseSequenceNumberIsTaken() {
        driver().write(pid(), 1, "a", "b");
        assertThat(new JournalDriver(system(), "another writer").write(pid(), 2, "x", "y"))
                .as("all of one message")
                .containsExactly(FAILED, FAILED);
        assertThat(payloads(driver().replay(pid()))).containsExactly("a", "b");
    }

    @Test
    void takesNothingOfAWriteThatFailsInItsMiddle() {
        driver().write(pid(), 3, "c");
        assertThat(driver().write(together(
                        driver().event(pid(), 2, "b"),
                        driver().event(pid(), 3, "again"),
                        driver().event(pid(), 4, "d"))))
                .containsOnly(FAILED);
        assertThat(payloads(driver().replay(pid()))).containsExactly("c");
    }

    @Test
    void rejectsAWriteWithAnEventThatCannotBeSerialisedAndWritesTheOthers() {
        assertThat(driver().write(
                                AtomicWrite.apply(driver().event(pid(), 1, "a")),
                                together(driver().event(pid(), 2, "b"), driver().event(pid(), 3, new Object())),
                                AtomicWrite.apply(driver().event(pid(), 4, "d"))))
                .containsExactly(WRITTEN, REJECTED, REJECTED, WRITTEN);
        assertThat(payloads(driver().replay(pid()))).containsExactly("a", "d");
    }

    @Test
    void givesEventsATimeAndTheirSequenceNumberAsOffset() {
        driver().write(pid(), 1, "a", "b");
        assertThat(driver().replay(pid()).getLast().timestamp()).isPositive();
        assertThat(current(1, Long.MAX_VALUE).getLast().timestamp()).isPositive();
        assertThat(current(1, Long.MAX_VALUE).getLast().offset()).isEqualTo(Offset.sequence(2));
    }

    @Test
    void rejectsTagsSinceItKeepsNone() {
        assertThat(driver().write(AtomicWrite.apply(driver().event(pid(), 1, new Tagged("a", Set.of("tag"))))))
                .containsExactly(REJECTED);
    }

    @Test
    void aDuplicateFailsAloneInAGroup() throws Exception {
        driver().write(pid(), 1, "a");
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<Void> held = fixture.database().change(0, session -> awaitGate(gate));
        List<TestKit> good = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            good.add(driver().send(AtomicWrite.apply(driver().event(pid() + i, 1, "good"))));
        }
        TestKit bad = driver().send(AtomicWrite.apply(driver().event(pid(), 1, "duplicate")));
        for (int i = 5; i < 10; i++) {
            good.add(driver().send(AtomicWrite.apply(driver().event(pid() + i, 1, "good"))));
        }
        gate.countDown();
        assertThat(driver().outcomes(bad, 1)).containsExactly(FAILED);
        for (TestKit each : good) {
            assertThat(driver().outcomes(each, 1)).containsExactly(WRITTEN);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(payloads(driver().replay(pid() + i))).containsExactly("good");
        }
        held.join();
    }

    @Test
    void readsTheHighestNumberBehindWritesThatStillWait() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<Void> held = fixture.database().change(0, session -> awaitGate(gate));
        TestKit earlierIncarnation = driver().send(AtomicWrite.apply(driver().event(pid(), 1, "a")));
        CompletableFuture<Long> highest = CompletableFuture.supplyAsync(() -> driver().highest(pid()));
        gate.countDown();
        assertThat(driver().outcomes(earlierIncarnation, 1)).containsExactly(WRITTEN);
        assertThat(highest.join()).isEqualTo(1);
        held.join();
    }

    @Test
    void servesLibrariesOfPekkosScalaInterfaces() {
        driver().write(pid(), 1, "a", "b");
        var queries = (org.apache.pekko.persistence.query.scaladsl.CurrentEventsByPersistenceIdQuery)
                PersistenceQuery.lookup().get(system()).readJournalFor(SqliteReadJournal.IDENTIFIER);
        List<EventEnvelope> events = queries.currentEventsByPersistenceId(pid(), 1, Long.MAX_VALUE)
                .asJava()
                .runWith(Sink.seq(), system())
                .toCompletableFuture()
                .join();
        assertThat(events).extracting(EventEnvelope::event).containsExactly("a", "b");
    }

    private static void awaitGate(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
