package dev.candor.persistence.answers;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings under {@code candor.answers}; reference.conf documents each.
 *
 * @param retention how long the bytes of an answer are kept; its receipt stays
 * @param sweepInterval how often bytes past the retention are deleted, where the store does not do so by itself
 * @param sweepStep most answers looked at in one transaction of a sweep
 */
public record AnswerSettings(Duration retention, Duration sweepInterval, int sweepStep) {
    /** Refuses what cannot work. */
    public AnswerSettings {
        if (retention.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "candor.answers.retention is " + retention + ", the least allowed is one second");
        }
        if (sweepInterval.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "candor.answers.sweep-interval is " + sweepInterval + ", the least allowed is 1 ms");
        }
        if (sweepStep < 1) {
            throw new IllegalArgumentException(
                    "candor.answers.sweep-step is " + sweepStep + ", the least allowed is 1");
        }
    }

    /** Reads {@code candor.answers} of a resolved configuration. */
    public static AnswerSettings of(Config root) {
        Config config = root.getConfig("candor.answers");
        return new AnswerSettings(
                config.getDuration("retention"), config.getDuration("sweep-interval"), config.getInt("sweep-step"));
    }
}
