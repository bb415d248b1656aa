package dev.candor.cluster.validator;

import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.ValidatorMeter;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** What a validator does, for {@code /metrics}: that of a single node, or one in a process of its own. Thread-safe. */
public final class LedgerFigures implements ValidatorMeter {
    private static final List<String> ACTIONS = List.of(
            "deposit",
            "withdraw",
            "register_model",
            "set_prices",
            "commit_weights",
            "register_node",
            "revoke_node",
            "change_validators",
            "stake",
            "unstake",
            "lease_allowances",
            "settle",
            "disprove",
            "equivocation");

    private final Gauge height = Gauge.builder()
            .name("candor_ledger_height")
            .help("Height of the last final block")
            .build();
    private final Histogram blocks = Histogram.builder()
            .name("candor_ledger_block_seconds")
            .help("Time from a block, or from the first work after it, to the next final block")
            .classicOnly()
            .classicExponentialUpperBounds(0.005, 2, 14)
            .build();
    private final Counter rounds = Counter.builder()
            .name("candor_ledger_round_changes_total")
            .help("Rounds that began because the one before brought no block")
            .build();
    private final Gauge transactions = Gauge.builder()
            .name("candor_ledger_pending_transactions")
            .help("Transactions that wait for a block")
            .build();
    private final Gauge events = Gauge.builder()
            .name("candor_ledger_pending_events")
            .help("Events of partitions that wait for a block")
            .build();
    private final Counter taken = Counter.builder()
            .name("candor_ledger_transactions_total")
            .help("Transactions in final blocks, by action")
            .labelNames("action")
            .build();
    private final Counter refused = Counter.builder()
            .name("candor_ledger_refused_total")
            .help("Transactions that could not go into a block that this validator built, by action")
            .labelNames("action")
            .build();
    private final Counter stalled = Counter.builder()
            .name("candor_ledger_stalled_partitions_total")
            .help("Times that a partition's events could not go into a block that this validator built")
            .build();

    /** Nothing was done yet. */
    public LedgerFigures() {
        for (String action : ACTIONS) {
            taken.initLabelValues(action);
            refused.initLabelValues(action);
        }
    }

    /** Shows the figures in {@code registry}. */
    public void register(PrometheusRegistry registry) {
        registry.register(height);
        registry.register(blocks);
        registry.register(rounds);
        registry.register(transactions);
        registry.register(events);
        registry.register(taken);
        registry.register(refused);
        registry.register(stalled);
    }

    @Override
    public void decided(Block block, int round, long nanos) {
        height.set((double) block.header().height());
        blocks.observe(nanos / 1e9);
        block.body()
                .transactions()
                .forEach(each -> taken.labelValues(action(each)).inc());
    }

    @Override
    public void roundChanged(long ofHeight, int round) {
        rounds.inc();
    }

    @Override
    public void pending(int waitingTransactions, long waitingEvents) {
        transactions.set(waitingTransactions);
        events.set((double) waitingEvents);
    }

    @Override
    public void dropped(List<Ledger.Dropped> dropped) {
        for (Ledger.Dropped each : dropped) {
            switch (each) {
                case Ledger.Dropped.OfTransaction(var transaction, var _) ->
                    refused.labelValues(action(transaction)).inc();
                case Ledger.Dropped.OfPartition _ -> stalled.inc();
            }
        }
    }

    private static String action(Transaction transaction) {
        return switch (transaction) {
            case Transaction.Equivocation _ -> "equivocation";
            case Transaction.Signed signed ->
                switch (signed.action()) {
                    case Action.Deposit _ -> "deposit";
                    case Action.Withdraw _ -> "withdraw";
                    case Action.RegisterModel _ -> "register_model";
                    case Action.SetPrices _ -> "set_prices";
                    case Action.CommitWeights _ -> "commit_weights";
                    case Action.RegisterNode _ -> "register_node";
                    case Action.RevokeNode _ -> "revoke_node";
                    case Action.ChangeValidators _ -> "change_validators";
                    case Action.Stake _ -> "stake";
                    case Action.Unstake _ -> "unstake";
                    case Action.LeaseAllowances _ -> "lease_allowances";
                    case Action.Settle _ -> "settle";
                    case Action.Disprove _ -> "disprove";
                };
        };
    }
}
