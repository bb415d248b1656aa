package dev.candor.bench.load;

import java.time.Duration;

/** Told about once a second how a run goes. Called by the event loop: it must not block. */
@FunctionalInterface
public interface LoadProgress {
    /** Does nothing. */
    LoadProgress SILENT = seen -> {};

    /** Takes what happened since the last call. */
    void seen(Snapshot snapshot);

    /**
     * A moment of a run.
     *
     * @param phase {@code warm-up}, {@code window} or {@code draining}
     * @param elapsed since the phase began
     * @param length of the phase
     * @param throughput answers a second since the last snapshot
     * @param p50 microseconds, of these
     * @param p99 microseconds, of these
     * @param inFlight requests on their way
     * @param waiting requests that are due and have no connection
     * @param refused since the run began
     * @param failed since the run began
     * @param wrong since the run began
     */
    record Snapshot(
            String phase,
            Duration elapsed,
            Duration length,
            double throughput,
            double p50,
            double p99,
            int inFlight,
            int waiting,
            long refused,
            long failed,
            long wrong) {}
}
