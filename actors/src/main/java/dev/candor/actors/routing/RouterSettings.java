package dev.candor.actors.routing;

import com.typesafe.config.Config;
import dev.candor.actors.payload.PayloadSettings;
import java.time.Duration;

/**
 * How jobs find executors ({@code candor.routing}).
 *
 * @param statusExpiry how long a host's status is believed
 * @param sweepInterval how often statuses and outstanding jobs are looked through
 * @param maxAttempts how many lanes a job may see
 * @param creditBatches batches a device whose rows may wait in a lane before another node's lane is looked for
 * @param growAfter how long a model's copies must be pressed before it gets another
 * @param shrinkAfter how long next to nothing may wait for them before one goes
 * @param inlineBytes inputs of up to this many bytes travel inside their job ({@code candor.payload.inline-bytes})
 */
public record RouterSettings(
        Duration statusExpiry,
        Duration sweepInterval,
        int maxAttempts,
        int creditBatches,
        Duration growAfter,
        Duration shrinkAfter,
        long inlineBytes) {
    /** Reads {@code candor.routing} out of {@code config}. */
    public static RouterSettings of(Config config) {
        Config routing = config.getConfig("candor.routing");
        return new RouterSettings(
                routing.getDuration("status-expiry"),
                routing.getDuration("sweep-interval"),
                routing.getInt("max-attempts"),
                routing.getInt("credit-batches"),
                routing.getDuration("grow-after"),
                routing.getDuration("shrink-after"),
                PayloadSettings.of(config).inlineBytes());
    }
}
