package dev.candor.persistence.ledger.allowance;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.allowance.AllowanceBook.Asked;
import dev.candor.persistence.ledger.allowance.AllowanceBook.Funds;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateProof.Section;
import dev.candor.persistence.ledger.state.StateView;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.wire.Holdings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
import java.util.function.Predicate;
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
    private long nextNonce;

    /** The ledger as a gateway sees it: its own validator's, or what others prove to it. */
    public interface Access {
        /**
         * What a state holds under some keys, which is no older than the state of a validator that does not lie. May block for a second or two.
         *
         * @param keys at most {@value Holdings#MOST_KEYS}
         * @param enough where it does not hold of the state, a later one is waited for
         * @throws IOException where nothing came in time that proves itself
         */
        StateView look(List<StateKey> keys, Predicate<StateView> enough) throws IOException;

        /** Hands a transaction in; completes when it is said to be in a block, which {@link #look} proves. */
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
        if (underWay || wallMillis.getAsLong() < quietUntil) {
            return;
        }
        List<Purse> wanting = book.wanting();
        if (wanting.isEmpty()) {
            return;
        }
        Optional<StateView> seen = look(wanting);
        if (seen.isEmpty()) {
            quietUntil = wallMillis.getAsLong() + TICK_MILLIS;
            book.again(wanting);
            return;
        }
        StateView state = seen.get();
        List<Asked> asked = book.wishes(wanting, account -> funds(state, account));
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

    /** The accounts of these; empty where nobody proves them, or the ledger does not know this gateway. */
    private Optional<StateView> look(List<Purse> wanting) {
        List<StateKey> keys = own();
        keys.add(new StateKey(Section.NODES, ValidatorSet.keyId(key)));
        wanting.forEach(each -> keys.add(new StateKey(Section.ACCOUNTS, each.account)));
        try {
            StateView state = ledger.look(keys, each -> nonce(each) >= nextNonce);
            return state.node(ValidatorSet.keyId(key))
                    .filter(node -> node.acts(NodeEntry.Role.GATEWAY, Math.max(state.time(), wallMillis.getAsLong())))
                    .map(_ -> state);
        } catch (IOException e) {
            LOG.warn("The ledger proves no balances, so no allowances are asked for: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private List<StateKey> own() {
        List<StateKey> keys = new ArrayList<>();
        keys.add(new StateKey(Section.ACCOUNTS, Account.of(key)));
        return keys;
    }

    private long nonce(StateView state) {
        return state.account(Account.of(key)).orElse(Account.EMPTY).nonce();
    }

    private void took(List<Asked> asked, long nonce, long expiresAt) {
        List<StateKey> keys = own();
        for (int i = 0; i < asked.size(); i++) {
            keys.add(new StateKey(Section.LEASES, Lease.id(key, nonce, i)));
            keys.add(new StateKey(Section.ACCOUNTS, asked.get(i).wish().account()));
        }
        StateView state;
        try {
            state = ledger.look(keys, after -> nonce(after) > nonce);
        } catch (IOException e) {
            LOG.warn("Nobody proves the allowances that were granted; they are asked for again: {}", e.getMessage());
            quietUntil = wallMillis.getAsLong() + TICK_MILLIS;
            book.failed(asked);
            return;
        }
        nextNonce = nonce + 1;
        for (int i = 0; i < asked.size(); i++) {
            Digest id = Lease.id(key, nonce, i);
            Optional<Lease> lease = state.lease(id);
            if (lease.isPresent()) {
                book.granted(asked.get(i), id, lease.get().amount(), expiresAt);
            } else {
                book.without(
                        asked.get(i).purse(), funds(state, asked.get(i).wish().account()));
            }
        }
    }

    private static Funds funds(StateView state, Digest account) {
        Account found = state.account(account).orElse(Account.EMPTY);
        return new Funds(found.balance(), found.leased());
    }

    private Transaction.Signed signed(StateView state, Action action) {
        long nonce = nonce(state);
        Bytes message = Transaction.Signed.message(state.chain(), key, nonce, action);
        return new Transaction.Signed(key, nonce, action, sign.apply(message), Optional.empty());
    }

    private CompletionStage<Long> giveBack(List<Action.Unused> unused) {
        try {
            return ledger.submit(signed(
                    ledger.look(own(), each -> nonce(each) >= nextNonce),
                    new Action.LeaseAllowances(List.of(), 0, unused)));
        } catch (IOException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** Gives back what is left, waiting for the block for a moment at most: what is not given back is released in its time. */
    public void close(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            CompletionStage<Long> block = CompletableFuture.supplyAsync(book::close, thread)
                    .thenCompose(unused ->
                            unused.isEmpty() || underWay ? CompletableFuture.completedStage(0L) : giveBack(unused));
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
