package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Work that blocks (uploads, registrations), so much at once and no more. Thread-safe. */
final class BlockingWork {
    private final Executor executor;
    private final Semaphore places;

    BlockingWork(Executor executor, int places) {
        this.executor = executor;
        this.places = new Semaphore(places);
    }

    /**
     * Starts the work on another thread, or refuses it as OVERLOADED.
     *
     * @param work returns what answers the caller: that runs once the place is free again, so that whoever has the answer finds it free
     */
    void start(Supplier<Runnable> work) {
        if (!places.tryAcquire()) {
            throw overloaded();
        }
        try {
            executor.execute(() -> {
                Runnable answer;
                try {
                    answer = work.get();
                } finally {
                    places.release();
                }
                answer.run();
            });
        } catch (RejectedExecutionException e) {
            places.release();
            throw overloaded();
        }
    }

    private static RefusedException overloaded() {
        return new RefusedException(Refusal.retryable(
                ErrorCode.OVERLOADED,
                "the node takes as many uploads and registrations as it may at the moment; try again",
                Duration.ofSeconds(5)));
    }
}
