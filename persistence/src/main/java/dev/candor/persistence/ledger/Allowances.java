package dev.candor.persistence.ledger;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Refusal.Code;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.NodeEntry.Role;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction.Signed;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.Optional;

/** Leases callers' free money to gateways, and takes back what they do not use. {@link Deadlines} releases the rest. */
final class Allowances {
    private Allowances() {}

    static void lease(Work work, Signed signed, Action.LeaseAllowances action, String where) {
        Digest gateway = ValidatorSet.keyId(signed.key());
        Transactions.need(
                Transactions.node(work, gateway, where).acts(Role.GATEWAY, work.time),
                Code.AUTHORITY,
                where,
                "node " + gateway + " is no gateway");
        Transactions.need(
                !action.wishes().isEmpty() || !action.unused().isEmpty(),
                Code.REQUEST,
                where,
                "it neither wants an allowance nor gives one back");
        for (Action.Unused unused : action.unused()) {
            giveBack(work, gateway, unused, where);
        }
        Parameters rules = work.before.parameters();
        Transactions.need(
                action.wishes().isEmpty()
                        || (action.expiresAt() > work.time && action.expiresAt() <= work.time + rules.longestLease()),
                Code.REQUEST,
                where,
                "an allowance ends within " + rules.longestLease() + " ms after " + work.time + ", not at "
                        + action.expiresAt());
        for (int i = 0; i < action.wishes().size(); i++) {
            Action.Wish wish = action.wishes().get(i);
            Transactions.need(
                    !wish.least().isZero() && wish.least().compareTo(wish.most()) <= 0,
                    Code.REQUEST,
                    where,
                    "an allowance for account " + wish.account() + " is of at least " + wish.least() + " and at most "
                            + wish.most());
            Account account = work.account(wish.account());
            Amount granted = wish.most().min(account.free());
            if (granted.compareTo(wish.least()) >= 0) {
                Digest id = Lease.id(signed.key(), signed.nonce(), i);
                long released = action.expiresAt() + rules.leaseGrace();
                work.accounts.put(
                        wish.account(), account.withLeased(account.leased().plus(granted)));
                work.leases.put(id, new Lease(gateway, wish.account(), granted, action.expiresAt(), released));
                Due due = new Due(Due.Kind.RELEASE, id);
                work.due.put(due.key(released), due);
            }
        }
    }

    /** What was released in the meantime is no fault: its time came before the transaction did. */
    private static void giveBack(Work work, Digest gateway, Action.Unused unused, String where) {
        Optional<Lease> found = work.leases.get(unused.lease());
        if (found.isEmpty()) {
            return;
        }
        Lease lease = found.get();
        Transactions.need(
                lease.gateway().equals(gateway),
                Code.AUTHORITY,
                where,
                "the lease " + unused.lease() + " is of the gateway " + lease.gateway());
        Transactions.need(
                !unused.amount().isZero() && unused.amount().compareTo(lease.amount()) <= 0,
                Code.REQUEST,
                where,
                "the lease " + unused.lease() + " is of " + lease.amount() + ", of which " + unused.amount()
                        + " cannot be given back");
        Account account = work.account(lease.account());
        work.accounts.put(lease.account(), account.withLeased(account.leased().minus(unused.amount())));
        Amount left = lease.amount().minus(unused.amount());
        if (left.isZero()) {
            work.leases.remove(unused.lease());
            work.due.remove(new Due(Due.Kind.RELEASE, unused.lease()).key(lease.releasedAt()));
        } else {
            work.leases.put(
                    unused.lease(), new Lease(gateway, lease.account(), left, lease.expiresAt(), lease.releasedAt()));
        }
    }
}
