package dev.candor.cluster.proof;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.state.Settlement;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the ledger says of answers and modes, in JSON; sums are whole units, times milliseconds since 1970-01-01 UTC. */
final class SettlementJson {
    private final Optional<Supplier<LedgerState>> ledger;
    private final LongSupplier wallMillis;

    /** With the state after the last final block, where there is a ledger. */
    SettlementJson(Optional<Supplier<LedgerState>> ledger, LongSupplier wallMillis) {
        this.ledger = ledger;
        this.wallMillis = wallMillis;
    }

    /** How the ledger stands to a receipt; empty where there is nothing to say. */
    Optional<ObjectNode> of(ReceiptLeaf leaf, Digest receipt) {
        boolean waits = leaf.requested() != VerificationMode.VANILLA;
        if (ledger.isEmpty()) {
            return waits
                    ? Optional.of(node("none")
                            .put("reason", "this node keeps no ledger: nothing is charged, settled or refunded"))
                    : Optional.empty();
        }
        return ledger.get()
                .get()
                .settlements()
                .get(receipt)
                .map(SettlementJson::of)
                .or(() -> waits
                        ? Optional.of(node("uncharged").put("reason", "its receipt is charged in no block yet"))
                        : Optional.empty());
    }

    private static ObjectNode of(Settlement settlement) {
        ObjectNode json = node(settlement.status().name().toLowerCase(Locale.ROOT))
                .put("height", settlement.height())
                .put("paid", settlement.paid().units())
                .put("premium", settlement.held().units())
                .put("premium_owed", settlement.unpaid().units())
                .put("deadline", settlement.deadline());
        return switch (settlement.status()) {
            case PENDING -> json.put("premium_is", "in escrow");
            case PROVEN, ATTESTED -> json.put("premium_is", "with the prover");
            case EXPIRED, DISPROVED -> json.put("premium_is", "refunded");
        };
    }

    private static ObjectNode node(String status) {
        return JsonNodeFactory.instance.objectNode().put("status", status);
    }

    /** Adds what an answer in {@code mode} costs now. */
    void price(ObjectNode json, ModelRef model, VerificationMode mode) {
        ledger.ifPresent(each -> {
            LedgerState state = each.get();
            PriceList prices = state.models()
                    .get(model.contentId())
                    .map(entry -> entry.pricesAt(Math.max(wallMillis.getAsLong(), state.time())))
                    .orElse(state.parameters().defaultPrices());
            json.putObject("price")
                    .put("base", prices.base().units())
                    .put("premium", prices.premium(mode).units())
                    .put("total", prices.total(mode).units());
        });
    }
}
