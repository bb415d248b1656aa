package dev.candor.bench.load;

import java.util.List;

/**
 * A part of a load whose figures are also shown apart.
 *
 * @param name as reports call it
 * @param weight of its requests among those of the other shares, above zero
 * @param calls sent in turn, at least one
 */
public record Share(String name, double weight, List<PreparedCall> calls) {
    /** Refuses a share that sends nothing. */
    public Share {
        calls = List.copyOf(calls);
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("a load needs at least one request to send");
        }
        if (!(weight > 0 && weight < 1e9)) {
            throw new IllegalArgumentException("the weight of " + name + " is " + weight + "; it must lie above zero");
        }
    }
}
