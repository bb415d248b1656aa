package dev.candor.persistence.ledger.allowance;

import org.jspecify.annotations.Nullable;

/** What is reserved for one request. It is spent unless it is released. Thread-safe. */
public final class Hold {
    private final Purse purse;
    private final Purse.Line line;
    private final long amount;
    private final @Nullable Hold rest;
    private boolean released;

    Hold(Purse purse, Purse.Line line, long amount, @Nullable Hold rest) {
        this.purse = purse;
        this.line = line;
        this.amount = amount;
        this.rest = rest;
    }

    /** The request was not answered and will not be: what was reserved may be used again. Later calls do nothing. */
    public void release() {
        synchronized (purse) {
            for (Hold each = this; each != null; each = each.rest) {
                if (!each.released) {
                    each.released = true;
                    each.line.left += each.amount;
                }
            }
        }
    }
}
