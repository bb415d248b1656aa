package dev.candor.cluster.validator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.journal.sqlite.SqliteSettings;
import dev.candor.persistence.ledger.validator.ValidatorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings {@code candor.validator}, read once. {@code reference.conf} says what each means.
 *
 * @param dataDir of the journal, which lies in its folder {@code ledger} as a node's does
 * @param key file of the validator's key
 * @param genesis file of the ledger's genesis record
 * @param host to listen on
 * @param port to listen on; 0 for a free one
 * @param peers the other validators
 * @param feeds serving nodes that have partitions' events
 * @param observers keys that may ask, beside validators, feeds and operators
 * @param journal settings of the journal
 * @param timing how it goes about its work
 */
public record ValidatorConfig(
        Path dataDir,
        Path key,
        Path genesis,
        String host,
        int port,
        List<PeerAddress> peers,
        List<PeerAddress> feeds,
        Set<Bytes> observers,
        SqliteSettings journal,
        ValidatorSettings timing) {
    /** Copies the collections. */
    public ValidatorConfig {
        peers = List.copyOf(peers);
        feeds = List.copyOf(feeds);
        observers = Set.copyOf(observers);
    }

    /** Reads the settings; a value that cannot be is a {@link ConfigException} that names its place. */
    public static ValidatorConfig of(Config root) {
        Config config = root.getConfig("candor.validator");
        Path dataDir = Path.of(config.getString("data-dir")).toAbsolutePath().normalize();
        String genesis = config.getString("genesis");
        if (genesis.isEmpty()) {
            throw new ConfigException.BadValue(
                    config.origin(), "candor.validator.genesis", "name the file that `candor validator genesis` wrote");
        }
        return new ValidatorConfig(
                dataDir,
                config.getString("key").isEmpty() ? dataDir.resolve("validator.pem") : Path.of(config.getString("key")),
                Path.of(genesis),
                config.getString("host"),
                config.getInt("port"),
                PeerAddress.list(config, "peers"),
                PeerAddress.list(config, "feeds"),
                config.getStringList("observers").stream().map(PeerAddress::key).collect(Collectors.toSet()),
                journal(root, dataDir.resolve("ledger")),
                timing(root));
    }

    /** The settings of a journal in a folder. */
    public static SqliteSettings journal(Config root, Path folder) {
        return SqliteSettings.of(
                root.withValue("candor.journal.sqlite.folder", ConfigValueFactory.fromAnyRef(folder.toString())));
    }

    /** How a validator goes about its work, wherever it runs. */
    public static ValidatorSettings timing(Config root) {
        Config config = root.getConfig("candor.ledger");
        try {
            return new ValidatorSettings(
                    config.getDuration("interval"),
                    config.getDuration("timeout"),
                    config.getDuration("most-ahead"),
                    config.getDuration("retry"),
                    config.getInt("snapshot-every"));
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(config.origin(), "candor.ledger", String.valueOf(e.getMessage()));
        }
    }
}
