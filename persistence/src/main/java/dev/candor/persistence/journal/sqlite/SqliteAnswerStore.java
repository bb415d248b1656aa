package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.answers.AnswerSettings;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.journal.JournalException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Answers in the embedded database. {@link #stage} keeps them in memory and completes at once; the journal writes them in the transaction of their event.
 * Thread-safe.
 */
public final class SqliteAnswerStore implements AnswerStore {
    private final SqliteDatabase database;
    private final AnswerSettings settings;
    private final InstantSource clock;

    /** The clock decides what is past its retention. */
    public SqliteAnswerStore(SqliteDatabase database, AnswerSettings settings, InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Done> stage(String persistenceId, long sequenceNr, List<StoredAnswer> answers) {
        try {
            answers.forEach(SqliteAnswerStore::requireOnePartition);
            database.staged().stage(persistenceId, sequenceNr, answers);
        } catch (IllegalArgumentException | JournalException e) {
            return CompletableFuture.failedFuture(e);
        }
        return CompletableFuture.completedFuture(Done.done());
    }

    private static void requireOnePartition(StoredAnswer answer) {
        answer.identity().ifPresent(identity -> {
            if (identity.partition() != answer.id().partition()) {
                throw new IllegalArgumentException(
                        "answer " + answer.id() + " has an identity of partition " + identity.partition());
            }
        });
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findByIdentity(int partition, Digest identity) {
        long keptSince = keptSince();
        return database.read(session -> AnswerTable.byIdentity(session, partition, identity, keptSince));
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findById(RequestId id) {
        long keptSince = keptSince();
        return database.read(session -> AnswerTable.byId(session, id, keptSince));
    }

    @Override
    public Duration retention() {
        return settings.retention();
    }

    /** Deletes the bytes that are past the retention, a step a transaction, so that other writes go in between; how many answers lost theirs. */
    public CompletionStage<Long> sweep() {
        CompletableFuture<Long> done = new CompletableFuture<>();
        sweep(keptSince(), 0, done);
        return done;
    }

    /** Each step with a stage of its own, since a chain of them would grow with what is swept. */
    private void sweep(long keptSince, long swept, CompletableFuture<Long> done) {
        int step = settings.sweepStep();
        var _ = database.write(0, session -> AnswerTable.sweep(session, keptSince, step))
                .whenCompleteAsync((gone, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(failure);
                    } else if (gone < step) {
                        done.complete(swept + gone);
                    } else {
                        sweep(keptSince, swept + gone, done);
                    }
                });
    }

    private long keptSince() {
        return clock.millis() - settings.retention().toMillis();
    }

    /** About what the answers take in the database. */
    static long size(List<StoredAnswer> answers) {
        long size = 0;
        for (StoredAnswer answer : answers) {
            size += 256L
                    + answer.receipt().length()
                    + (answer.answer().isPresent() ? answer.answer().get().length() : 0);
        }
        return size;
    }
}
