package dev.candor.persistence.ledger;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.tree.SparseTree;
import java.util.Optional;

/** What a block does only because its time has come, earliest first. */
final class Deadlines {
    private final LedgerRules rules;

    Deadlines(LedgerRules rules) {
        this.rules = rules;
    }

    void pass(Work work) {
        long now = rules.now(work.time);
        SparseTree<Due> open = work.before.due();
        for (Optional<SparseTree.Entry<Due>> next = open.first();
                next.isPresent() && Due.time(next.get().key()) <= now;
                next = open.first()) {
            Digest key = next.get().key();
            open = open.without(key);
            work.due.remove(key);
            Due due = next.get().value();
            switch (due.kind()) {
                case EXPIRY -> expire(work, due.id());
                case RELEASE -> release(work, due.id());
                case UNBONDING -> unbond(work, due.id());
            }
        }
    }

    /** No proof came: that is no evidence against the answer, so only the premium returns. */
    private static void expire(Work work, Digest id) {
        Settlement pending = work.settlements.get(id).orElseThrow();
        work.credit(pending.caller(), pending.held());
        work.forgive(pending.caller(), pending.unpaid());
        work.settlements.put(id, pending.as(Settlement.Status.EXPIRED, work.height));
    }

    private static void release(Work work, Digest id) {
        Lease lease = work.leases.get(id).orElseThrow();
        Account account = work.account(lease.account());
        work.accounts.put(lease.account(), account.withLeased(account.leased().minus(lease.amount())));
        work.leases.remove(id);
    }

    private static void unbond(Work work, Digest id) {
        NodeEntry node = work.nodes.get(id).orElseThrow();
        work.nodes.put(id, node.withStake(node.stake(), Amount.ZERO, 0));
        work.credit(node.operator(), node.unbonding());
    }
}
