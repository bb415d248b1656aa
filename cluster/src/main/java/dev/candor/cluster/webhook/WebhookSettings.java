package dev.candor.cluster.webhook;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * The settings {@code candor.webhooks}; {@code reference.conf} says what each means.
 *
 * @param allowedNetworks that are called beside the public Internet
 * @param timeout of one attempt, from the look-up of its host to the first line of the answer
 * @param most attempts under way at once
 */
public record WebhookSettings(List<String> allowedNetworks, Duration timeout, int most) {
    /** Copies the list. */
    public WebhookSettings {
        allowedNetworks = List.copyOf(allowedNetworks);
    }

    /** Reads the settings. */
    public static WebhookSettings of(Config root) {
        Config config = root.getConfig("candor.webhooks");
        return new WebhookSettings(
                config.getStringList("allowed-networks"), config.getDuration("timeout"), config.getInt("most"));
    }
}
