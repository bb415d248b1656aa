package dev.candor.cluster.management;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings {@code candor.node.management} and {@code candor.node.cluster.bootstrap}, read once. {@code reference.conf} says what each means.
 *
 * @param enabled whether the port is served
 * @param host address by which others know it
 * @param port 0 for a free one
 * @param tokenFile file with the token that readers of figures show; empty where anybody may read them
 * @param bootstrap whether the cluster is found by discovery
 */
public record ManagementSettings(boolean enabled, String host, int port, String tokenFile, boolean bootstrap) {
    /** Reads the settings; a value of the wrong type is a {@link com.typesafe.config.ConfigException} that names its place. */
    public static ManagementSettings of(Config root) {
        Config config = root.getConfig("candor.node");
        return new ManagementSettings(
                config.getBoolean("management.enabled"),
                config.getString("management.host"),
                config.getInt("management.port"),
                config.getString("management.token-file"),
                config.getBoolean("cluster.bootstrap"));
    }

    /** What is wrong with a node's settings, each a sentence that says what to change; empty if nothing is. */
    public static List<String> problems(Config root) {
        ManagementSettings settings = of(root);
        List<String> problems = new ArrayList<>();
        if (!settings.bootstrap()) {
            return problems;
        }
        if (!settings.enabled()) {
            problems.add(
                    "candor.node.cluster.bootstrap is true, but candor.node.management.enabled is false: nodes that look for"
                            + " their cluster ask each other on that port; set it to true");
        }
        if (settings.port() == 0) {
            problems.add(
                    "candor.node.cluster.bootstrap is true, but candor.node.management.port is 0: nodes find each other on"
                            + " a port that they know; name one, such as 7626");
        }
        if (!root.getStringList("candor.node.cluster.seed-nodes").isEmpty()) {
            problems.add(
                    "candor.node.cluster.bootstrap is true and candor.node.cluster.seed-nodes are named: have one of both");
        }
        if (root.getString("candor.journal.kind").equals("sqlite")) {
            problems.add(
                    "candor.node.cluster.bootstrap is true, but candor.journal.kind is sqlite, which one node alone can use;"
                            + " a cluster of several needs cassandra");
        }
        return problems;
    }
}
