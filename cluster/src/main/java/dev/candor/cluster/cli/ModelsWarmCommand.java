package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code candor models warm}: returns when the model is loaded and has run its whole batch ladder on enough devices. */
@Command(
        name = "warm",
        mixinStandardHelpOptions = true,
        description = {
            "Loads a version on devices and runs its batch ladder there, before requests need it; waits until it is ready.",
            "Exit code 0: ready; 1: it cannot be loaded, there are too few devices, or the time is over."
        })
final class ModelsWarmCommand implements Callable<Integer> {
    private static final long POLL_NANOS = 250_000_000L;

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Parameters(
            index = "1",
            paramLabel = "VERSION",
            defaultValue = "latest",
            description = "A version or an alias; by default latest.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String version;

    @Option(names = "--executors", paramLabel = "N", defaultValue = "1", description = "Devices; by default 1.")
    private int executors;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "How long to wait; by default 600.")
    private int timeoutSeconds;

    @Override
    public Integer call() throws NodeException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        long deadline = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
        String before = "";
        try (NodeClient client = node.client()) {
            while (true) {
                JsonNode warmth = client.call(
                        "POST",
                        ModelsCommand.path(name) + "/versions/" + version + "/warm",
                        JsonNodeFactory.instance.objectNode().put("executors", executors));
                String failure = failure(warmth);
                boolean late = System.nanoTime() - deadline >= 0;
                boolean over = warmth.path("done").asBoolean() || failure != null || late;
                String line = line(warmth);
                if (node.json() ? over : !line.equals(before)) {
                    out.println(node.json() ? warmth.toString() : line);
                    out.flush();
                }
                before = line;
                if (over) {
                    if (warmth.path("done").asBoolean()) {
                        return 0;
                    }
                    spec.commandLine()
                            .getErr()
                            .println("candor: "
                                    + (failure != null
                                            ? failure
                                            : name + " was not ready within " + timeoutSeconds + " s; " + line));
                    return Candor.FAILED;
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private String line(JsonNode warmth) {
        StringBuilder line = new StringBuilder(name + " "
                + warmth.path("version").asText() + ": ready on "
                + warmth.path("ready").asInt() + " of " + warmth.path("wanted").asInt() + " devices");
        for (JsonNode each : warmth.path("nodes")) {
            line.append("; ")
                    .append(each.path("node").asText())
                    .append(' ')
                    .append(each.path("state").asText())
                    .append(' ')
                    .append(each.path("ready").asInt())
                    .append('/')
                    .append(each.path("devices").asInt());
        }
        return line.toString();
    }

    /** Why waiting helps no more, or null. */
    private @Nullable String failure(JsonNode warmth) {
        int up = 0;
        boolean hopeful = warmth.path("nodes").isEmpty();
        String why = "";
        for (JsonNode each : warmth.path("nodes")) {
            up += each.path("devices").asInt();
            if (each.path("state").asText().equals("failed")) {
                why = each.path("why").asText();
            } else {
                hopeful = true;
            }
        }
        if (!hopeful) {
            return name + " cannot be loaded: " + why;
        }
        // Devices that are still starting are not counted, and may come.
        boolean starting = warmth.path("nodes").isEmpty() || up == 0;
        return up < executors && !starting
                ? "there are " + up + " devices up; ask for no more with --executors, or add nodes"
                : null;
    }
}
