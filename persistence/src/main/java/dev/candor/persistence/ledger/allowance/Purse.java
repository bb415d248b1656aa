package dev.candor.persistence.ledger.allowance;

import dev.candor.actors.value.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One caller's allowances at this gateway. All fields belong to the purse's monitor, which is held for a few instructions at a time. */
final class Purse {
    final Digest account;
    private final AllowanceRules rules;
    final Deque<Line> lines = new ArrayDeque<>();
    final Deque<Waiting> waiting = new ArrayDeque<>();

    /** Whether it is in the keeper's hands already. */
    boolean asked;

    /** Nothing more is asked for until then, milliseconds of the wall clock. */
    long shortUntil;

    /** What the ledger said when it granted nothing. */
    AllowanceBook.@Nullable Funds shortage;

    /** Its price is what the next wish is measured by. */
    long lastPrice;

    /** Reserved since {@link #since}. */
    long used;

    long since;

    /** Taken out of the book; whoever holds it looks again. */
    boolean dead;

    Purse(Digest account, long now, AllowanceRules rules) {
        this.account = account;
        this.rules = rules;
        this.since = now;
    }

    /** An allowance. */
    static final class Line {
        final Digest lease;
        final long size;
        final long end;
        long left;

        Line(Digest lease, long size, long end) {
            this.lease = lease;
            this.size = size;
            this.end = end;
            this.left = size;
        }
    }

    /**
     * A request that waits.
     *
     * @param price to be reserved
     * @param until when its patience ends
     * @param answer completes with what is reserved, or fails with a refusal
     */
    record Waiting(long price, long until, CompletableFuture<Hold> answer) {}

    /** What can be reserved now. */
    Optional<Hold> take(long price, long now) {
        forgetOver(now);
        long left = left();
        if (left < price) {
            return Optional.empty();
        }
        used += price;
        lastPrice = price;
        @Nullable Hold hold = null;
        long due = price;
        for (Line line : lines) {
            long part = Math.min(due, line.left);
            if (part > 0) {
                long spent = rules.spent(part);
                line.left -= spent;
                due -= part;
                hold = new Hold(this, line, spent, hold);
            }
            if (due == 0) {
                break;
            }
        }
        return Optional.ofNullable(hold);
    }

    void forgetOver(long now) {
        while (!lines.isEmpty() && rules.over(lines.getFirst().end, now)) {
            lines.removeFirst();
        }
    }

    long left() {
        long sum = 0;
        for (Line line : lines) {
            sum += line.left;
        }
        return sum;
    }

    long size() {
        long sum = 0;
        for (Line line : lines) {
            sum += line.size;
        }
        return sum;
    }

    /** Whether another allowance should be on its way before this one is spent or over. */
    boolean runsLow(long now, long lease) {
        if (lines.isEmpty()) {
            return true;
        }
        Line newest = lines.getLast();
        return left() < newest.size / 4 || newest.end - now < lease / 3;
    }

    /** A new allowance; the requests that it is enough for, with what they reserve. */
    List<Served> grant(Line line, long now) {
        lines.addLast(line);
        List<Served> served = new ArrayList<>();
        while (!waiting.isEmpty()) {
            Optional<Hold> hold = take(waiting.getFirst().price(), now);
            if (hold.isEmpty()) {
                break;
            }
            served.add(new Served(waiting.removeFirst().answer(), hold.get()));
        }
        return served;
    }

    /** An answer that is to be given once no monitor is held. */
    record Served(CompletableFuture<Hold> answer, Hold hold) {}

    /** What is worth wishing for: what waits, and half as much again as a lease's time took at the rate of late. */
    long wanted(long now, long lease) {
        long needed = 0;
        for (Waiting each : waiting) {
            needed = saturated(needed, each.price());
        }
        long elapsed = Math.max(200, now - since);
        double rate = (double) used * lease / elapsed;
        long ahead = (long) Math.min(1L << 61, 1.5 * rate);
        if (elapsed > lease / 2) {
            used = 0;
            since = now;
        }
        return Math.max(saturated(needed, Math.max(0, ahead - left())), Math.min(1L << 61, 16 * lastPrice));
    }

    private static long saturated(long one, long other) {
        return Math.min(1L << 61, one + other);
    }
}
