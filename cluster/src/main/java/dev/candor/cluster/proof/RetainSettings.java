package dev.candor.cluster.proof;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings {@code candor.retain}; {@code reference.conf} says what each means.
 *
 * @param keep how long an input is kept
 * @param mostBytes of all inputs together
 * @param mostOfOne bytes of one request with its answer
 */
public record RetainSettings(Duration keep, long mostBytes, long mostOfOne) {
    /** Reads the settings. */
    public static RetainSettings of(Config root) {
        Config config = root.getConfig("candor.retain");
        return new RetainSettings(
                config.getDuration("for"), config.getBytes("most-bytes"), config.getBytes("most-of-one"));
    }
}
