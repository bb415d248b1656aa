package dev.candor.persistence.model;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How nodes keep up with models: {@code candor.models} in the configuration.
 *
 * @param pollEvery how often a node reads the catalog and some of the models
 * @param pollAtOnce most models asked at one time
 * @param askTimeout how long an entity has for its word
 */
public record ModelSettings(Duration pollEvery, int pollAtOnce, Duration askTimeout) {
    /** Reads {@code candor.models} of {@code root}. */
    public static ModelSettings of(Config root) {
        Config models = root.getConfig("candor.models");
        return new ModelSettings(
                models.getDuration("poll-every"), models.getInt("poll-at-once"), models.getDuration("ask-timeout"));
    }
}
