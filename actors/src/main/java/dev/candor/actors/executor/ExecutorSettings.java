package dev.candor.actors.executor;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How executors judge devices and models ({@code candor.executor}).
 *
 * @param sickFactor a batch that takes this many times its predicted time makes its device sick
 * @param sickFloor no batch counts as too long before this
 * @param unknownLimit the limit of a batch whose time nobody has seen yet
 * @param loadLimit the limit of loading and warming up a model
 * @param restartBackOff how long a sick device rests before its first new start; doubled for each further one
 * @param maxRestartBackOff the longest rest
 * @param healthyAfter a device that ran this long is as good as new
 * @param maxAbandonedThreads threads that may hang in a device at one time; beyond it the device stays down until one returns
 * @param retryLoad when a model that failed to load is tried again; doubled for each further failure up to 20 times this
 * @param loadShare the part of a device's time that loading models gets at most while batches wait; above 0, below 1
 * @param tick how often a running batch is looked at
 */
public record ExecutorSettings(
        double sickFactor,
        Duration sickFloor,
        Duration unknownLimit,
        Duration loadLimit,
        Duration restartBackOff,
        Duration maxRestartBackOff,
        Duration healthyAfter,
        int maxAbandonedThreads,
        Duration retryLoad,
        double loadShare,
        Duration tick) {
    /** Refuses a share that would starve loads or batches. */
    public ExecutorSettings {
        if (!(loadShare > 0 && loadShare < 1)) {
            throw new IllegalArgumentException(
                    "candor.executor.load-share is " + loadShare + "; it must lie above 0 and below 1");
        }
    }

    /** Reads {@code candor.executor} out of {@code config}. */
    public static ExecutorSettings of(Config config) {
        Config executor = config.getConfig("candor.executor");
        return new ExecutorSettings(
                executor.getDouble("sick-factor"),
                executor.getDuration("sick-floor"),
                executor.getDuration("unknown-limit"),
                executor.getDuration("load-limit"),
                executor.getDuration("restart-back-off"),
                executor.getDuration("max-restart-back-off"),
                executor.getDuration("healthy-after"),
                executor.getInt("max-abandoned-threads"),
                executor.getDuration("retry-load"),
                executor.getDouble("load-share"),
                executor.getDuration("tick"));
    }
}
