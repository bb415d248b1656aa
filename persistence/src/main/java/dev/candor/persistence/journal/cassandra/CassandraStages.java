package dev.candor.persistence.journal.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import dev.candor.persistence.journal.JournalException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What our stores share in speaking to the driver. */
final class CassandraStages {
    /** The driver's profile of our statements: LOCAL_QUORUM, LOCAL_SERIAL. */
    static final String PROFILE = "candor";

    private CassandraStages() {}

    /** Prepares a statement that may safely be sent twice. */
    static CompletionStage<PreparedStatement> prepare(CqlSession session, String statement) {
        return prepare(session, statement, true);
    }

    /** Prepares a statement; one that is not idempotent is never sent twice by the driver. */
    static CompletionStage<PreparedStatement> prepare(CqlSession session, String statement, boolean idempotent) {
        return session.prepareAsync(SimpleStatement.builder(statement)
                .setExecutionProfileName(PROFILE)
                .setIdempotence(idempotent)
                .build());
    }

    /** Executes a statement; whatever goes wrong is {@link JournalException.Unavailable}. */
    static CompletionStage<AsyncResultSet> execute(CqlSession session, Statement<?> statement) {
        return explained(session.executeAsync(statement));
    }

    /** The stage, with {@link JournalException.Unavailable} for whatever goes wrong. */
    static <T> CompletionStage<T> explained(CompletionStage<T> stage) {
        return stage.exceptionallyCompose(failure -> {
            Throwable cause = unwrap(failure);
            return CompletableFuture.failedStage(new JournalException.Unavailable(
                    "Cassandra did not do what it was asked: " + cause.getMessage(), cause));
        });
    }

    /** What failed, without the wrapping of stages. */
    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** The results of all, in their order. */
    static <T> CompletionStage<List<T>> all(Collection<? extends CompletionStage<T>> stages) {
        CompletionStage<List<T>> all = CompletableFuture.completedStage(new ArrayList<>(stages.size()));
        for (CompletionStage<T> stage : stages) {
            all = all.thenCombine(stage, (results, result) -> {
                results.add(result);
                return results;
            });
        }
        return all;
    }

    /** Starts an action for each item, at most {@code atOnce} under way; completes when all have, fails at the first failure. */
    static <T> CompletionStage<Void> inTurn(List<T> items, int atOnce, Function<T, CompletionStage<?>> action) {
        CompletionStage<Void> done = CompletableFuture.completedStage(null);
        for (int lane = 0; lane < Math.min(atOnce, items.size()); lane++) {
            done = done.thenCombine(lane(items, lane, atOnce, action), (left, right) -> null);
        }
        return done;
    }

    private static <T> CompletionStage<Void> lane(
            List<T> items, int index, int step, Function<T, CompletionStage<?>> action) {
        CompletionStage<Void> done = action.apply(items.get(index)).thenAccept(result -> {});
        int next = index + step;
        return next < items.size() ? done.thenCompose(before -> lane(items, next, step, action)) : done;
    }

    /** A column that every row has. */
    static <T> T present(@Nullable T value, String column) {
        if (value == null) {
            throw new JournalException.Unavailable(
                    "a row in Cassandra lacks its " + column + "; the table was changed by somebody else");
        }
        return value;
    }
}
