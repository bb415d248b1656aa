package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.cluster.management.ManagementSettings;
import dev.candor.cluster.security.DoorSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a production node must not have: settings that are fine on a developer's own machine, or defaults that everybody knows. */
final class ProductionRules {
    private static final String DRIVER = "datastax-java-driver.advanced.";
    private static final Set<String> KNOWN = Set.of("", "cassandra", "changeme", "password", "admin");

    private ProductionRules() {}

    /** What is unsafe, each a sentence that names the setting and says what to change; {@link NodeSettings#problems} has the rest. */
    static List<String> problems(Config config, NodeSettings settings) {
        List<String> problems = new ArrayList<>();
        between(problems, config);
        if (!config.getString("candor.node.profile").equals("production")) {
            // production = true alone is for doors that something before them guards, such as an ingress.
            return problems;
        }
        doors(problems, config, settings);
        if (!config.getStringList("candor.webhooks.allowed-networks").isEmpty()) {
            problems.add(
                    "candor.webhooks.allowed-networks is not empty, so that callers can have this node call into them;"
                            + " empty it, or let receivers be reached through the public Internet");
        }
        management(problems, ManagementSettings.of(config));
        if (config.getString("candor.journal.kind").equals("cassandra")) {
            cassandra(problems, config);
        }
        if (settings.network().equals("candor-local")) {
            problems.add(
                    "candor.node.network is candor-local, the name of everybody's trials; a production network needs its own");
        }
        if (config.getBoolean("pekko.actor.allow-java-serialization")) {
            problems.add(
                    "pekko.actor.allow-java-serialization is on, with which a peer's bytes become code; set it to off");
        }
        if (config.getString("pekko.cluster.downing-provider-class").isEmpty()) {
            problems.add("pekko.cluster.downing-provider-class is empty, so that a split cluster writes on both sides;"
                    + " leave it at the split-brain resolver");
        }
        return problems;
    }

    private static void doors(List<String> problems, Config config, NodeSettings settings) {
        DoorSettings doors = DoorSettings.of(config);
        NodeSettings.Listen rest =
                new NodeSettings.Listen(config.getString("candor.rest.host"), config.getInt("candor.rest.port"));
        if (doors.tls().isEmpty()) {
            plain(problems, "candor.rest", rest);
            settings.grpc().ifPresent(grpc -> plain(problems, "candor.node.grpc", grpc));
        }
        if (doors.figuresOpen()) {
            problems.add(
                    "candor.node.auth.figures is open, so that anybody may read this node's figures; set it to audit");
        }
        if (doors.rate() == 0) {
            problems.add(
                    "candor.node.limits.rate is 0, so that one caller may take all of this node; set a number of calls a second");
        }
        if (doors.inFlight() == 0) {
            problems.add(
                    "candor.node.limits.in-flight is 0, so that one caller may take all of this node; set a number of requests");
        }
    }

    private static void management(List<String> problems, ManagementSettings management) {
        boolean others = !new NodeSettings.Listen(management.host(), management.port()).loopback();
        if (management.enabled() && others && management.tokenFile().isEmpty()) {
            problems.add(
                    "candor.node.management.host is " + management.host()
                            + ", which others can reach, and anybody may read the figures there; name a file with a token as candor.node.management.token-file");
        }
    }

    private static void plain(List<String> problems, String door, NodeSettings.Listen listen) {
        if (!listen.loopback()) {
            problems.add(
                    door + ".host is " + listen.host()
                            + ", which others can reach, without TLS; set candor.node.tls, or listen on 127.0.0.1 behind a proxy that has it");
        }
    }

    private static void between(List<String> problems, Config config) {
        Config artery = config.getConfig("pekko.remote.artery");
        if (!artery.getString("transport").equals("tls-tcp")) {
            problems.add("pekko.remote.artery.transport is " + artery.getString("transport")
                    + "; a production cluster needs tls-tcp with certificates: set candor.node.cluster.tls");
            return;
        }
        if (artery.getString("ssl.ssl-engine-provider").endsWith("ConfigSSLEngineProvider")) {
            Config engine = artery.getConfig("ssl.config-ssl-engine");
            if (!engine.getBoolean("require-mutual-authentication")) {
                problems.add("pekko.remote.artery.ssl.config-ssl-engine.require-mutual-authentication is off,"
                        + " so that anybody can join the cluster; set it to on");
            }
            for (String password : List.of("key-store-password", "key-password", "trust-store-password")) {
                if (KNOWN.contains(engine.getString(password))) {
                    problems.add("pekko.remote.artery.ssl.config-ssl-engine." + password
                            + " is one that everybody knows; set another, or use candor.node.cluster.tls");
                }
            }
        }
    }

    private static void cassandra(List<String> problems, Config config) {
        if (!config.hasPath(DRIVER + "ssl-engine-factory.class")) {
            problems.add(
                    DRIVER + "ssl-engine-factory.class is not set, so that the journal crosses the network as it is;"
                            + " set one of the driver's, such as DefaultSslEngineFactory");
        }
        if (!config.hasPath(DRIVER + "auth-provider.class")) {
            problems.add(
                    DRIVER + "auth-provider.class is not set: whoever reaches Cassandra could write to the journal;"
                            + " set PlainTextAuthProvider with username and password");
            return;
        }
        for (String word : List.of("username", "password")) {
            String path = DRIVER + "auth-provider." + word;
            if (!config.hasPath(path) || KNOWN.contains(config.getString(path))) {
                problems.add(
                        path + " is not set, or is one that everybody knows; set it by a file or by the environment,"
                                + " such as ${CASSANDRA_PASSWORD}");
            }
        }
    }
}
