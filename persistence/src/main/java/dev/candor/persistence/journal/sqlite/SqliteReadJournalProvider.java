package dev.candor.persistence.journal.sqlite;

import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.ReadJournalProvider;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.ReadJournal;
import org.apache.pekko.stream.scaladsl.Source;

/** Gives Pekko the queries. Pekko makes it by the class name in {@code candor.journal.sqlite.query.class}. */
public final class SqliteReadJournalProvider implements ReadJournalProvider {
    private final SqliteReadJournal java;

    /** Opens the actor system's database if nobody has. */
    public SqliteReadJournalProvider(ExtendedActorSystem system) {
        java = new SqliteReadJournal(system);
    }

    @Override
    public SqliteReadJournal javadslReadJournal() {
        return java;
    }

    @Override
    public ReadJournal scaladslReadJournal() {
        return new ScalaReadJournal(java);
    }

    /** The same for libraries that are written against Pekko's Scala interfaces. */
    private record ScalaReadJournal(SqliteReadJournal java)
            implements ReadJournal,
                    CurrentEventsByPersistenceIdQuery,
                    EventsByPersistenceIdQuery,
                    CurrentPersistenceIdsQuery {
        @Override
        public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(String persistenceId, long from, long to) {
            return java.currentEventsByPersistenceId(persistenceId, from, to).asScala();
        }

        @Override
        public Source<EventEnvelope, NotUsed> eventsByPersistenceId(String persistenceId, long from, long to) {
            return java.eventsByPersistenceId(persistenceId, from, to).asScala();
        }

        @Override
        public Source<String, NotUsed> currentPersistenceIds() {
            return java.currentPersistenceIds().asScala();
        }
    }
}
