package dev.candor.actors.host;

import com.typesafe.config.Config;
import dev.candor.actors.cache.CacheSettings;
import dev.candor.actors.executor.ExecutorSettings;
import dev.candor.actors.payload.PayloadSettings;
import java.time.Duration;

/**
 * How a node's executors are run.
 *
 * @param executor how devices and models are judged
 * @param finisherThreads threads that slice, digest and sign; 0 for one a device ({@code candor.executor.finisher-threads})
 * @param maxAttempts how often a job may be tried, here and elsewhere, before the loss of another device ends it ({@code candor.executor.max-attempts})
 * @param statusInterval how often a status is sent ({@code candor.routing.status-interval})
 * @param cache how much the response cache may hold ({@code candor.cache})
 * @param payload how large inputs come from other nodes ({@code candor.payload})
 */
public record HostSettings(
        ExecutorSettings executor,
        int finisherThreads,
        int maxAttempts,
        Duration statusInterval,
        CacheSettings cache,
        PayloadSettings payload) {
    /** Reads {@code candor.executor} and {@code candor.routing} out of {@code config}. */
    public static HostSettings of(Config config) {
        return new HostSettings(
                ExecutorSettings.of(config),
                config.getInt("candor.executor.finisher-threads"),
                config.getInt("candor.executor.max-attempts"),
                config.getDuration("candor.routing.status-interval"),
                CacheSettings.of(config),
                PayloadSettings.of(config));
    }
}
