package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Registers, shows and changes models on a running node. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Registers, shows and changes models.",
        subcommands = {
            ModelsCommand.ListModels.class,
            ModelsCommand.Add.class,
            ModelsCommand.Show.class,
            ModelsCommand.Remove.class,
            ModelsCommand.Alias.class,
            ModelsSplitCommand.class,
            ModelsWarmCommand.class,
            ModelsCommand.Rollback.class
        })
final class ModelsCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What every sub-command does: call the node, print its answer as JSON or as a table. */
    abstract static class OnNode implements Callable<Integer> {
        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        abstract JsonNode call(NodeClient client) throws NodeException, IOException;

        abstract void print(JsonNode answer, PrintWriter out);

        @Override
        public final Integer call() throws NodeException, IOException {
            PrintWriter out = spec.commandLine().getOut();
            try (NodeClient client = node.client()) {
                JsonNode answer = call(client);
                if (node.json()) {
                    out.println(answer);
                } else {
                    print(answer, out);
                }
            }
            out.flush();
            return 0;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists models, their versions and aliases.")
    static final class ListModels extends OnNode {
        @Override
        JsonNode call(NodeClient client) throws NodeException {
            return client.get("/v1/models");
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            JsonNode models = answer.path("models");
            if (models.isEmpty()) {
                out.println(
                        "no models yet; register one with: candor models add NAME --file MODEL.pt --spec SPEC.json");
            }
            models.forEach(model -> printModel(model, out));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one model.")
    static final class Show extends OnNode {
        @Parameters(paramLabel = "NAME")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Override
        JsonNode call(NodeClient client) throws NodeException {
            return client.get(path(name));
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            printModel(answer, out);
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Uploads a TorchScript file and registers it as a new version.")
    static final class Add extends OnNode {
        @Parameters(paramLabel = "NAME")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Option(names = "--file", required = true, paramLabel = "FILE", description = "TorchScript file.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Option(
                names = "--spec",
                paramLabel = "FILE",
                description = "Inputs, outputs, labels and batching as JSON; by default FILE with .json for .pt.")
        @Nullable
        private Path spec;

        @Option(
                names = "--model-version",
                paramLabel = "V",
                description = "The version wanted; by default the next, from 1.00 on.")
        @Nullable
        private String version;

        @Override
        JsonNode call(NodeClient client) throws NodeException, IOException {
            Path described = spec != null ? spec : Path.of(file.toString().replaceFirst("\\.pt$", "") + ".json");
            if (!Files.isReadable(described)) {
                throw new NodeException(
                        "there is no readable specification " + described + "; name one with --spec", 0, "");
            }
            JsonNode blob = client.upload(file);
            ObjectNode body = JSON.createObjectNode();
            body.set("content_id", blob.path("content_id"));
            body.set("spec", JSON.readTree(Files.readAllBytes(described)));
            if (version != null) {
                body.put("version", version);
            }
            return client.call("POST", path(name) + "/versions", body);
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            out.println("registered " + name + " " + answer.path("version").asText() + ", content "
                    + answer.path("content_id").asText());
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Removes a version, or the whole model.")
    static final class Remove extends OnNode {
        @Parameters(paramLabel = "NAME")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Parameters(paramLabel = "VERSION", arity = "0..1")
        @Nullable
        private String version;

        @Override
        JsonNode call(NodeClient client) throws NodeException {
            return client.call("DELETE", path(name) + (version == null ? "" : "/versions/" + version), null);
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            out.println("removed " + name + (version == null ? "" : " " + version) + "; its receipts stay verifiable");
        }
    }

    @Command(name = "alias", mixinStandardHelpOptions = true, description = "Points an alias at a version.")
    static final class Alias extends OnNode {
        @Parameters(index = "0", paramLabel = "NAME")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Parameters(index = "1", paramLabel = "ALIAS")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String alias;

        @Parameters(index = "2", paramLabel = "VERSION")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String version;

        @Override
        JsonNode call(NodeClient client) throws NodeException {
            return client.call(
                    "PUT",
                    path(name) + "/aliases/" + alias,
                    JSON.createObjectNode().put("version", version));
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            printModel(answer, out);
        }
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = "Points an alias back at the version it named before its last change.")
    static final class Rollback extends OnNode {
        @Parameters(index = "0", paramLabel = "NAME")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Parameters(index = "1", paramLabel = "ALIAS", defaultValue = "stable")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String alias;

        @Override
        JsonNode call(NodeClient client) throws NodeException {
            return client.call("POST", path(name) + "/aliases/" + alias + "/rollback", null);
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            printModel(answer, out);
        }
    }

    static String path(String name) {
        return "/v1/models/" + name;
    }

    static void printModel(JsonNode model, PrintWriter out) {
        out.println(model.path("name").asText());
        model.path("versions")
                .forEach(version -> out.printf(
                        "  %-8s %s  %,d bytes  %s%n",
                        version.path("version").asText(),
                        version.path("content_id").asText(),
                        version.path("size").asLong(),
                        version.path("enabled").asBoolean() ? "enabled" : "disabled"));
        model.path("aliases")
                .properties()
                .forEach(alias -> out.printf(
                        "  %-8s -> %s%n",
                        alias.getKey(),
                        model.path("splits").has(alias.getKey())
                                ? shares(model.path("splits").path(alias.getKey()))
                                : alias.getValue().asText()));
    }

    private static String shares(JsonNode weights) {
        int total = 0;
        for (JsonNode weight : weights) {
            total += weight.asInt();
        }
        List<String> shares = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : weights.properties()) {
            shares.add(each.getKey() + " " + Math.round(1000.0 * each.getValue().asInt() / Math.max(1, total)) / 10.0
                    + " %");
        }
        return String.join(", ", shares);
    }
}
