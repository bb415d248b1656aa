package dev.candor.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.candor.cluster.validator.ValidatorConfig;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.validator.ValidatorSettings;

/**
 * The settings {@code candor.ledger}, read once. {@code reference.conf} says what each means.
 *
 * @param enabled whether this node runs a validator
 * @param validator how it goes about its work
 * @param rules of the money
 */
record LedgerSettings(boolean enabled, ValidatorSettings validator, Parameters rules) {
    /** Reads the settings; a value that cannot be is a {@link ConfigException} that names its place. */
    static LedgerSettings of(Config root) {
        Config config = root.getConfig("candor.ledger");
        try {
            return new LedgerSettings(
                    config.getBoolean("enabled"),
                    ValidatorConfig.timing(root),
                    rules(config.getConfig("rules")));
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(config.origin(), "candor.ledger", String.valueOf(e.getMessage()));
        }
    }

    private static Parameters rules(Config config) {
        return new Parameters(
                new PriceList(
                        new Amount(config.getLong("price.base")),
                        new Amount(config.getLong("price.tee")),
                        new Amount(config.getLong("price.zkml"))),
                config.getInt("fee-ppm"),
                config.getDuration("proof-deadline").toMillis(),
                config.getDuration("attestation-deadline").toMillis(),
                config.getDuration("challenge-window").toMillis(),
                new Amount(config.getLong("disproof-penalty")),
                new Amount(config.getLong("equivocation-penalty")),
                config.getInt("reward-ppm"),
                config.getDuration("unbonding").toMillis(),
                config.getDuration("longest-lease").toMillis(),
                config.getDuration("lease-grace").toMillis(),
                config.getDuration("price-notice").toMillis());
    }
}
