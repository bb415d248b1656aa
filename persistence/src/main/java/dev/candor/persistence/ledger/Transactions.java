package dev.candor.persistence.ledger;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Refusal.Code;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.NodeEntry.Role;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.tx.Transaction.Signed;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Carries out transactions; {@link Settlements} does those that judge answers. */
final class Transactions {
    private static final int LONGEST_NAME = 512;

    private final Signatures signatures;
    private final EvidenceVerifier evidence;
    private final Settlements settlements;

    Transactions(Signatures signatures, EvidenceVerifier evidence) {
        this.signatures = signatures;
        this.evidence = evidence;
        this.settlements = new Settlements(evidence);
    }

    /** Carries out {@code transaction} or throws a {@link RefusedException}; then {@code work} is to be thrown away. */
    void execute(Work work, Transaction transaction, String where) {
        try {
            switch (transaction) {
                case Signed signed -> signed(work, signed, where);
                case Equivocation equivocation -> punish(work, equivocation, where);
            }
        } catch (ArithmeticException e) {
            throw new RefusedException(Code.FUNDS, where, String.valueOf(e.getMessage()));
        }
    }

    private void signed(Work work, Signed signed, String where) {
        Digest signer = Account.of(signed.key());
        Account account = work.account(signer);
        if (account.nonce() != signed.nonce()) {
            throw new RefusedException(
                    Code.AUTHORITY,
                    where,
                    "its nonce is " + signed.nonce() + ", the next of account " + signer + " is " + account.nonce());
        }
        Bytes message = Signed.message(work.before.chain(), signed.key(), signed.nonce(), signed.action());
        if (!signatures.verifies(signed.key(), message, signed.signature())) {
            throw new RefusedException(Code.AUTHORITY, where, "the signature is not that of account " + signer);
        }
        work.accounts.put(signer, account.signedOnce());
        boolean placed = signed.action() instanceof Action.Disprove;
        if (placed != signed.place().isPresent()) {
            throw new RefusedException(Code.REQUEST, where, "a place in a log goes with a disproof and nothing else");
        }
        boolean operator = work.before.operators().contains(signed.key());
        switch (signed.action()) {
            case Action.Deposit deposit -> {
                mayOnly(operator, where);
                deposit(work, deposit, where);
            }
            case Action.Withdraw withdraw -> {
                mayOnly(operator, where);
                withdraw(work, withdraw, where);
            }
            case Action.RegisterModel model -> {
                mayOnly(operator, where);
                registerModel(work, model, where);
            }
            case Action.SetPrices prices -> {
                mayOnly(operator, where);
                setPrices(work, prices, where);
            }
            case Action.CommitWeights commitment -> {
                mayOnly(operator, where);
                commitWeights(work, commitment, where);
            }
            case Action.RegisterNode node -> {
                mayOnly(operator, where);
                registerNode(work, node, where);
            }
            case Action.RevokeNode(Digest id) -> {
                mayOnly(operator, where);
                NodeEntry node = node(work, id, where);
                need(node.revokedAt() == Long.MAX_VALUE, Code.REQUEST, where, "node " + id + " is revoked already");
                work.nodes.put(id, node.revoked(work.time));
            }
            case Action.ChangeValidators(ValidatorSet validators) -> {
                mayOnly(operator, where);
                changeValidators(work, validators, where);
            }
            case Action.Stake stake -> stake(work, signer, stake, where);
            case Action.Unstake unstake -> unstake(work, signer, unstake, where);
            case Action.LeaseAllowances leases -> Allowances.lease(work, signed, leases, where);
            case Action.Settle settle -> settlements.settle(work, signer, settle, where);
            case Action.Disprove disprove ->
                settlements.disprove(work, signer, disprove, signed.place().orElseThrow(), where);
        }
    }

    private static void deposit(Work work, Action.Deposit deposit, String where) {
        need(!deposit.amount().isZero(), Code.REQUEST, where, "a deposit of nothing");
        work.supply = work.supply.plus(deposit.amount());
        Account account = work.account(deposit.account());
        Amount repaid = account.debt().min(deposit.amount());
        work.accounts.put(deposit.account(), account.withDebt(account.debt().minus(repaid)));
        work.treasury = work.treasury.plus(repaid);
        work.credit(deposit.account(), deposit.amount().minus(repaid));
    }

    private static void withdraw(Work work, Action.Withdraw withdraw, String where) {
        spend(work, withdraw.account(), withdraw.amount(), where);
        work.supply = work.supply.minus(withdraw.amount());
    }

