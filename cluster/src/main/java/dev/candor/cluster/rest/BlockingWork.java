package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** Work that blocks (uploads, registrations), so much at once and no more. Thread-safe. */
final class BlockingWork {
    private final Executor executor;
    private final Semaphore places;

    BlockingWork(Executor executor, int places) {
        this.executor = executor;
        this.places = new Semaphore(places);
    }

    /** Starts the work on another thread, or refuses it as OVERLOADED. */
    void start(Runnable work) {
        if (!places.tryAcquire()) {
            throw overloaded();
        }
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } finally {
                    places.release();
                }
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
