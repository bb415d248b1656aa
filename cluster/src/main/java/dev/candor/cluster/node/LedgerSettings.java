package dev.candor.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.candor.cluster.validator.PeerAddress;
import dev.candor.cluster.validator.ValidatorConfig;
import dev.candor.persistence.ledger.allowance.AllowanceSettings;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.validator.ValidatorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings {@code candor.ledger}, read once. {@code reference.conf} says what each means.
 *
 * @param enabled whether this node runs a validator
 * @param validator how it goes about its work
 * @param rules of the money
 * @param allowance how requests are admitted on account; empty where what callers cannot pay becomes debt
 * @param door where the operators of this node's own validator hand in transactions
 * @param key file of the key by which the ledger knows this node
 * @param settlesProofs whether this node's own validator settles proofs, which publishes requests and answers
 * @param external validators in processes of their own, which this node feeds and asks; empty where there are none
 */
record LedgerSettings(
        boolean enabled,
        ValidatorSettings validator,
        Parameters rules,
        Optional<AllowanceSettings> allowance,
        NodeSettings.Listen door,
        Path key,
        boolean settlesProofs,
        Optional<External> external) {
    /**
     * Validators in processes of their own.
     *
     * @param validators where they listen
     * @param genesis file of the ledger's genesis record
     * @param key file of the key by which validators know this node
     * @param feed where this node has partitions' events for them
     * @param allowance how requests are admitted on account, within the rules of the genesis record; empty where what callers cannot pay becomes debt
     */
    record External(
            List<PeerAddress> validators,
            Path genesis,
            Path key,
            NodeSettings.Listen feed,
            Optional<AllowanceSettings> allowance) {
        /** Copies the list. */
        External {
            validators = List.copyOf(validators);
        }
    }

    /** Reads the settings; a value that cannot be is a {@link ConfigException} that names its place. */
    static LedgerSettings of(Config root) {
        Config config = root.getConfig("candor.ledger");
        try {
            Parameters rules = rules(config.getConfig("rules"));
            return new LedgerSettings(
                    config.getBoolean("enabled"),
                    ValidatorConfig.timing(root),
                    rules,
                    allowance(config.getConfig("allowance")).map(each -> each.within(rules)),
                    new NodeSettings.Listen(config.getString("door.host"), config.getInt("door.port")),
                    key(root, config),
                    config.getBoolean("settle-proofs"),
                    external(root, config));
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(config.origin(), "candor.ledger", String.valueOf(e.getMessage()));
        }
    }

    private static Optional<External> external(Config root, Config config) {
        List<PeerAddress> validators = PeerAddress.list(config, "validators");
        if (validators.isEmpty()) {
            return Optional.empty();
        }
        if (config.getString("genesis").isEmpty()) {
            throw new IllegalArgumentException(
                    "validators are named, but no genesis: name the file that `candor validator genesis` wrote");
        }
        return Optional.of(new External(
                validators,
                Path.of(config.getString("genesis")),
                key(root, config),
                new NodeSettings.Listen(config.getString("feed.host"), config.getInt("feed.port")),
                allowance(config.getConfig("allowance"))));
    }

    private static Path key(Config root, Config config) {
        String key = config.getString("key");
        return key.isEmpty() ? NodeSettings.of(root).dataDir().resolve("ledger-node.pem") : Path.of(key);
    }

    private static Optional<AllowanceSettings> allowance(Config config) {
        if (!config.getBoolean("enabled")) {
            return Optional.empty();
        }
        return Optional.of(new AllowanceSettings(
                config.getDuration("lease"),
                config.getDuration("margin"),
                new Amount(config.getLong("most")),
                config.getDuration("patience"),
                config.getInt("most-waiting")));
    }

    /** The rules of the money of {@code candor.ledger.rules}. */
    static Parameters rules(Config config) {
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
