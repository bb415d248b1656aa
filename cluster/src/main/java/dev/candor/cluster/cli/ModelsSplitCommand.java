package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code candor models split}. */
@Command(
        name = "split",
        mixinStandardHelpOptions = true,
        description = {
            "Lets versions share an alias's requests by weight, such as: candor models split mnist-mlp 1.02=90 1.03=10.",
            "`models alias` ends a split, `models rollback` undoes it."
        })
final class ModelsSplitCommand extends ModelsCommand.OnNode {
    @Parameters(index = "0", paramLabel = "NAME")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Parameters(index = "1..*", arity = "2..8", paramLabel = "VERSION=WEIGHT", description = "2 to 8 versions.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Map<String, Integer> weights;

    @Option(names = "--alias", paramLabel = "ALIAS", defaultValue = "stable", description = "By default stable.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String alias;

    @Override
    JsonNode call(NodeClient client) throws NodeException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode shares = body.putObject("weights");
        weights.forEach(shares::put);
        return client.call("PUT", ModelsCommand.path(name) + "/aliases/" + alias + "/split", body);
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        ModelsCommand.printModel(answer, out);
    }
}
