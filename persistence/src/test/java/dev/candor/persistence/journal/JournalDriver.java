package dev.candor.persistence.journal;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/** Speaks to the journal and snapshot plugins of an actor system as a persistent actor does, one conversation at a time. */
public final class JournalDriver {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ActorSystem system;
    private final ActorRef journal;
    private final ActorRef snapshots;
    private final String writer;

    public JournalDriver(ActorSystem system, String writer) {
        this.system = system;
        this.writer = writer;
        journal = Persistence.get(system).journalFor("", ConfigFactory.empty());
        snapshots = Persistence.get(system).snapshotStoreFor("", ConfigFactory.empty());
    }

    /** What became of one event. */
    public enum Outcome {
        WRITTEN,
        REJECTED,
        FAILED
    }

    /** One event of this driver's writer. */
    public PersistentRepr event(String persistenceId, long sequenceNr, Object payload) {
        return PersistentRepr.apply(
                payload, sequenceNr, persistenceId, PersistentRepr.Undefined(), false, ActorRef.noSender(), writer);
    }

    /** Writes text events from {@code first} on, each in a write of its own. */
    public List<Outcome> write(String persistenceId, long first, String... payloads) {
        List<AtomicWrite> writes = new ArrayList<>();
        for (int i = 0; i < payloads.length; i++) {
            writes.add(AtomicWrite.apply(event(persistenceId, first + i, payloads[i])));
        }
        return write(writes.toArray(AtomicWrite[]::new));
    }

    /** Several events that are there together or not at all. */
    public static AtomicWrite together(PersistentRepr... events) {
        return AtomicWrite.apply(
                CollectionConverters.asScala(Arrays.asList(events)).toList());
    }

    /** Writes in one message and waits for what became of each event. */
    public List<Outcome> write(AtomicWrite... writes) {
        TestKit actor = send(writes);
        int events = Arrays.stream(writes).mapToInt(AtomicWrite::size).sum();
        return outcomes(actor, events);
    }

    /** Sends writes without waiting: their outcomes come to the test kit. */
    public TestKit send(AtomicWrite... writes) {
        TestKit actor = new TestKit(system);
        List<PersistentEnvelope> envelopes = List.of(writes);
        journal.tell(
                new JournalProtocol.WriteMessages(
                        CollectionConverters.asScala(envelopes).toList(), actor.getRef(), 1),
                actor.getRef());
        return actor;
    }

    /** Waits for what becomes of so many events. */
    public List<Outcome> outcomes(TestKit actor, int events) {
        List<Outcome> outcomes = new ArrayList<>();
        while (outcomes.size() < events) {
            switch (actor.receiveOne(LIMIT)) {
                case JournalProtocol.WriteMessageSuccess success -> outcomes.add(Outcome.WRITTEN);
                case JournalProtocol.WriteMessageRejected rejected -> outcomes.add(Outcome.REJECTED);
                case JournalProtocol.WriteMessageFailure failure -> outcomes.add(Outcome.FAILED);
                case null -> throw new AssertionError("no outcome within " + LIMIT);
                case Object other -> {
                    // The outcome of the message as a whole.
                }
            }
        }
        return outcomes;
    }

    public List<PersistentRepr> replay(String persistenceId) {
        return replay(persistenceId, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    public List<PersistentRepr> replay(String persistenceId, long from, long to, long max) {
        TestKit actor = new TestKit(system);
        List<PersistentRepr> events = new ArrayList<>();
        recover(actor, persistenceId, from, to, max, events);
        return events;
    }

    public long highest(String persistenceId) {
        return recover(new TestKit(system), persistenceId, 1, 0, Long.MAX_VALUE, new ArrayList<>());
    }

    private long recover(
            TestKit actor, String persistenceId, long from, long to, long max, List<PersistentRepr> events) {
        journal.tell(new JournalProtocol.ReplayMessages(from, to, max, persistenceId, actor.getRef()), actor.getRef());
        while (true) {
            switch (actor.receiveOne(LIMIT)) {
                case JournalProtocol.ReplayedMessage replayed -> events.add(replayed.persistent());
                case JournalProtocol.RecoverySuccess success -> {
                    return success.highestSequenceNr();
                }
                case null -> throw new AssertionError("the replay did not end within " + LIMIT);
                case Object other -> throw new AssertionError("the replay failed: " + other);
            }
        }
    }

    public void deleteTo(String persistenceId, long sequenceNr) {
        TestKit actor = new TestKit(system);
        journal.tell(new JournalProtocol.DeleteMessagesTo(persistenceId, sequenceNr, actor.getRef()), actor.getRef());
        actor.expectMsgClass(LIMIT, DeleteMessagesSuccess.class);
    }

    public void save(String persistenceId, long sequenceNr, Object snapshot) {
        TestKit actor = new TestKit(system);
        snapshots.tell(
                new SnapshotProtocol.SaveSnapshot(new SnapshotMetadata(persistenceId, sequenceNr, 0L), snapshot),
                actor.getRef());
        actor.expectMsgClass(LIMIT, SaveSnapshotSuccess.class);
    }

    public Optional<SelectedSnapshot> load(String persistenceId, SnapshotSelectionCriteria criteria) {
        TestKit actor = new TestKit(system);
        snapshots.tell(new SnapshotProtocol.LoadSnapshot(persistenceId, criteria, Long.MAX_VALUE), actor.getRef());
        return OptionConverters.toJava(actor.expectMsgClass(LIMIT, SnapshotProtocol.LoadSnapshotResult.class)
                .snapshot());
    }

    public void deleteSnapshot(SnapshotMetadata metadata) {
        TestKit actor = new TestKit(system);
        snapshots.tell(new SnapshotProtocol.DeleteSnapshot(metadata), actor.getRef());
        actor.expectMsgClass(LIMIT, DeleteSnapshotSuccess.class);
    }

    public void deleteSnapshots(String persistenceId, SnapshotSelectionCriteria criteria) {
        TestKit actor = new TestKit(system);
        snapshots.tell(new SnapshotProtocol.DeleteSnapshots(persistenceId, criteria), actor.getRef());
        actor.expectMsgClass(LIMIT, DeleteSnapshotsSuccess.class);
    }
}
