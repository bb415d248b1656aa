package dev.candor.actors.gateway;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How many requests a gateway lets in at one time ({@code candor.gateway.limiter}).
 *
 * @param initial the limit at the start
 * @param min the limit never falls below it
 * @param max the limit never rises above it
 * @param window how often the limit is judged
 * @param targetWait if even the shortest wait within a window (the model's queue and the run apart) is longer than this, the limit falls
 * @param maxBytes bytes of tensors in flight, a hard bound
 */
public record LimiterSettings(int initial, int min, int max, Duration window, Duration targetWait, long maxBytes) {
    /** Refuses limits that contradict each other. */
    public LimiterSettings {
        if (min < 1 || max < min || initial < min || initial > max) {
            throw new IllegalArgumentException("candor.gateway.limiter needs 1 <= min <= initial <= max; it has " + min
                    + ", " + initial + ", " + max);
        }
    }

    static LimiterSettings of(Config limiter) {
        return new LimiterSettings(
                limiter.getInt("initial"),
                limiter.getInt("min"),
                limiter.getInt("max"),
                limiter.getDuration("window"),
                limiter.getDuration("target-wait"),
                limiter.getBytes("max-bytes"));
    }
}
