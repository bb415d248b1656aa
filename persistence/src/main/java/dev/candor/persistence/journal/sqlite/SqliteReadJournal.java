package dev.candor.persistence.journal.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
 * bounded by a page a query; live queries are told of commits and do not poll. Thread-safe.
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
        return pages(fromSequenceNr, toSequenceNr, from -> page(persistenceId, from, toSequenceNr));
    }

    /** The events that are there and all that come, without an end before {@code toSequenceNr}. */
    @Override
    public Source<EventEnvelope, NotUsed> eventsByPersistenceId(
            String persistenceId, long fromSequenceNr, long toSequenceNr) {
        return pages(fromSequenceNr, toSequenceNr, from -> nextPage(persistenceId, from, toSequenceNr));
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

    @FunctionalInterface
    private interface Pages {
        /** The next page from a sequence number on; empty at the end. */
        CompletionStage<List<EventRow>> from(long sequenceNr);
    }

    private Source<EventEnvelope, NotUsed> pages(long first, long last, Pages pages) {
        return Source.unfoldAsync(
                        Math.max(1, first),
                        from -> from > last
                                ? CompletableFuture.completedFuture(Optional.<Pair<Long, List<EventRow>>>empty())
                                : pages.from(from)
                                        .thenApply(page -> page.isEmpty()
                                                ? Optional.<Pair<Long, List<EventRow>>>empty()
                                                : Optional.of(Pair.create(
                                                        page.getLast().sequenceNr() + 1, page))))
                .mapConcat(page -> page)
                .mapConcat(this::envelopes);
    }

    private CompletionStage<List<EventRow>> page(String persistenceId, long from, long to) {
        return database.read(
                session -> database.events().page(session, persistenceId, from, to, PAGE_EVENTS, PAGE_BYTES));
    }

    private CompletionStage<List<EventRow>> nextPage(String persistenceId, long from, long to) {
        CompletableFuture<Void> next = database.changes().next(persistenceId);
        return page(persistenceId, from, to)
                .thenCompose(page -> page.isEmpty()
                        ? next.thenCompose(changed -> nextPage(persistenceId, from, to))
                        : CompletableFuture.completedFuture(page));
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
