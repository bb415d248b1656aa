package dev.candor.proving.graph;

/** The standard normal distribution, with the same bits on every machine. */
final class Normal {
    private static final double LIMIT = 9;
    private static final double SERIES = 5;

    private Normal() {}

    /** P(X &lt;= x), to about 14 digits. */
    static double below(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (x > LIMIT) {
            return 1;
        }
        if (x < -LIMIT) {
            return 0;
        }
        double density = StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * Math.PI);
        if (Math.abs(x) < SERIES) {
            // Sum of x^(2k+1) / (1 * 3 * 5 ... (2k+1)), all terms of one sign.
            double term = x;
            double sum = x;
            for (int k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 200; k++) {
                term *= x * x / (2 * k + 1);
                sum += term;
            }
            return 0.5 + density * sum;
        }
        // Continued fraction of the tail: density / (x + 1 / (x + 2 / (x + ...))).
        double distance = Math.abs(x);
        double fraction = distance;
        for (int k = 60; k > 0; k--) {
            fraction = distance + k / fraction;
        }
        double tail = density / fraction;
        return x > 0 ? 1 - tail : tail;
    }
}
