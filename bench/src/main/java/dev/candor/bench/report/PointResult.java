package dev.candor.bench.report;

import dev.candor.bench.load.Measured;
import dev.candor.bench.load.Pace;
import java.util.SortedMap;

/**
 * One run of a load test.
 *
 * @param connections requests that could be on their way at one time
 * @param meanBatch rows a batch by model, of servers that say so
 */
public record PointResult(Pace pace, int connections, Measured measured, SortedMap<String, Double> meanBatch) {
    /** Part of an open loop's rate that must be answered for the server to be below saturation. */
    private static final double KEPT_UP = 0.95;

    /** A name for files and tables. */
    public String label() {
        return pace + ", " + connections + " connections";
    }

    /** Requests answered a second, whether or not they count. */
    public double answered() {
        return measured.result().requests() / measured.result().seconds();
    }

    /** Whether the server kept up with an open loop and answered rightly. */
    public boolean keptUp() {
        double offered = pace.offered();
        return offered > 0 && measured.result().counts() && answered() >= KEPT_UP * offered;
    }
}
