package dev.candor.bench.load;

import java.util.random.RandomGenerator;

/** The instants at which an open loop's requests are due: fixed before the first is sent, so that a slow server cannot move them. Not thread-safe. */
final class Schedule {
    private final Pace pace;
    private final RandomGenerator random;
    private final long start;
    private long count;
    private double elapsed;

    /** A schedule from {@code start} on, in nanoseconds of a monotonic clock. */
    Schedule(Pace pace, RandomGenerator random, long start) {
        this.pace = pace;
        this.random = random;
        this.start = start;
        step();
    }

    /** When the next request is due. A closed loop has no schedule and none is ever due. */
    long due() {
        return start + (long) elapsed;
    }

    /** Goes on to the request after. */
    void step() {
        elapsed = switch (pace) {
            case Pace.Closed() -> Long.MAX_VALUE / 4.0;
            // Not a running sum: rounding would add up.
            case Pace.Constant(double rate) -> count * (1e9 / rate);
            case Pace.Poisson(double rate) -> elapsed - Math.log1p(-random.nextDouble()) * (1e9 / rate);
        };
        count++;
    }
}
