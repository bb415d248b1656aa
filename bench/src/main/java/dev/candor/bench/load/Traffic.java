package dev.candor.bench.load;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is sent and when.
 *
 * @param pace when
 * @param shares what, drawn by weight; names differ
 * @param seed of what is drawn
 * @param refusalsAllowed whether a server that refuses (503, 429, RESOURCE_EXHAUSTED, UNAVAILABLE) is doing its work, as past saturation; else a refusal is
 *     a failure
 */
public record Traffic(Pace pace, List<Share> shares, long seed, boolean refusalsAllowed) {
    /** Refuses traffic that cannot be told apart. */
    public Traffic {
        shares = List.copyOf(shares);
        Set<String> names = new HashSet<>();
        for (Share share : shares) {
            if (!names.add(share.name())) {
                throw new IllegalArgumentException("two shares of the load are called " + share.name());
            }
        }
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("a load needs at least one request to send");
        }
    }

    /** A closed loop over {@code calls} in which a refusal is a failure. */
    public static Traffic closed(List<PreparedCall> calls) {
        return new Traffic(new Pace.Closed(), List.of(new Share("all", 1, calls)), 1, false);
    }
}
