package dev.candor.persistence.ledger.validator;

import java.time.Duration;

/**
 * How a validator goes about its work.
 *
 * @param interval between two blocks while there is something for them; where there is nothing, no block is made
 * @param timeout of the first round of a height
 * @param mostAhead how far ahead of the own clock a block's time may lie for a vote
 * @param retry after the journal failed
 * @param snapshotEvery so many blocks a state is kept
 */
public record ValidatorSettings(
        Duration interval, Duration timeout, Duration mostAhead, Duration retry, int snapshotEvery) {
    /** Refuses what cannot work. */
    public ValidatorSettings {
        for (Duration each : new Duration[] {interval, timeout, mostAhead, retry}) {
            if (each.toMillis() < 1) {
                throw new IllegalArgumentException("a validator's durations are at least a millisecond, not " + each);
            }
        }
        if (snapshotEvery < 1) {
            throw new IllegalArgumentException("a state is kept every 1 block or more, not every " + snapshotEvery);
        }
    }
}
