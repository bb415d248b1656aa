package dev.candor.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.candor.persistence.answers.AnswerSettings;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.journal.cassandra.CassandraStores;
import dev.candor.persistence.journal.sqlite.SqliteAnswerStore;
import dev.candor.persistence.journal.sqlite.SqliteControlStore;
import dev.candor.persistence.journal.sqlite.SqliteDatabase;
import dev.candor.persistence.journal.sqlite.SqliteExtension;
import dev.candor.persistence.journal.sqlite.SqliteReadJournal;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores beside the journal and its queries, of the kind that {@code candor.journal.kind} names. Everything in it lives as long as the actor system
 * and is thread-safe. The actor system's configuration must come from {@link JournalKind#layer}, which points Pekko to the same journal.
 *
 * @param answers the answers' bytes
 * @param control genesis and leases
 * @param currentEvents the events of one stream up to now
 * @param liveEvents the events of one stream and those to come
 * @param persistenceIds the streams there are
 * @param embeddedExclusive whether this process alone can reach the journal: then the owner of any lease in it is an earlier incarnation that is gone, and
 *     the lease can be taken at once
 */
public record JournalStores(
        AnswerStore answers,
        ControlStore control,
        CurrentEventsByPersistenceIdQuery currentEvents,
        EventsByPersistenceIdQuery liveEvents,
        CurrentPersistenceIdsQuery persistenceIds,
        boolean embeddedExclusive) {
    private static final Logger LOG = LoggerFactory.getLogger(JournalStores.class);

    /** The same stores with other queries of events. */
    public JournalStores reading(CurrentEventsByPersistenceIdQuery current, EventsByPersistenceIdQuery live) {
        return new JournalStores(answers, control, current, live, persistenceIds, embeddedExclusive);
    }

    /** Opens the stores; a {@link JournalException.Refused} with a sentence for the operator where they cannot be opened. */
    public static CompletionStage<JournalStores> open(ClassicActorSystemProvider provider) {
        ActorSystem system = provider.classicSystem();
        Config config = system.settings().config();
        try {
            return switch (JournalKind.of(config)) {
                case SQLITE -> CompletableFuture.completedFuture(sqlite(system, AnswerSettings.of(config)));
                case CASSANDRA -> CassandraStores.open(system).thenApply(JournalStores::cassandra);
            };
        } catch (JournalException.Refused | IllegalArgumentException | ConfigException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static JournalStores sqlite(ActorSystem system, AnswerSettings settings) {
        SqliteDatabase database = SqliteExtension.get(system).database();
        SqliteAnswerStore answers = new SqliteAnswerStore(database, settings, InstantSource.system());
        system.scheduler()
                .scheduleWithFixedDelay(
                        settings.sweepInterval(), settings.sweepInterval(), () -> sweep(answers), system.dispatcher());
        SqliteReadJournal events =
                PersistenceQuery.get(system).getReadJournalFor(SqliteReadJournal.class, SqliteReadJournal.IDENTIFIER);
        return new JournalStores(
                answers, new SqliteControlStore(database, system.dispatcher()), events, events, events, true);
    }

    private static JournalStores cassandra(CassandraStores stores) {
        return new JournalStores(
                stores.answers(), stores.control(), stores.events(), stores.events(), stores.events(), false);
    }

    private static void sweep(SqliteAnswerStore answers) {
        answers.sweep().whenComplete((swept, failure) -> {
            if (failure != null) {
                LOG.warn("Answers past their retention could not be deleted; it is tried again", failure);
            } else if (swept > 0) {
                LOG.debug("Deleted the bytes of {} answers past their retention; their receipts stay", swept);
            }
        });
    }
}
