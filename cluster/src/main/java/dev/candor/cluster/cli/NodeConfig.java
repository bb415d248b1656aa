package dev.candor.cluster.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.candor.cluster.node.NodeConfigs;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make up a node's configuration: a file, and what stands above it. */
final class NodeConfig {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings in HOCON; `candor config show` prints all of them with their defaults.")
    @Nullable
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder: journal, models, keys.")
    @Nullable
    private Path data;

    @Option(names = "--http-port", paramLabel = "PORT", description = "REST port; 0 takes a free one.")
    @Nullable
    private Integer httpPort;

    @Option(names = "--grpc-port", paramLabel = "PORT", description = "gRPC port; 0 takes a free one.")
    @Nullable
    private Integer grpcPort;

    @Option(
            names = "--executors",
            paramLabel = "DEVICES",
            split = ",",
            description = "auto, none, or devices such as cpu:0.")
    @Nullable
    private List<String> executors;

    @Option(
            names = "--language-model",
            paramLabel = "FILE",
            description = "A language model to serve, such as models/candor-tiny.pt; may be given several times.")
    @Nullable
    private List<Path> languageModels;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "production: its defaults, and a refusal to start where a setting is unsafe. dev: as --dev.")
    @Nullable
    private String profile;

    @Option(
            names = "--dev",
            description = "For writing applications: loopback alone, accounts with money whose keys are printed, blocks"
                    + " at once, data in candor-dev. Short for --profile dev.")
    private boolean dev;

    /** The whole configuration, resolved. */
    Config resolve() {
        if (dev && profile != null && !profile.equals("dev")) {
            throw new ConfigException.BadPath(
                    "candor.node.profile", "--dev and --profile " + profile + " exclude each other");
        }
        Map<String, Object> above = new HashMap<>();
        put(above, "candor.node.data-dir", data == null ? null : data.toString());
        put(above, "candor.node.profile", dev ? "dev" : profile);
        put(above, "candor.rest.port", httpPort);
        put(above, "candor.node.grpc.port", grpcPort);
        if (executors != null) {
            boolean word = executors.size() == 1 && (executors.contains("auto") || executors.contains("none"));
            put(above, "candor.executor.devices", word ? executors.getFirst() : executors);
        }
        if (languageModels != null) {
            above.put(
                    "candor.language.models",
                    languageModels.stream().map(Path::toString).toList());
        }
        Config overrides = ConfigFactory.parseMap(above, "command line");
        Config operator = file == null
                ? ConfigFactory.empty()
                : ConfigFactory.parseFile(
                        file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        return NodeConfigs.load(overrides.withFallback(operator));
    }

    private static void put(Map<String, Object> above, String path, @Nullable Object value) {
        if (value != null) {
            above.put(path, ConfigValueFactory.fromAnyRef(value).unwrapped());
        }
    }
}
