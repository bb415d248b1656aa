package dev.candor.bench.load;

import java.util.Locale;

/** When a load sends its requests. */
public sealed interface Pace {
    /** Refuses a rate that is no rate. */
    private static void check(double rate) {
        if (!(rate > 0 && rate <= 1e7)) {
            throw new IllegalArgumentException(
                    "the rate is " + rate + "; it must lie above 0 and at most at 10000000 requests a second");
        }
    }

    /** A closed loop: every connection sends its next request when it has the answer to its last, so a slow server is asked less. */
    record Closed() implements Pace {
        @Override
        public String toString() {
            return "closed loop";
        }
    }

    /**
     * An open loop with the same time between any two requests, whatever the server does.
     *
     * @param rate requests a second
     */
    record Constant(double rate) implements Pace {
        /** Refuses a rate that is none. */
        public Constant {
            check(rate);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f/s constant", rate);
        }
    }

    /**
     * An open loop with independent arrivals: exponentially distributed times between requests.
     *
     * @param rate requests a second in the mean
     */
    record Poisson(double rate) implements Pace {
        /** Refuses a rate that is none. */
        public Poisson {
            check(rate);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f/s Poisson", rate);
        }
    }

    /** Requests a second that are offered; 0 for a closed loop. */
    default double offered() {
        return switch (this) {
            case Closed() -> 0;
            case Constant(double rate) -> rate;
            case Poisson(double rate) -> rate;
        };
    }
}
