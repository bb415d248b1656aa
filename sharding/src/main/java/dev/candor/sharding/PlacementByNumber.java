package dev.candor.sharding;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.IntStream;

/**
 * Where the shards with the numbers 0 to {@code shards - 1} live: a pure function of their number and of the nodes, so shards of one number are on one
 * node whatever their type. Rendezvous hashing with a bound: no node has more than its even share, and when a node comes or goes few shards move.
 */
final class PlacementByNumber {
    private final int shards;

    PlacementByNumber(int shards) {
        this.shards = shards;
    }

    /** The node of every shard, by the shard's number. */
    List<String> place(SortedSet<String> nodes) {
        int share = Math.ceilDiv(shards, nodes.size());
        Map<String, Integer> load = new HashMap<>();
        return IntStream.range(0, shards)
                .mapToObj(shard -> {
                    String best = nodes.stream()
                            .filter(node -> load.getOrDefault(node, 0) < share)
                            .max(Comparator.comparingInt((String node) -> weight(shard, node))
                                    .thenComparing(Comparator.naturalOrder()))
                            .orElseThrow();
                    load.merge(best, 1, Integer::sum);
                    return best;
                })
                .toList();
    }

    /** FNV-1a with a final avalanche: every node must come to the same figure, in every version. */
    private static int weight(int shard, String node) {
        int hash = 0x811c9dc5;
        for (byte b : (shard + "@" + node).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }
}
