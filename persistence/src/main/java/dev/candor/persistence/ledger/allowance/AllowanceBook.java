package dev.candor.persistence.ledger.allowance;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.tx.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this gateway may still admit for each caller, and what it should ask the ledger for. A request whose caller has an allowance waits for nothing. What is reserved and
 * not released counts as spent: a gateway forgets too much rather than too little, and what is forgotten is free again when its lease is released.
 *
 * <p>Never is more reserved against an allowance than was leased, and nothing once its time, less the margin, is over. Thread-safe.
 */
public final class AllowanceBook {
    private static final int MOST_PURSES = 100_000;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final AllowanceSettings settings;
    private final LongSupplier wallMillis;
    private final AllowanceRules rules;
    private final ConcurrentHashMap<Digest, Purse> purses = new ConcurrentHashMap<>();
    private final Queue<Purse> wanting = new ConcurrentLinkedQueue<>();
    private volatile Runnable wake = () -> {};

    /** An empty book. */
    public AllowanceBook(AllowanceSettings settings, LongSupplier wallMillis) {
        this(settings, wallMillis, AllowanceRules.STANDARD);
    }

    AllowanceBook(AllowanceSettings settings, LongSupplier wallMillis, AllowanceRules rules) {
        this.settings = settings;
        this.wallMillis = wallMillis;
        this.rules = rules;
    }

    /** Who is told that there is something to ask the ledger for. Called on any thread; must not block. */
    void onWanted(Runnable keeper) {
        wake = keeper;
    }

    /** Reserves {@code price}, if an allowance of the account is enough for it. */
    public Optional<Hold> take(Digest account, long price) {
        Purse purse = purses.get(account);
        if (purse == null) {
            return Optional.empty();
        }
        long now = wallMillis.getAsLong();
        synchronized (purse) {
            Optional<Hold> hold = purse.take(price, now);
            if (hold.isPresent()
                    && now >= purse.shortUntil
                    && purse.runsLow(now, settings.lease().toMillis())) {
                want(purse);
            }
            return hold;
        }
    }

    /**
     * Reserves {@code price} once an allowance is there.
     *
     * @return fails with a {@link RefusedException} where none is to be had
     */
    public CompletionStage<Hold> await(Digest account, long price) {
        CompletableFuture<Hold> answer = new CompletableFuture<>();
        long now = wallMillis.getAsLong();
        while (true) {
            if (purses.size() >= MOST_PURSES) {
                return CompletableFuture.failedStage(refused(
                        ErrorCode.OVERLOADED, "too many callers wait for allowances at this node; try again later"));
            }
            Purse purse = purses.computeIfAbsent(account, id -> new Purse(id, now, rules));
            Optional<Hold> hold;
            synchronized (purse) {
                if (purse.dead) {
                    continue;
                }
                hold = purse.take(price, now);
                if (hold.isEmpty()) {
                    if (purse.shortage != null && now < purse.shortUntil) {
                        return CompletableFuture.failedStage(
                                new RefusedException(unpaid(account, price, purse.shortage, settings.lease())));
                    }
                    if (purse.waiting.size() >= settings.mostWaiting()) {
                        return CompletableFuture.failedStage(
                                refused(
                                        ErrorCode.RATE_LIMITED,
                                        purse.waiting.size()
                                                + " requests of this caller wait for an allowance already; send fewer at once"));
                    }
                    purse.lastPrice = price;
                    purse.waiting.addLast(
                            new Purse.Waiting(price, now + settings.patience().toMillis(), answer));
                    want(purse);
                }
            }
            hold.ifPresent(answer::complete);
            return answer;
        }
    }

    private void want(Purse purse) {
        if (!purse.asked) {
            purse.asked = true;
            wanting.add(purse);
            wake.run();
        }
    }

    /**
     * What an account has, by the ledger.
     *
     * @param balance what there is
     * @param leased what all gateways hold; some of it may be free in the next block, as time frees it only there
     */
    record Funds(Amount balance, Amount leased) {
        Amount free() {
            return balance.lessAtMost(leased);
        }
    }

    /** The ledger's word on an account. */
    @FunctionalInterface
    interface Bank {
        Funds of(Digest account);
    }

    /** A wish with the purse that it is for. */
    record Asked(Purse purse, Action.Wish wish) {}

    /** Whose accounts are to be looked up now, at most {@value Action.LeaseAllowances#MOST}. They come up again only where {@link #again} says so. */
    List<Purse> wanting() {
        List<Purse> next = new ArrayList<>();
        while (next.size() < Action.LeaseAllowances.MOST) {
            Purse purse = wanting.poll();
            if (purse == null) {
                break;
            }
            next.add(purse);
        }
        return next;
    }

    /** These could not be looked up: they come up again as long as somebody waits. */
    void again(List<Purse> purses) {
        for (Purse purse : purses) {
            synchronized (purse) {
                purse.asked = false;
                if (!purse.waiting.isEmpty()) {
                    want(purse);
                }
            }
        }
    }

