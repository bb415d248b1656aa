package dev.candor.persistence.seal;

import com.typesafe.config.ConfigFactory;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.partition.Partition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A journal's events as if nothing were sealed: the segments' first, then the journal's rows behind them. Every stream but those of partitions comes from the
 * journal alone. Thread-safe; segments are read on a dispatcher for blocking work, each into a file that is deleted again.
 */
public final class SealedEvents implements CurrentEventsByPersistenceIdQuery, EventsByPersistenceIdQuery {
    private static final String BLOCKING = "pekko.actor.default-blocking-io-dispatcher";
    private static final Duration REMOVAL_LIMIT = Duration.ofMinutes(5);

    /** The journal's rows between two numbers. */
    @FunctionalInterface
    private interface Rows {
        Source<EventEnvelope, NotUsed> between(long first, long last);
    }

    private final JournalStores journal;
    private final Seals seals;
    private final BlobStore blobs;
    private final Path folder;
    private final Map<Integer, Seal> known = new ConcurrentHashMap<>();

    /**
     * Reads {@code journal} and the segments of {@code blobs}.
     *
     * @param folder for copies of segments while they are read
     */
    public SealedEvents(JournalStores journal, BlobStore blobs, Path folder) {
        this.journal = journal;
        this.seals = new Seals(journal.control());
        this.blobs = blobs;
        this.folder = folder;
    }

    /** The stores of the journal, with these events in the place of its own. */
    public JournalStores stores() {
        return journal.reading(this, this);
    }

    /** Seals what these events are read from. */
    public Sealer sealer(ActorSystem<?> system, SealSettings settings, Executor blocking) {
        ActorRef plugin = Persistence.get(system.classicSystem()).journalFor("", ConfigFactory.empty());
        return new Sealer(
                system,
                journal.currentEvents(),
                (persistenceId, to) -> remove(plugin, persistenceId, to),
                seals,
                blobs,
                folder,
                settings,
                blocking,
                state -> !state.hasRivals());
    }

    /** An event-sourced actor's own way to delete its rows is bound to its snapshots; the journal's message is what that uses as well. */
    private static CompletionStage<Void> remove(ActorRef journal, String persistenceId, long to) {
        return Patterns.askWithReplyTo(
                        journal,
                        replyTo -> new JournalProtocol.DeleteMessagesTo(persistenceId, to, replyTo),
                        REMOVAL_LIMIT)
                .thenCompose(reply -> reply instanceof DeleteMessagesSuccess
                        ? CompletableFuture.<Void>completedStage(null)
                        : CompletableFuture.failedStage(new JournalException.Unavailable(
                                "the rows of " + persistenceId + " up to " + to + " could not be removed: " + reply)));
    }

    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(String id, long from, long to) {
        return events(
                id, from, to, (first, last) -> journal.currentEvents().currentEventsByPersistenceId(id, first, last));
    }

    @Override
    public Source<EventEnvelope, NotUsed> eventsByPersistenceId(String id, long from, long to) {
        return events(id, from, to, (first, last) -> journal.liveEvents().eventsByPersistenceId(id, first, last));
    }

    private Source<EventEnvelope, NotUsed> events(String id, long from, long to, Rows rows) {
        OptionalInt partition = Partition.ofPersistenceId(id);
        if (partition.isEmpty()) {
            return rows.between(from, to);
        }
        int number = partition.getAsInt();
        return Source.completionStageSource(seal(number, from)
                        .thenApply(seal -> sealed(id, number, seal, from, to)
                                .concatLazy(Source.lazySource(() -> behind(number, seal, from, to, rows)))))
                .mapMaterializedValue(_ -> NotUsed.getInstance());
    }

    /** A seal only grows. Who follows the newest events need not ask for it each time: the gap is seen if rows that they want left the journal. */
    private CompletionStage<Seal> seal(int partition, long from) {
        Seal before = known.get(partition);
        return before != null && from > Math.max(1, before.to())
                ? CompletableFuture.completedStage(before)
                : seals.of(partition).thenApply(now -> {
                    known.put(partition, now);
                    return now;
                });
    }

    private Source<EventEnvelope, NotUsed> sealed(String id, int partition, Seal seal, long from, long to) {
        return Source.from(seal.parts())
                .filter(part -> part.to() >= from && part.from() <= to)
                .flatMapConcat(part -> Source.unfoldResource(
                                () -> {
                                    Files.createDirectories(folder);
                                    return new SegmentFile.Reader(blobs, partition, part, folder);
                                },
                                SegmentFile.Reader::next,
                                SegmentFile.Reader::close)
                        .withAttributes(ActorAttributes.dispatcher(BLOCKING)))
                .filter(row -> row.sequenceNr() >= from && row.sequenceNr() <= to)
                .map(row ->
                        new EventEnvelope(Offset.sequence(row.sequenceNr()), id, row.sequenceNr(), row.event(), 0L));
    }

    /** The journal's rows behind the seal; the first of them must be the next one, since rows may have been sealed and removed meanwhile. */
    private Source<EventEnvelope, NotUsed> behind(int partition, Seal seal, long from, long to, Rows rows) {
        long first = Math.max(Math.max(1, from), seal.to() + 1);
        if (first > to) {
            return Source.empty();
        }
        AtomicBoolean begun = new AtomicBoolean();
        return rows.between(first, to).map(envelope -> {
            if (!begun.getAndSet(true) && envelope.sequenceNr() != first) {
                known.remove(partition);
                throw new JournalException.Unavailable("event " + first + " of partition " + partition
                        + " is not in the journal, which goes on at " + envelope.sequenceNr()
                        + ": it was sealed while this was read; read again");
            }
            return envelope;
        });
    }
}
