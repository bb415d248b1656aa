package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Asks validators all at once and takes their answers as they come. */
final class Poll {
    private Poll() {}

    /** What each is asked. */
    interface Question<T> {
        T ask(LedgerClient validator) throws IOException;
    }

    /** Takes answers. */
    interface Taker<T> {
        /** Takes the answer of the validator with this key; true where no more are needed. */
        boolean take(Bytes key, T answer);
    }

    private record Answer<T>(Bytes key, T answer) {}

    /**
     * Blocks until all have answered or failed, or no more are needed.
     *
     * @return the last failure, if there was one
     */
    static <T> Optional<Throwable> of(List<LedgerClient> validators, Question<T> question, Taker<T> taker)
            throws IOException {
        Optional<Throwable> failure = Optional.empty();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Answer<T>> asked = new ExecutorCompletionService<>(threads);
            validators.forEach(each -> {
                var _ = asked.submit(() -> new Answer<>(each.peer().key(), question.ask(each)));
            });
            for (int i = 0; i < validators.size(); i++) {
                try {
                    Answer<T> answer = asked.take().get();
                    if (taker.take(answer.key(), answer.answer())) {
                        threads.shutdownNow();
                        break;
                    }
                } catch (ExecutionException e) {
                    failure = Optional.ofNullable(e.getCause());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while validators were asked", e);
        }
        return failure;
    }
}
