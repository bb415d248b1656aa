package dev.candor.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.candor.cluster.attestation.AttestationSettings;
import dev.candor.cluster.language.LanguageSettings;
import dev.candor.cluster.management.ManagementSettings;
import dev.candor.cluster.security.DoorSettings;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a node's configuration together: the operator's settings, above the node's own for Pekko, above the libraries' defaults. */
public final class NodeConfigs {
    private NodeConfigs() {}

    /** The whole configuration under {@code operator}'s settings and the JVM's system properties. */
    public static Config load(Config operator) {
        Config above = ConfigFactory.defaultOverrides().withFallback(operator);
        String profile = text(above, "candor.node.profile");
        switch (profile) {
            case "", "none" -> {}
            case "production" -> above = above.withFallback(ConfigFactory.parseResources("profile-production.conf"));
            case "dev" -> above = above.withFallback(ConfigFactory.parseResources("profile-dev.conf"));
            default ->
                throw new ConfigException.BadPath("candor.node.profile", "the profiles are none, dev and production");
        }
        if (!text(above, "candor.node.cluster.tls.certificate").isEmpty()) {
            above = above.withFallback(ConfigFactory.parseResources("cluster-tls.conf"));
        }
        return JournalKind.layer(above.withFallback(ConfigFactory.parseResources("node.conf")));
    }

    /** What the operator set, which decides what is laid below it; empty where it set nothing. */
    private static String text(Config operator, String path) {
        Config resolved = operator.resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true));
        return resolved.hasPath(path) ? resolved.getString(path) : "";
    }

    /** What is wrong with a configuration, each a sentence; empty if nothing is. */
    public static List<String> problems(Config config) {
        List<String> problems = new ArrayList<>(unknown(config));
        try {
            NodeSettings settings = NodeSettings.of(config);
            languageProblem(config).ifPresent(problems::add);
            problems.addAll(settings.problems());
            problems.addAll(ManagementSettings.problems(config));
            problems.addAll(DoorSettings.of(config).problems());
            if (settings.auth().keysFile().isEmpty()) {
                NodeSettings.exposed(
                        problems,
                        "candor.rest",
                        new NodeSettings.Listen(
                                config.getString("candor.rest.host"), config.getInt("candor.rest.port")));
            }
            problems.addAll(DevAccounts.problems(config, settings));
            if (settings.production()) {
                problems.addAll(ProductionRules.problems(config, settings));
            }
            AttestationSettings.of(config).problem(settings.production()).ifPresent(problems::add);
            if (LedgerSettings.of(config).enabled()
                    && (!settings.seedNodes().isEmpty()
                            || !config.getString("candor.journal.kind").equals("sqlite"))) {
                problems.add(
                        "candor.ledger.enabled is true, but only a single node on the embedded journal can keep a ledger;"
                                + " set it to false");
            }
            if (LedgerSettings.of(config).enabled()
                    && LedgerSettings.of(config).external().isPresent()) {
                problems.add(
                        "candor.ledger.enabled is true and candor.ledger.validators are named; a ledger has either a"
                                + " validator in the node or validators in processes of their own: drop one of both");
            }
            boolean prover = ProverNode.isWanted(config);
            if (prover) {
                ProverNode.problem(config).ifPresent(problems::add);
            }
            if (!prover
                    && !settings.seedNodes().isEmpty()
                    && config.getString("candor.journal.kind").equals("sqlite")) {
                problems.add(
                        "candor.journal.kind is sqlite, which one node alone can use; a cluster of several needs cassandra");
            }
        } catch (ConfigException | JournalException.Refused e) {
            problems.add(e.getMessage());
        }
        return problems;
    }

    private static Optional<String> languageProblem(Config config) {
        try {
            var _ = LanguageSettings.of(config);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Settings under {@code candor} that nobody reads: misspelt, most likely. */
    private static List<String> unknown(Config config) {
        Config known = ConfigFactory.defaultReference();
        List<String> unknown = new ArrayList<>();
        for (Map.Entry<String, ConfigValue> entry : config.getConfig("candor").entrySet()) {
            if (!known.hasPathOrNull("candor." + entry.getKey()) && !ofOpenSection(known, entry.getKey())) {
                unknown.add("candor." + entry.getKey() + " ("
                        + entry.getValue().origin().description() + ") is no setting; `candor config show` lists them");
            }
        }
        return unknown;
    }

    /** Whether the setting lies below one whose keys the operator chooses: a section that is empty by default. */
    private static boolean ofOpenSection(Config known, String key) {
        List<String> path = ConfigUtil.splitPath(key);
        for (int length = path.size() - 1; length > 0; length--) {
            String parent = "candor." + ConfigUtil.joinPath(path.subList(0, length));
            if (known.hasPath(parent)) {
                return known.getValue(parent).valueType() == ConfigValueType.OBJECT
                        && known.getConfig(parent).isEmpty();
            }
        }
        return false;
    }
}
