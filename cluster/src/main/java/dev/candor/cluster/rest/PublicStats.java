package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.StatsJson;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The public figures as a node gives them.
 *
 * @param figures of all final blocks
 * @param statedBy whose word they are; empty where this node's own validator computed them
 */
public record PublicStats(LedgerStats figures, Optional<StatedBy> statedBy) {
    /**
     * Validators that stated the same figures, unsigned.
     *
     * @param validators raw public keys, each once
     * @param needed so many of them hold one at least that does not lie, as long as no more lie than the ledger withstands
     */
    public record StatedBy(List<Bytes> validators, int needed) {
        /** Copies the list. */
        public StatedBy {
            validators = List.copyOf(validators);
        }
    }

    /** What a validator of this node computed. */
    public static PublicStats own(LedgerStats figures) {
        return new PublicStats(figures, Optional.empty());
    }

    /** The figures' members, and {@code stated_by} where others stated them. */
    ObjectNode json() {
        ObjectNode json = StatsJson.of(figures);
        statedBy.ifPresent(by -> {
            ObjectNode said = json.putObject("stated_by");
            said.put("height", figures.blocks());
            ArrayNode validators = said.putArray("validators");
            by.validators().forEach(each -> validators.add(Base64.getEncoder().encodeToString(each.toArray())));
            said.put("needed", by.needed());
        });
        return json;
    }
}
