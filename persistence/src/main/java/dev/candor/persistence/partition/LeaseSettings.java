package dev.candor.persistence.partition;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The lease of a partition's owner: {@code candor.partition.lease}.
 *
 * @param duration how long a lease lasts after the record last changed
 * @param renewEvery how often its holder renews it
 * @param margin how much earlier than the lease's end its holder stops answering
 * @param pollEvery how often a taker looks whether the holder has released it, and how long anybody waits after the store failed
 * @param exclusiveStore whether only this process can use the store at all (an embedded journal under a process lock): a holder that is not this
 *     process is then dead, and its lease is taken at once
 */
public record LeaseSettings(
        Duration duration, Duration renewEvery, Duration margin, Duration pollEvery, boolean exclusiveStore) {
    /** Refuses a lease that cannot be kept. */
    public LeaseSettings {
        if (renewEvery.isNegative()
                || renewEvery.isZero()
                || pollEvery.isNegative()
                || pollEvery.isZero()
                || margin.isNegative()) {
            throw new IllegalArgumentException(
                    "candor.partition.lease: renew-every and poll-every must be positive, margin must not be negative");
        }
        if (duration.minus(margin).compareTo(renewEvery.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("candor.partition.lease: duration less margin (" + duration.minus(margin)
                    + ") must be at least twice renew-every (" + renewEvery + "), or one slow renewal loses the lease");
        }
    }

    static LeaseSettings of(Config lease) {
        return new LeaseSettings(
                lease.getDuration("duration"),
                lease.getDuration("renew-every"),
                lease.getDuration("margin"),
                lease.getDuration("poll-every"),
                false);
    }

    /** The same settings for a store of this kind. */
    public LeaseSettings withExclusiveStore(boolean exclusive) {
        return new LeaseSettings(duration, renewEvery, margin, pollEvery, exclusive);
    }
}
