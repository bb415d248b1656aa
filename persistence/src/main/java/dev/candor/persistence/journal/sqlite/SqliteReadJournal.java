package dev.candor.persistence.journal.sqlite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.journal.EventAdapters;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.ReadJournal;
import org.apache.pekko.stream.javadsl.Source;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * Queries of the embedded journal: events of one stream in order (offset = sequence number), up to now or on and on, and the streams' names. Memory is
 * bounded by a page a query; live queries are told of commits and do not poll, get what was just written from memory, and let what comes close together gather for a moment. Thread-safe.
 */
public final class SqliteReadJournal
        implements ReadJournal,
                CurrentEventsByPersistenceIdQuery,
                EventsByPersistenceIdQuery,
                CurrentPersistenceIdsQuery {
    /** The plugin's id in the configuration. */
    public static final String IDENTIFIER = "candor.journal.sqlite.query";

    private static final int PAGE_EVENTS = 128;
    private static final long PAGE_BYTES = 1L << 20;
    private static final int PAGE_IDS = 1000;

    /** A query costs more than the events that it finds under load, where every commit would be worth one. */
    private static final Duration GATHER = Duration.ofMillis(50);

    private final SqliteDatabase database;
    private final PayloadCodec codec;
    private final EventAdapters adapters;

    SqliteReadJournal(ExtendedActorSystem system) {
        database = SqliteExtension.get(system).database();
        codec = new PayloadCodec(system);
        adapters = Persistence.get(system)
                .adaptersFor("candor.journal.sqlite.journal", system.settings().config());
    }

    /** The events that are there when the query comes to them, then the end. */
    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
            String persistenceId, long fromSequenceNr, long toSequenceNr) {
        return pages(fromSequenceNr, toSequenceNr, place -> page(persistenceId, place.from(), toSequenceNr));
    }

    /** The events that are there and all that come, without an end before {@code toSequenceNr}. */
    @Override
    public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
            String persistenceId, long fromSequenceNr, long toSequenceNr) {
        return pages(
                fromSequenceNr,
                toSequenceNr,
                place -> place.atEnd()
                        ? afterChange(persistenceId, place.from(), toSequenceNr)
                        : nextPage(persistenceId, place.from(), toSequenceNr));
    }

    /** The names of all streams, in their order. */
    @Override
    public Source<String, NotUsed> currentPersistenceIds() {
        return Source.unfoldAsync(
                        "",
                        after -> database.read(session -> {
                            List<String> ids = database.events().persistenceIds(session, after, PAGE_IDS);
                            return ids.isEmpty()
                                    ? Optional.<Pair<String, List<String>>>empty()
                                    : Optional.of(Pair.create(ids.getLast(), ids));
                        }))
                .mapConcat(ids -> ids);
    }

    /**
     * Where a query stands.
     *
     * @param from the sequence number that comes next
     * @param atEnd whether the page before was all that was there
     */
    private record Place(long from, boolean atEnd) {
        static Place behind(List<EventRow> page) {
            return new Place(page.getLast().sequenceNr() + 1, page.size() < PAGE_EVENTS);
        }
    }

    @FunctionalInterface
    private interface Pages {
        /** The next page from a place on; empty at the end. */
        CompletionStage<List<EventRow>> from(Place place);
    }

    private Source<EventEnvelope, NotUsed> pages(long first, long last, Pages pages) {
        return Source.unfoldAsync(
                        new Place(Math.max(1, first), false),
                        place -> place.from() > last
                                ? CompletableFuture.completedFuture(Optional.<Pair<Place, List<EventRow>>>empty())
                                : pages.from(place)
                                        .thenApply(page -> page.isEmpty()
                                                ? Optional.<Pair<Place, List<EventRow>>>empty()
                                                : Optional.of(Pair.create(Place.behind(page), page))))
                .mapConcat(page -> page)
                .mapConcat(this::envelopes);
    }

    private CompletionStage<List<EventRow>> page(String persistenceId, long from, long to) {
        return database.read(
                session -> database.events().page(session, persistenceId, from, to, PAGE_EVENTS, PAGE_BYTES));
    }

    private CompletionStage<List<EventRow>> nextPage(String persistenceId, long from, long to) {
        CompletableFuture<Void> next = database.changes().next(persistenceId);
        List<EventRow> recent = database.changes().recent(persistenceId, from, to, PAGE_EVENTS);
        if (!recent.isEmpty()) {
            return CompletableFuture.completedFuture(recent);
        }
        return page(persistenceId, from, to)
                .thenCompose(page -> page.isEmpty()
                        ? gathered(next, persistenceId, from, to)
                        : CompletableFuture.completedFuture(page));
    }

    /** A page that may hold what is there by now; the one before was not full, so there is little. */
    private CompletionStage<List<EventRow>> afterChange(String persistenceId, long from, long to) {
        return gathered(CompletableFuture.completedFuture(null), persistenceId, from, to);
    }

    private CompletionStage<List<EventRow>> gathered(
            CompletableFuture<Void> change, String persistenceId, long from, long to) {
        return change.thenComposeAsync(
                _ -> nextPage(persistenceId, from, to),
                CompletableFuture.delayedExecutor(GATHER.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** One event, or what an adapter makes of it. */
    private List<EventEnvelope> envelopes(EventRow row) {
        Object stored = codec.decode(row.payload());
        Optional<Object> metadata = row.metadata().map(codec::decode);
        List<EventEnvelope> envelopes = new ArrayList<>(1);
        for (Object event : CollectionConverters.asJava(adapters.get(stored.getClass())
                .fromJournal(stored, row.adapterManifest())
                .events())) {
            envelopes.add(new EventEnvelope(
                    Offset.sequence(row.sequenceNr()),
                    row.persistenceId(),
                    row.sequenceNr(),
                    event,
                    row.writtenAt(),
                    OptionConverters.toScala(metadata)));
        }
        return envelopes;
    }
}