    private static void registerModel(Work work, Action.RegisterModel model, String where) {
        int length = model.name().getBytes(StandardCharsets.UTF_8).length;
        need(length > 0 && length <= LONGEST_NAME, Code.REQUEST, where, "a model's name has 1 to 512 bytes");
        need(
                work.models.get(model.model()).isEmpty(),
                Code.REQUEST,
                where,
                "model " + model.model() + " is known already");
        work.models.put(model.model(), new ModelEntry(model.name(), model.prices(), model.prices(), 0, List.of()));
    }

    private static void setPrices(Work work, Action.SetPrices change, String where) {
        ModelEntry model = model(work, change.model(), where);
        long earliest = work.time + work.before.parameters().priceNotice();
        need(
                change.from() >= earliest && change.from() <= work.time + Parameters.LONGEST,
                Code.REQUEST,
                where,
                "prices hold from " + change.from() + ", the earliest is " + earliest);
        work.models.put(change.model(), model.priced(model.pricesAt(work.time), change.prices(), change.from()));
    }

    private void commitWeights(Work work, Action.CommitWeights commit, String where) {
        ModelEntry model = model(work, commit.model(), where);
        boolean begins = commit.epoch() == 0;
        need(
                !model.knows(commit.root()),
                Code.REQUEST,
                where,
                "the root " + commit.root() + " was certified before; no root is certified twice");
        need(
                !begins || !model.lines().contains(Digest.ZERO),
                Code.REQUEST,
                where,
                "the first commitment to model " + commit.model()
                        + " is not remembered (it was rolled over under an earlier version), so none can begin beside it; register the"
                        + " model as another version");
        need(
                !begins || model.lines().size() < ModelEntry.LINES_EVER,
                Code.REQUEST,
                where,
                "model " + commit.model() + " was committed to anew " + ModelEntry.LINES_EVER
                        + " times; register it as another version");
        need(
                begins || model.hasEpoch(commit.epoch() - 1),
                Code.REQUEST,
                where,
                "the commitment is of epoch " + commit.epoch() + ", and there is none of the epoch before it");
        need(
                commit.proofs() >= 1 && commit.proofs() <= ModelEntry.MOST_PROOFS,
                Code.REQUEST,
                where,
                "a commitment allows 1 to " + ModelEntry.MOST_PROOFS + " proofs, not " + commit.proofs());
        Claim claim = new Claim.WeightsCommitted(commit.model(), model, commit.epoch(), commit.root(), commit.proofs());
        need(
                commit.evidence().kind() == Evidence.Kind.COMMITMENT,
                Code.EVIDENCE,
                where,
                "weights are committed to by evidence of the kind COMMITMENT");
        Optional<EvidenceVerifier.Verdict.AcceptedOpening> opening =
                Settlements.accepted(evidence.verify(claim, commit.evidence(), work.time), where);
        ModelEntry opened = Settlements.use(commit.model(), model, opening, where);
        int line = begins ? model.lines().size() : followed(model, commit, opening, where);
        work.models.put(
                commit.model(),
                opened.committing(ModelEntry.Commitment.fresh(line, commit.epoch(), commit.root(), commit.proofs())));
    }

    /** The line that a roll-over goes on with: that of the commitment whose opening it used up. */
    private static int followed(
            ModelEntry model,
            Action.CommitWeights commit,
            Optional<EvidenceVerifier.Verdict.AcceptedOpening> opening,
            String where) {
        ModelEntry.Commitment before = opening.flatMap(each -> model.commitment(each.root()))
                .orElseThrow(() -> new RefusedException(
                        Code.EVIDENCE, where, "a roll-over uses up an opening of the epoch before it"));
        need(
                before.epoch() == commit.epoch() - 1 && model.isCurrent(before),
                Code.REQUEST,
                where,
                "the commitment is of epoch " + commit.epoch() + ", and its line is at another than the one before");
        return before.line();
    }

    private static void registerNode(Work work, Action.RegisterNode action, String where) {
        need(
                action.publicKey().length() == Digest.SIZE && !action.roles().isEmpty(),
                Code.REQUEST,
                where,
                "a node has a key of 32 bytes and at least one role");
        need(
                action.notBefore() >= 0 && action.notBefore() <= action.notAfter(),
                Code.REQUEST,
                where,
                "a node's validity begins at 0 or later and ends no earlier");
        Digest id = ValidatorSet.keyId(action.publicKey());
        NodeEntry fresh = NodeEntry.fresh(
                action.publicKey(),
                action.roles(),
                action.operator(),
                action.notBefore(),
                action.notAfter(),
                action.measurement());
        NodeEntry known = work.nodes.get(id).orElse(fresh);
        need(
                known.revokedAt() == Long.MAX_VALUE && !known.equivocated(),
                Code.REQUEST,
                where,
                "the key of node " + id + " is revoked or was punished; it needs a new one");
        need(
                known.liable().isZero() || known.operator().equals(action.operator()),
                Code.REQUEST,
                where,
                "node " + id + " has stake of its operator " + known.operator() + ", so it keeps that operator");
        work.nodes.put(id, fresh.withStake(known.stake(), known.unbonding(), known.unbondedAt()));
    }

