package dev.candor.actors.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What an alias names: one version, or several that share its requests by weight.
 *
 * @param weights each version's part of the sum, 1 to {@value #MAX_WEIGHT}; 1 to {@value #MAX_VERSIONS} versions
 */
public record Split(SortedMap<ModelVersion, Integer> weights) {
    /** Most versions that share one alias. */
    public static final int MAX_VERSIONS = 8;

    /** The largest weight. */
    public static final int MAX_WEIGHT = 1000;

    /** Refuses weights out of range, and none. */
    public Split {
        weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
        if (weights.isEmpty() || weights.size() > MAX_VERSIONS) {
            throw new IllegalArgumentException(
                    "an alias names 1 to " + MAX_VERSIONS + " versions, not " + weights.size());
        }
        weights.forEach((version, weight) -> {
            if (weight < 1 || weight > MAX_WEIGHT) {
                throw new IllegalArgumentException("the weight of version " + version + " is " + weight
                        + "; it must lie between 1 and " + MAX_WEIGHT);
            }
        });
    }

    /** One version for all requests. */
    public static Split only(ModelVersion version) {
        return new Split(new TreeMap<>(Map.of(version, 1)));
    }

    /** Whether several versions share the requests. */
    public boolean shared() {
        return weights.size() > 1;
    }

    /** The version with the largest part, the oldest of equals: what stands for the alias where one version must. */
    public ModelVersion heaviest() {
        ModelVersion heaviest = weights.firstKey();
        int most = 0;
        for (Map.Entry<ModelVersion, Integer> each : weights.entrySet()) {
            if (each.getValue() > most) {
                heaviest = each.getKey();
                most = each.getValue();
            }
        }
        return heaviest;
    }

    /**
     * The version that gets a request. It is a function of {@code ticket} alone, so a request that is tried again goes to the same version, and each version's
     * part of evenly spread tickets is its weight's part of the weights that serve. A version that grows or shrinks at its neighbour's cost moves only the
     * requests in between.
     *
     * @param ticket any 64 bits of the request
     * @param serves which versions may be chosen
     * @return empty where none serves
     */
    public Optional<ModelVersion> choose(long ticket, Predicate<ModelVersion> serves) {
        long total = 0;
        for (Map.Entry<ModelVersion, Integer> each : weights.entrySet()) {
            total += serves.test(each.getKey()) ? each.getValue() : 0;
        }
        long point = Math.unsignedMultiplyHigh(mixed(ticket), total);
        for (Map.Entry<ModelVersion, Integer> each : weights.entrySet()) {
            if (serves.test(each.getKey())) {
                point -= each.getValue();
                if (point < 0) {
                    return Optional.of(each.getKey());
                }
            }
        }
        return Optional.empty();
    }

    /** The finaliser of SplitMix64: tickets that differ in few bits become points that are spread evenly. */
    private static long mixed(long ticket) {
        long bits = (ticket ^ (ticket >>> 30)) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
        return bits ^ (bits >>> 31);
    }
}
