package dev.candor.persistence.ledger.allowance;

import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Parameters;
import java.time.Duration;

/**
 * How a gateway leases allowances.
 *
 * @param lease how long an allowance lasts
 * @param margin how long before its end by this machine's clock the gateway stops admitting against it: blocks' times and this clock may differ by so much
 * @param most what a caller's allowances at this gateway come to at any time
 * @param patience how long a request waits for an allowance
 * @param mostWaiting requests of one caller that wait for an allowance
 */
public record AllowanceSettings(Duration lease, Duration margin, Amount most, Duration patience, int mostWaiting) {
    /** Refuses what cannot work. */
    public AllowanceSettings {
        if (lease.compareTo(margin.multipliedBy(2)) < 0 || margin.isNegative() || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "an allowance lasts at least twice its margin, and patience is above zero; these are " + lease
                            + ", " + margin + " and " + patience);
        }
        if (most.isZero() || mostWaiting < 1) {
            throw new IllegalArgumentException(
                    "a caller's allowances come to at least 1, and at least 1 request may wait");
        }
    }

    /** With a lease that is shorter than the rules' longest one by the margin, so that a block whose time lags takes it still. */
    public AllowanceSettings within(Parameters rules) {
        Duration longest = Duration.ofMillis(rules.longestLease()).minus(margin);
        return lease.compareTo(longest) <= 0
                ? this
                : new AllowanceSettings(longest, margin, most, patience, mostWaiting);
    }
}
