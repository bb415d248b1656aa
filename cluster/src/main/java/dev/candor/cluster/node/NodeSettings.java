package dev.candor.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.candor.actors.value.RequestId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings {@code candor.node}, read once. {@code reference.conf} says what each means.
 *
 * @param dataDir of everything the node keeps
 * @param roles what the node does
 * @param production whether development shortcuts are refused
 * @param network name in the genesis record
 * @param partitions 1 to 256
 * @param seedNodes addresses to join; empty founds a cluster
 * @param grpc where gRPC listens, if it does
 * @param auth how callers are known
 * @param executorKey file of the signing key
 * @param pseudonymKey file of the pseudonym key
 * @param drain how long a stopping node waits for requests
 */
public record NodeSettings(
        Path dataDir,
        Set<String> roles,
        boolean production,
        String network,
        int partitions,
        List<String> seedNodes,
        Optional<Listen> grpc,
        Auth auth,
        Path executorKey,
        Path pseudonymKey,
        Duration drain) {

    private static final Set<String> ROLES = Set.of("gateway", "core", "cpu", "gpu", "prover");

    /**
     * An address to listen on.
     *
     * @param host name or address
     * @param port 0 for a free one
     */
    public record Listen(String host, int port) {
        /** Whether only this machine can connect. */
        public boolean loopback() {
            try {
                return InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false;
            }
        }
    }

    /**
     * How callers are known.
     *
     * @param keysFile of API keys; empty where every caller is anonymous
     */
    public record Auth(Optional<Path> keysFile) {}

    /** Reads the settings; a value of the wrong type is a {@link ConfigException} that names its place. */
    public static NodeSettings of(Config root) {
        Config config = root.getConfig("candor.node");
        Path dataDir = Path.of(config.getString("data-dir")).toAbsolutePath().normalize();
        return new NodeSettings(
                dataDir,
                Set.copyOf(config.getStringList("roles")),
                config.getBoolean("production"),
                config.getString("network"),
                config.getInt("partitions"),
                List.copyOf(config.getStringList("cluster.seed-nodes")),
                config.getBoolean("grpc.enabled") ? Optional.of(listen(config.getConfig("grpc"))) : Optional.empty(),
                auth(config.getConfig("auth")),
                file(config, "keys.executor", dataDir.resolve("executor.pem")),
                file(config, "keys.pseudonym", dataDir.resolve("pseudonym.key")),
                config.getDuration("drain"));
    }

    /** What is wrong with these settings, each a sentence that says what to change; empty if nothing is. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (String role : roles) {
            if (!ROLES.contains(role)) {
                problems.add(
                        "candor.node.roles has \"" + role + "\"; the roles are gateway, core, cpu, gpu and prover");
            }
        }
        if (partitions < 1 || partitions > RequestId.MAX_PARTITIONS) {
            problems.add("candor.node.partitions is " + partitions + "; it must lie between 1 and "
                    + RequestId.MAX_PARTITIONS);
        }
        if (network.isBlank() || network.length() > 64) {
            problems.add("candor.node.network must have 1 to 64 characters");
        }
        if (auth.keysFile().isEmpty()) {
            grpc.ifPresent(listen -> exposed(problems, "candor.node.grpc", listen));
        }
        if (auth.keysFile().map(file -> file.toString().isEmpty()).orElse(false)) {
            problems.add("candor.node.auth.keys-file is empty; name the file that `candor keys api create` made");
        }
        if (production && auth.keysFile().isEmpty()) {
            problems.add("candor.node.auth.mode is none; a production node needs api-keys");
        }
        return problems;
    }

    /** Says that others can reach a door that asks nobody who they are. */
    static void exposed(List<String> problems, String door, Listen listen) {
        if (!listen.loopback()) {
            problems.add(
                    door + ".host is " + listen.host()
                            + ", which others can reach, but candor.node.auth.mode is none; set api-keys or listen on 127.0.0.1");
        }
    }

    private static Listen listen(Config config) {
        return new Listen(config.getString("host"), config.getInt("port"));
    }

    private static Auth auth(Config config) {
        return switch (config.getString("mode")) {
            case "none" -> new Auth(Optional.empty());
            case "api-keys" -> new Auth(Optional.of(Path.of(config.getString("keys-file"))));
            default ->
                throw new ConfigException.BadValue(
                        config.getValue("mode").origin(), "candor.node.auth.mode", "the modes are none and api-keys");
        };
    }

    private static Path file(Config config, String path, Path byDefault) {
        String set = config.getString(path);
        return set.isEmpty() ? byDefault : Path.of(set);
    }
}
