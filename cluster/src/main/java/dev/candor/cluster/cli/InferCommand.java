package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.client.ConcurrentCalls;
import dev.candor.cluster.client.Exchange;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends one request, prints its answer, and keeps both for the receipt's verification. */
@Command(name = "infer", mixinStandardHelpOptions = true, description = "Sends one request to a model.")
final class InferCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String model;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "Body of the request as JSON, as the Open Inference Protocol has it; - reads standard input.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String input;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Idempotency key: a retry under it gets the same answer.")
    @Nullable
    private String key;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Keeps request and response here, for `candor receipt verify`.")
    @Nullable
    private Path save;

    @Override
    public Integer call() throws NodeException, IOException, InterruptedException {
        byte[] body = input.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(input));
        InferCall call = InferCall.ofJson(model, Bytes.wrap(body));
        Exchange exchange;
        try (NodeClient client = node.client()) {
            InferCall sent = key == null ? call : call.withKey(key);
            exchange = ConcurrentCalls.run(client, List.of(sent), 1, done -> {}).getFirst();
        }
        String answer = new String(exchange.body().toArray(), StandardCharsets.UTF_8);
        PrintWriter out = spec.commandLine().getOut();
        if (exchange.status() != 200) {
            throw new NodeException(
                    exchange.status() == 0
                            ? answer
                            : JSON.readTree(answer).path("error").asText(answer),
                    exchange.status(),
                    "");
        }
        JsonNode response = JSON.readTree(answer);
        if (save != null) {
            Files.writeString(save, saved(model, JSON.readTree(body), response) + "\n");
        }
        if (node.json()) {
            out.println(answer);
        } else {
            print(response, out);
        }
        out.flush();
        return 0;
    }

    /** A request and its response as verifiers read them. */
    static ObjectNode saved(String model, JsonNode request, JsonNode response) {
        ObjectNode saved = JSON.createObjectNode().put("model", model).put("version", "");
        saved.set("request", request);
        saved.set("response", response);
        return saved;
    }

    private static void print(JsonNode response, PrintWriter out) {
        out.println(response.path("model_name").asText() + " "
                + response.path("model_version").asText() + ", request "
                + response.path("parameters").path("candor_request_id").asText());
        response.path("outputs")
                .forEach(output -> out.println(output.path("name").asText() + " "
                        + output.path("datatype").asText() + output.path("shape") + " " + output.path("data")));
    }
}
