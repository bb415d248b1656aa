package dev.candor.persistence.journal.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.typesafe.config.Config;
import dev.candor.persistence.answers.AnswerSettings;
import dev.candor.persistence.journal.JournalException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.cassandra.query.javadsl.CassandraReadJournal;
import org.apache.pekko.persistence.query.PersistenceQuery;

/**
 * Our stores in Cassandra, over the session that the actor system's journal plugin uses as well.
 *
 * @param answers the answers
 * @param control the control records
 * @param events the plugin's queries
 */
public record CassandraStores(
        CassandraAnswerStore answers, CassandraControlStore control, CassandraReadJournal events) {
    /**
     * Connects, creates the tables where the settings say so, and prepares the statements. While no server answers the stage waits; it fails with
     * {@link JournalException.Refused} where the tables are missing and may not be created.
     */
    public static CompletionStage<CassandraStores> open(ActorSystem system) {
        Config config = system.settings().config();
        CassandraSettings settings = CassandraSettings.of(config);
        AnswerSettings answers = AnswerSettings.of(config);
        // Whoever asks for the plugin's session first decides what is done when it connects: so this must be the
        // plugin, which creates its tables then.
        CassandraReadJournal events = PersistenceQuery.get(system)
                .getReadJournalFor(CassandraReadJournal.class, CassandraReadJournal.Identifier());
        return events.session()
                .underlying()
                .thenCompose(session -> open(session, settings, answers, events))
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(explain(failure, settings)));
    }

    private static CompletionStage<CassandraStores> open(
            CqlSession session, CassandraSettings settings, AnswerSettings answers, CassandraReadJournal events) {
        CompletionStage<Void> schema = settings.createSchema()
                ? CassandraSchema.create(session, settings)
                : CompletableFuture.completedStage(null);
        return schema.thenCompose(created -> CassandraAnswerStore.open(session, settings.keyspace(), answers)
                .thenCombine(
                        CassandraControlStore.open(session, settings.keyspace()),
                        (answerStore, control) -> new CassandraStores(answerStore, control, events)));
    }

    private static Throwable explain(Throwable failure, CassandraSettings settings) {
        Throwable cause = CassandraStages.unwrap(failure);
        return cause instanceof InvalidQueryException
                ? new JournalException.Refused(
                        "Cassandra has no keyspace " + settings.keyspace() + " with Candor's tables ("
                                + cause.getMessage()
                                + "); let one node create them with candor.journal.cassandra.create-schema = true",
                        cause)
                : cause;
    }
}
