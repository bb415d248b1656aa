package dev.candor.persistence.journal.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.persistence.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CassandraStagesTest {
    @Test
    void keepsNoMoreUnderWayThanAllowedAndStartsAll() {
        List<CompletableFuture<String>> started = new ArrayList<>();
        var done = CassandraStages.inTurn(IntStream.range(0, 10).boxed().toList(), 3, item -> {
            CompletableFuture<String> action = new CompletableFuture<>();
            started.add(action);
            return action;
        });
        assertThat(started).hasSize(3);
        for (int i = 0; i < 10; i++) {
            assertThat(done.toCompletableFuture()).isNotDone();
            started.get(i).complete("done");
            assertThat(started).hasSize(Math.min(10, i + 4));
        }
        assertThat(done.toCompletableFuture()).isCompleted();
    }

    @Test
    void isDoneAtOnceWithNothingToDo() {
        assertThat(CassandraStages.inTurn(List.of(), 3, item -> new CompletableFuture<>())
                        .toCompletableFuture())
                .isCompleted();
    }

    @Test
    void failsWhenOneFails() {
        var done = CassandraStages.inTurn(
                List.of(1, 2, 3),
                3,
                item -> item == 2
                        ? CompletableFuture.failedFuture(new IllegalStateException("two"))
                        : CompletableFuture.completedFuture("fine"));
        assertThat(done.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void keepsTheOrderOfResults() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        var all = CassandraStages.all(List.of(first, second));
        second.complete("second");
        first.complete("first");
        assertThat(all.toCompletableFuture()).isCompletedWithValue(List.of("first", "second"));
    }

    @Test
    void saysThatCassandraFailed() {
        var failed = CassandraStages.explained(
                CompletableFuture.failedFuture(new IllegalStateException("no node was available")));
        assertThatThrownBy(() -> failed.toCompletableFuture().join())
                .hasCauseInstanceOf(JournalException.Unavailable.class)
                .hasMessageContaining("no node was available");
    }
}
