package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.actors.receipt.ExchangeJson;
import dev.candor.actors.receipt.ReceiptVerifier;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.Verification;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks at a cluster from outside, as its clients do. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Waits until a node is ready, sees that it refuses callers without a key, and asks a model and verifies the receipt.",
            "Exit code 0: all of it holds; 1: something does not; 2: the command line is wrong."
        })
final class CheckCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final List<String> CLOSED = List.of("/v1/models", "/v2/models/any/stats");

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(names = "--model", paramLabel = "MODEL", description = "A model to ask; needs --input and --trust.")
    @Nullable
    private String model;

    @Option(names = "--input", paramLabel = "FILE", description = "Body of the request as JSON.")
    @Nullable
    private Path input;

    @Option(names = "--trust", paramLabel = "FILE", description = "The keys to believe.")
    @Nullable
    private Path trust;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long to wait for readiness; ${DEFAULT-VALUE} by default.")
    private int seconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws NodeException, IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (NodeClient client = node.client()) {
            awaitReady(client);
            out.println("ready: " + client.base());
            refusesStrangers(client);
            out.println("closed: callers without a key are refused");
            out.println("open: " + client.get("/v1/models").path("models").size() + " models");
            if (model != null) {
                out.println("receipt: " + receipt(client, model));
            }
        } finally {
            out.flush();
        }
        return 0;
    }

    private void awaitReady(NodeClient client) throws NodeException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        String last;
        do {
            last = readiness(client);
            if (last.isEmpty()) {
                return;
            }
            Thread.sleep(PAUSE);
        } while (System.nanoTime() - deadline < 0);
        throw new NodeException("not ready within " + seconds + " s: " + last, 0, "");
    }

    private static String readiness(NodeClient client) {
        try {
            int status = client.status("/v2/health/ready");
            return status == 200 ? "" : client.base() + " answers " + status;
        } catch (NodeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void refusesStrangers(NodeClient client) throws NodeException {
        try (NodeClient stranger = new NodeClient(client.base(), Optional.empty())) {
            for (String path : CLOSED) {
                int status = stranger.status(path);
                if (status != 401) {
                    throw new NodeException(
                            client.base() + path + " answers " + status + " to a caller without a key, not 401:"
                                    + " set candor.node.auth.mode to api-keys",
                            status,
                            "");
                }
            }
        }
    }

    private String receipt(NodeClient client, String name) throws NodeException, IOException, InterruptedException {
        if (input == null || trust == null) {
            throw new ParameterException(spec.commandLine(), "--model needs --input and --trust");
        }
        Bytes body = Bytes.wrap(Files.readAllBytes(input));
        Exchange exchange = ConcurrentCalls.run(client, List.of(InferCall.ofJson(name, body)), 1, done -> {})
                .getFirst();
        if (exchange.status() != 200) {
            String answer = new String(exchange.body().toArray(), StandardCharsets.UTF_8);
            throw new NodeException(
                    exchange.status() == 0
                            ? answer
                            : JSON.readTree(answer).path("error").asText(answer),
                    exchange.status(),
                    "");
        }
        ExchangeJson.Exchange read = ExchangeJson.read(name, "", body, exchange.body());
        Verification verification = new ReceiptVerifier(TrustFile.load(trust)).verify(read.receipt(), read.evidence());
        if (!verification.ok()) {
            throw new NodeException("the receipt does not verify: " + verification.failures(), 0, "");
        }
        return "that of " + name + " verifies";
    }
}