    private static void changeValidators(Work work, ValidatorSet validators, String where) {
        for (Bytes key : validators.keys()) {
            Digest id = ValidatorSet.keyId(key);
            NodeEntry node = node(work, id, where);
            need(
                    node.acts(Role.VALIDATOR, work.time) && !node.equivocated(),
                    Code.REQUEST,
                    where,
                    "node " + id + " is no validator, is revoked or was punished");
        }
        work.validators = validators;
    }

    private static void stake(Work work, Digest signer, Action.Stake stake, String where) {
        NodeEntry node = node(work, stake.node(), where);
        need(node.operator().equals(signer), Code.AUTHORITY, where, "node " + stake.node() + " has another operator");
        spend(work, signer, stake.amount(), where);
        work.nodes.put(
                stake.node(), node.withStake(node.stake().plus(stake.amount()), node.unbonding(), node.unbondedAt()));
    }

    private static void unstake(Work work, Digest signer, Action.Unstake unstake, String where) {
        NodeEntry node = node(work, unstake.node(), where);
        need(node.operator().equals(signer), Code.AUTHORITY, where, "node " + unstake.node() + " has another operator");
        need(
                !unstake.amount().isZero() && unstake.amount().compareTo(node.stake()) <= 0,
                Code.FUNDS,
                where,
                "node " + unstake.node() + " has a stake of " + node.stake() + ", not " + unstake.amount());
        long at = work.time + work.before.parameters().unbonding();
        Due due = new Due(Due.Kind.UNBONDING, unstake.node());
        if (node.unbondedAt() != 0) {
            work.due.remove(due.key(node.unbondedAt()));
        }
        work.due.put(due.key(at), due);
        work.nodes.put(
                unstake.node(),
                node.withStake(
                        node.stake().minus(unstake.amount()), node.unbonding().plus(unstake.amount()), at));
    }

    private void punish(Work work, Equivocation equivocation, String where) {
        need(
                equivocation.rivals(),
                Code.EVIDENCE,
                where,
                "both votes may come from an honest validator: signer, kind, height and round must be the same, the rest not");
        Digest id = ValidatorSet.keyId(equivocation.one().key());
        NodeEntry node = node(work, id, where);
        need(node.roles().contains(Role.VALIDATOR), Code.EVIDENCE, where, "node " + id + " is no validator");
        need(!node.equivocated(), Code.EVIDENCE, where, "node " + id + " was punished already");
        need(
                equivocation.one().holds(work.before.chain(), signatures)
                        && equivocation.two().holds(work.before.chain(), signatures),
                Code.EVIDENCE,
                where,
                "a vote's signature is not that of node " + id);
        Amount penalty = work.before.parameters().equivocationPenalty().min(node.liable());
        work.treasury = work.treasury.plus(penalty);
        work.nodes.put(id, node.slashed(penalty).punished());
    }

    private static void spend(Work work, Digest id, Amount amount, String where) {
        Account account = work.account(id);
        need(
                !amount.isZero() && amount.compareTo(account.free()) <= 0,
                Code.FUNDS,
                where,
                "account " + id + " has " + account.free() + " free, not " + amount);
        work.accounts.put(id, account.withBalance(account.balance().minus(amount)));
    }

    static NodeEntry node(Work work, Digest id, String where) {
        return work.nodes
                .get(id)
                .orElseThrow(() -> new RefusedException(Code.REQUEST, where, "node " + id + " is not registered"));
    }

    private static ModelEntry model(Work work, Digest id, String where) {
        return work.models
                .get(id)
                .orElseThrow(() -> new RefusedException(Code.REQUEST, where, "model " + id + " is not registered"));
    }

    private static void mayOnly(boolean operator, String where) {
        need(operator, Code.AUTHORITY, where, "only an operator named at genesis may ask for this");
    }

    static void need(boolean holds, Code code, String where, String otherwise) {
        if (!holds) {
            throw new RefusedException(code, where, otherwise);
        }
    }
}
