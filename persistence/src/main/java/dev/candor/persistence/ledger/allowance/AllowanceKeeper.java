package dev.candor.persistence.ledger.allowance;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.allowance.AllowanceBook.Asked;
import dev.candor.persistence.ledger.allowance.AllowanceBook.Funds;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases allowances for a book, and gives back what is left when it is closed. One transaction is under way at a time and holds the wishes of all callers, so leasing costs a
 * block a transaction however many callers there are. Everything happens on one thread of its own.
 */
public final class AllowanceKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AllowanceKeeper.class);
    private static final long TICK_MILLIS = 100;

    private final AllowanceBook book;
    private final AllowanceSettings settings;
    private final Access ledger;
    private final Bytes key;
    private final UnaryOperator<Bytes> sign;
    private final LongSupplier wallMillis;
    private final ScheduledThreadPoolExecutor thread;
    private final AtomicBoolean woken = new AtomicBoolean();
    private boolean underWay;
    private long quietUntil;

    /** The ledger as a gateway sees it: its own validator's. */
    public interface Access {
        /** The state after the last final block. */
        LedgerState state();

        /** Hands a transaction in; completes with the height of its block, when {@link #state} has it. */
        CompletionStage<Long> submit(Transaction.Signed transaction);
    }

    /**
     * Starts.
     *
     * @param settings of which the lease is shorter, by the margin, than the ledger's longest
     * @param key raw public key of the gateway
     * @param sign with that key
     */
    public static AllowanceKeeper start(
            AllowanceBook book,
            AllowanceSettings settings,
            Access ledger,
            Bytes key,
            UnaryOperator<Bytes> sign,
            LongSupplier wallMillis) {
        AllowanceKeeper keeper = new AllowanceKeeper(book, settings, ledger, key, sign, wallMillis);
        book.onWanted(keeper::wake);
        var _ = keeper.thread.scheduleWithFixedDelay(keeper::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return keeper;
    }

    private AllowanceKeeper(
            AllowanceBook book,
            AllowanceSettings settings,
            Access ledger,
            Bytes key,
            UnaryOperator<Bytes> sign,
            LongSupplier wallMillis) {
        this.book = book;
        this.settings = settings;
        this.ledger = ledger;
        this.key = key;
        this.sign = sign;
        this.wallMillis = wallMillis;
        thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("candor-allowances").daemon().factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            onThread(() -> {
                woken.set(false);
                ask();
            });
        }
    }

    private void onThread(Runnable work) {
        try {
            thread.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    LOG.error("Allowances could not be kept", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("Allowances are closed", e);
        }
    }

    private void tick() {
        onThread(() -> {
            book.sweep();
            ask();
        });
    }

    private void ask() {
        LedgerState state = ledger.state();
        boolean gateway = state.nodes()
                .get(ValidatorSet.keyId(key))
                .filter(node -> node.acts(NodeEntry.Role.GATEWAY, Math.max(state.time(), wallMillis.getAsLong())))
                .isPresent();
        if (underWay || !gateway || wallMillis.getAsLong() < quietUntil) {
            return;
        }
        List<Asked> asked = book.wishes(account -> funds(state, account));
        if (asked.isEmpty()) {
            return;
        }
        long expiresAt = Math.max(state.time(), wallMillis.getAsLong())
                + settings.lease().toMillis();
        List<Action.Wish> wishes = asked.stream().map(Asked::wish).toList();
        Transaction.Signed transaction = signed(state, new Action.LeaseAllowances(wishes, expiresAt, List.of()));
        underWay = true;
        ledger.submit(transaction)
                .whenComplete((_, failure) -> onThread(() -> {
                    underWay = false;
                    if (failure == null) {
                        took(asked, transaction.nonce(), expiresAt);
                    } else {
                        LOG.warn("The ledger refused allowances; they are asked for again", failure);
                        quietUntil = wallMillis.getAsLong() + TICK_MILLIS;
                        book.failed(asked);
                    }
                    ask();
                }));
    }

    private void took(List<Asked> asked, long nonce, long expiresAt) {
        LedgerState state = ledger.state();
        for (int i = 0; i < asked.size(); i++) {
            Digest id = Lease.id(key, nonce, i);
            Optional<Lease> lease = state.leases().get(id);
            if (lease.isPresent()) {
                book.granted(asked.get(i), id, lease.get().amount(), expiresAt);
            } else {
                book.without(
                        asked.get(i).purse(), funds(state, asked.get(i).wish().account()));
            }
        }
    }

    private static Funds funds(LedgerState state, Digest account) {
        Account found = state.accounts().get(account).orElse(Account.EMPTY);
        return new Funds(found.balance(), found.leased());
    }

    private Transaction.Signed signed(LedgerState state, Action action) {
        long nonce = state.accounts().get(Account.of(key)).orElse(Account.EMPTY).nonce();
        Bytes message = Transaction.Signed.message(state.chain(), key, nonce, action);
        return new Transaction.Signed(key, nonce, action, sign.apply(message), Optional.empty());
    }

    /** Gives back what is left, waiting for the block for a moment at most: what is not given back is released in its time. */
    public void close(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            CompletionStage<Long> block = CompletableFuture.supplyAsync(book::close, thread)
                    .thenCompose(unused -> unused.isEmpty() || underWay
                            ? CompletableFuture.completedStage(0L)
                            : ledger.submit(signed(ledger.state(), new Action.LeaseAllowances(List.of(), 0, unused))));
            block.toCompletableFuture().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("Allowances were not given back; they are released when they are over", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            thread.shutdownNow();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }
}
