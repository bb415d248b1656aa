package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.persistence.ledger.stats.LedgerStats;

/** The figures of a ledger in JSON: the same from a node and from an export. */
public final class StatsJson {
    private static final ObjectMapper JSON =
            new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    private StatsJson() {}

    /** An object with the names of {@link LedgerStats}, words parted by underscores. */
    public static ObjectNode of(LedgerStats stats) {
        return JSON.valueToTree(stats);
    }
}