    /** What to ask the ledger for; callers without money are refused here, with no block at all. */
    List<Asked> wishes(List<Purse> purses, Bank bank) {
        List<Asked> wishes = new ArrayList<>();
        long now = wallMillis.getAsLong();
        for (Purse purse : purses) {
            Funds funds = bank.of(purse.account);
            long least;
            long most;
            boolean room;
            synchronized (purse) {
                least = purse.waiting.isEmpty()
                        ? Math.max(1, purse.lastPrice)
                        : purse.waiting.getFirst().price();
                // A lease may be over and nothing have made a block since: the ledger finds out.
                long free = funds.free().units() >= least
                        ? funds.free().units()
                        : funds.balance().units();
                long more = settings.most().units() - purse.size();
                room = more >= least;
                long wanted = Math.min(more, purse.wanted(now, settings.lease().toMillis()));
                // What is left for other gateways is half, until it is less than a request.
                most = Math.min(Math.min(wanted, free), Math.max(least, free / 2));
            }
            if (most >= least) {
                wishes.add(new Asked(purse, new Action.Wish(purse.account, new Amount(least), new Amount(most))));
            } else if (room) {
                without(purse, funds);
            } else {
                refuse(purse, null, this::crowded);
            }
        }
        return wishes;
    }

    /** The ledger granted a wish. */
    void granted(Asked asked, Digest lease, Amount amount, long expiresAt) {
        Purse purse = asked.purse();
        long now = wallMillis.getAsLong();
        List<Purse.Served> served;
        synchronized (purse) {
            purse.asked = false;
            purse.shortage = null;
            served = purse.grant(
                    new Purse.Line(
                            lease, amount.units(), expiresAt - settings.margin().toMillis()),
                    now);
            if (!purse.waiting.isEmpty()) {
                want(purse);
            }
        }
        for (Purse.Served each : served) {
            if (!each.answer().complete(each.hold())) {
                each.hold().release();
            }
        }
    }

    /** The ledger did not grant a wish, since the account has too little. */
    void without(Purse purse, Funds funds) {
        refuse(purse, funds, price -> unpaid(purse.account, price, funds, settings.lease()));
    }

    private void refuse(Purse purse, @Nullable Funds shortage, LongFunction<Refusal> why) {
        List<Purse.Waiting> refused;
        synchronized (purse) {
            purse.asked = false;
            purse.shortage = shortage;
            purse.shortUntil = wallMillis.getAsLong() + AGAIN.toMillis();
            refused = List.copyOf(purse.waiting);
            purse.waiting.clear();
        }
        for (Purse.Waiting each : refused) {
            each.answer().completeExceptionally(new RefusedException(why.apply(each.price())));
        }
    }

    private Refusal crowded(long price) {
        String sentence = "the answer costs up to " + price + " units, and this node admits at most " + settings.most()
                + " of a caller within " + settings.lease().toSeconds() + " s";
        return price > settings.most().units()
                ? Refusal.of(
                        ErrorCode.PAYMENT_REQUIRED,
                        sentence + ": ask its operator to raise candor.ledger.allowance.most")
                : Refusal.retryable(
                        ErrorCode.RATE_LIMITED, sentence + ": send fewer requests, or try again later", AGAIN);
    }

    private static Refusal unpaid(Digest account, long price, Funds funds, Duration lease) {
        String sentence = "the answer costs up to " + price + " units, and of the balance of account " + account + " "
                + funds.free() + " are free and " + funds.leased()
                + " set aside for requests already admitted: ask the operator for a deposit";
        return funds.leased().isZero()
                ? Refusal.of(ErrorCode.PAYMENT_REQUIRED, sentence)
                : Refusal.retryable(ErrorCode.PAYMENT_REQUIRED, sentence + ", or try again later", lease);
    }

    /** The ledger did not answer, or refused for another reason: whoever waits goes on waiting, as long as its patience lasts. */
    void failed(List<Asked> asked) {
        again(asked.stream().map(Asked::purse).toList());
    }

    /** Ends the patience of those who waited for too long, and forgets callers who are gone. */
    void sweep() {
        long now = wallMillis.getAsLong();
        for (Map.Entry<Digest, Purse> entry : purses.entrySet()) {
            Purse purse = entry.getValue();
            List<Purse.Waiting> late = new ArrayList<>();
            synchronized (purse) {
                while (!purse.waiting.isEmpty() && purse.waiting.getFirst().until() <= now) {
                    late.add(purse.waiting.removeFirst());
                }
                purse.forgetOver(now);
                if (purse.lines.isEmpty() && purse.waiting.isEmpty() && !purse.asked && now >= purse.shortUntil) {
                    purse.dead = true;
                    purses.remove(entry.getKey(), purse);
                }
            }
            late.forEach(each -> each.answer()
                    .completeExceptionally(refused(
                            ErrorCode.NOT_READY,
                            "the ledger granted no allowance for this request in time; try again in a moment")));
        }
    }

    /** Closes every allowance: what was not used of it, to be given back. */
    List<Action.Unused> close() {
        List<Action.Unused> unused = new ArrayList<>();
        long now = wallMillis.getAsLong();
        for (Purse purse : purses.values()) {
            synchronized (purse) {
                purse.forgetOver(now);
                for (Purse.Line line : purse.lines) {
                    if (line.left > 0 && unused.size() < Action.LeaseAllowances.MOST) {
                        unused.add(new Action.Unused(line.lease, new Amount(line.left)));
                    }
                    line.left = 0;
                }
                purse.lines.clear();
            }
        }
        return unused;
    }

    private static RefusedException refused(ErrorCode code, String sentence) {
        return new RefusedException(Refusal.retryable(code, sentence, AGAIN));
    }
}
