package dev.candor.persistence.ledger.validator;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.Transaction.Equivocation;
import dev.candor.persistence.ledger.tx.Transaction.Signed;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Transactions that wait for a block. Bounded; belongs to the validator's thread. */
final class TransactionPool {
    /** Far more than a block takes. */
    private static final int MOST = 8_192;

    /** The most evidence that waits, in bytes. */
    private static final long MOST_EVIDENCE = 64L << 20;

    /** The most evidence that a proposer puts into one block: to check it takes longer than anything else in a block. More is valid. */
    private static final long MOST_EVIDENCE_A_BLOCK = 4L << 20;

    private record Waiting(Signed transaction, CompletableFuture<Long> included) {}

    private final Map<Digest, TreeMap<Long, Waiting>> bySigner = new TreeMap<>();
    private final Map<Digest, Equivocation> accusations = new HashMap<>();
    private int size;
    private long evidence;

    /** Takes a transaction in; completes with the height of the block that it is in, or fails with a {@link RefusedTransactionException}. */
    CompletionStage<Long> add(LedgerState state, Signed transaction) {
        Digest signer = Account.of(transaction.key());
        long next = nonce(state, signer);
        if (transaction.nonce() < next) {
            return CompletableFuture.failedStage(new RefusedTransactionException(
                    "nonce " + transaction.nonce() + " of account " + signer + " was used; the next one is " + next));
        }
        if (size >= MOST) {
            return CompletableFuture.failedStage(
                    new RefusedTransactionException(MOST + " transactions wait already; send this one again later"));
        }
        long brought = evidence(transaction);
        if (brought > 0 && evidence + brought > MOST_EVIDENCE) {
            return CompletableFuture.failedStage(new RefusedTransactionException(
                    evidence + " bytes of evidence wait already; send this transaction again later"));
        }
        Waiting waiting = new Waiting(transaction, new CompletableFuture<>());
        Waiting known =
                bySigner.computeIfAbsent(signer, _ -> new TreeMap<>()).putIfAbsent(transaction.nonce(), waiting);
        if (known == null) {
            size++;
            evidence += brought;
            return waiting.included();
        }
        return known.transaction().equals(transaction)
                ? known.included()
                : CompletableFuture.failedStage(new RefusedTransactionException("another transaction with nonce "
                        + transaction.nonce() + " of account " + signer + " waits already"));
    }

    /** How many wait. */
    int size() {
        return size;
    }

    void accuse(Equivocation evidence) {
        accusations.putIfAbsent(ValidatorSet.keyId(evidence.one().key()), evidence);
    }

    /** What may go into the block after {@code state}. */
    List<Transaction> pending(LedgerState state) {
        List<Transaction> pending = new ArrayList<>();
        accusations.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(each -> {
            if (!state.nodes().get(each.getKey()).map(NodeEntry::equivocated).orElse(true)) {
                pending.add(each.getValue());
            }
        });
        long taken = 0;
        for (Map.Entry<Digest, TreeMap<Long, Waiting>> signer : bySigner.entrySet()) {
            long next = nonce(state, signer.getKey());
            for (Map.Entry<Long, Waiting> each : signer.getValue().entrySet()) {
                Signed transaction = each.getValue().transaction();
                long more = evidence(transaction);
                if (more > 0 && taken > 0 && taken + more > MOST_EVIDENCE_A_BLOCK) {
                    break;
                }
                if (each.getKey() == next) {
                    pending.add(transaction);
                    taken += more;
                    next++;
                }
            }
        }
        return pending;
    }

    private static long evidence(Signed transaction) {
        return switch (transaction.action()) {
            case Action.CommitWeights commit -> commit.evidence().bytes().length();
            case Action.Settle settle -> settle.evidence().bytes().length();
            case Action.Disprove disprove -> disprove.evidence().bytes().length();
            case Action.Deposit _,
                    Action.Withdraw _,
                    Action.RegisterModel _,
                    Action.SetPrices _,
                    Action.RegisterNode _,
                    Action.RevokeNode _,
                    Action.ChangeValidators _,
                    Action.Stake _,
                    Action.Unstake _,
                    Action.LeaseAllowances _ -> 0;
        };
    }

    /** A builder could not take these in: who waits for one whose turn it was is told, and it waits no longer. */
    void dropped(LedgerState state, List<Ledger.Dropped> dropped) {
        for (Ledger.Dropped each : dropped) {
            if (each instanceof Ledger.Dropped.OfTransaction(Signed transaction, var refusal)) {
                Digest signer = Account.of(transaction.key());
                if (nonce(state, signer) == transaction.nonce()) {
                    take(signer, transaction.nonce())
                            .ifPresent(it -> it.included()
                                    .completeExceptionally(new RefusedTransactionException(refusal.toString())));
                }
            }
        }
    }

    /** A block was decided. */
    void decided(LedgerState after, List<Transaction> transactions) {
        for (Transaction transaction : transactions) {
            switch (transaction) {
                case Signed signed ->
                    take(Account.of(signed.key()), signed.nonce()).ifPresent(waiting -> {
                        if (waiting.transaction().equals(signed)) {
                            waiting.included().complete(after.height());
                        } else {
                            waiting.included()
                                    .completeExceptionally(new RefusedTransactionException(
                                            "another transaction with the same nonce came before it"));
                        }
                    });
                case Equivocation evidence ->
                    accusations.remove(ValidatorSet.keyId(evidence.one().key()));
            }
        }
    }

    private Optional<Waiting> take(Digest signer, long nonce) {
        TreeMap<Long, Waiting> waiting = bySigner.get(signer);
        Waiting taken = waiting == null ? null : waiting.remove(nonce);
        if (waiting != null && waiting.isEmpty()) {
            bySigner.remove(signer);
        }
        if (taken != null) {
            size--;
            evidence -= evidence(taken.transaction());
        }
        return Optional.ofNullable(taken);
    }

    private static long nonce(LedgerState state, Digest signer) {
        return state.accounts().get(signer).orElse(Account.EMPTY).nonce();
    }
}
