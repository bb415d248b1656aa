package dev.candor.persistence.ledger;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.tree.SparseTree;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A state while a block changes it. What is tried may be thrown away: a child's changes reach its parent only by {@link #keep}. Not thread-safe. */
final class Work {
    final LedgerState before;
    final long height;
    final long time;
    final Overlay<Account> accounts;
    final Overlay<ModelEntry> models;
    final Overlay<NodeEntry> nodes;
    final Overlay<Settlement> settlements;
    final Overlay<Lease> leases;
    final Overlay<Due> due;
    final List<PartitionHead> partitions;
    ValidatorSet validators;
    Amount supply;
    Amount treasury;

    /** Work on the block after {@code before}. */
    Work(LedgerState before, long time) {
        this.before = before;
        this.height = before.height() + 1;
        this.time = time;
        accounts = new Overlay<>(before.accounts()::get);
        models = new Overlay<>(before.models()::get);
        nodes = new Overlay<>(before.nodes()::get);
        settlements = new Overlay<>(before.settlements()::get);
        leases = new Overlay<>(before.leases()::get);
        due = new Overlay<>(before.due()::get);
        partitions = new ArrayList<>(before.partitions());
        validators = before.validators();
        supply = before.supply();
        treasury = before.treasury();
    }

    private Work(Work parent) {
        before = parent.before;
        height = parent.height;
        time = parent.time;
        accounts = new Overlay<>(parent.accounts::get);
        models = new Overlay<>(parent.models::get);
        nodes = new Overlay<>(parent.nodes::get);
        settlements = new Overlay<>(parent.settlements::get);
        leases = new Overlay<>(parent.leases::get);
        due = new Overlay<>(parent.due::get);
        partitions = new ArrayList<>(parent.partitions);
        validators = parent.validators;
        supply = parent.supply;
        treasury = parent.treasury;
    }

    /** Work on top of this that may be thrown away. */
    Work attempt() {
        return new Work(this);
    }

    /** Takes over what an attempt changed. */
    void keep(Work attempt) {
        accounts.keep(attempt.accounts);
        models.keep(attempt.models);
        nodes.keep(attempt.nodes);
        settlements.keep(attempt.settlements);
        leases.keep(attempt.leases);
        due.keep(attempt.due);
        for (int i = 0; i < partitions.size(); i++) {
            partitions.set(i, attempt.partitions.get(i));
        }
        validators = attempt.validators;
        supply = attempt.supply;
        treasury = attempt.treasury;
    }

    /** The state after, which still names the block before. */
    LedgerState state() {
        return new LedgerState(
                before.chain(),
                before.network(),
                before.parameters(),
                before.operators(),
                height,
                before.lastBlock(),
                time,
                validators,
                supply,
                treasury,
                partitions,
                accounts.over(before.accounts()),
                models.over(before.models()),
                nodes.over(before.nodes()),
                settlements.over(before.settlements()),
                leases.over(before.leases()),
                due.over(before.due()));
    }

    Account account(Digest id) {
        return accounts.get(id).orElse(Account.EMPTY);
    }

    void credit(Digest account, Amount amount) {
        if (!amount.isZero()) {
            Account to = account(account);
            accounts.put(account, to.withBalance(to.balance().plus(amount)));
        }
    }

    /** Pays for work: the fee to the treasury, the rest to {@code account}. */
    void pay(Digest account, Amount amount) {
        Amount fee = amount.share(before.parameters().feePpm());
        treasury = treasury.plus(fee);
        credit(account, amount.minus(fee));
    }

    /** Forgives debt, as far as there is any. */
    void forgive(Digest account, Amount amount) {
        if (!amount.isZero()) {
            Account debtor = account(account);
            accounts.put(account, debtor.withDebt(debtor.debt().lessAtMost(amount)));
        }
    }

    /**
     * Changes to a map.
     *
     * @param <V> its values
     */
    static final class Overlay<V> {
        private final Function<Digest, Optional<V>> below;
        private final Map<Digest, Optional<V>> changes = new LinkedHashMap<>();

        private Overlay(Function<Digest, Optional<V>> below) {
            this.below = below;
        }

        Optional<V> get(Digest key) {
            Optional<V> changed = changes.get(key);
            return changed != null ? changed : below.apply(key);
        }

        void put(Digest key, V value) {
            changes.put(key, Optional.of(value));
        }

        void remove(Digest key) {
            changes.put(key, Optional.empty());
        }

        private void keep(Overlay<V> attempt) {
            changes.putAll(attempt.changes);
        }

        private SparseTree<V> over(SparseTree<V> tree) {
            SparseTree<V> changed = tree;
            for (Map.Entry<Digest, Optional<V>> each : changes.entrySet()) {
                changed = each.getValue().isPresent()
                        ? changed.with(each.getKey(), each.getValue().get())
                        : changed.without(each.getKey());
            }
            return changed;
        }
    }
}
