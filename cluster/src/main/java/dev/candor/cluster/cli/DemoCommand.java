package dev.candor.cluster.cli;

import dev.candor.cluster.client.NodeException;
import dev.candor.cluster.demo.DemoRunner;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the main job on this machine and shows what happened. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Starts a node in a temporary folder, sends 2,000 digits to each of two models, verifies every receipt, restarts the node"
                        + " and shows that the same keys get the same bytes. Exit code 0 only if all of it holds.")
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print one line of JSON; progress goes to standard error.")
    private boolean json;

    @Option(
            names = "--concurrency",
            defaultValue = "64",
            paramLabel = "N",
            description = "Requests in flight; ${DEFAULT-VALUE} by default.")
    private int concurrency;

    @Option(
            names = "--model-file",
            paramLabel = "NAME=FILE",
            description = "Serve another TorchScript file under a model's name (mnist-mlp or lenet5).")
    private Map<String, Path> files = Map.of();

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "Keep requests, answers and the trust file here, for other verifiers.")
    @Nullable
    private Path save;

    @Override
    public Integer call() throws IOException, InterruptedException, NodeException {
        PrintStream progress = json ? System.err : System.out;
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        DemoRunner.Outcome outcome =
                DemoRunner.run(concurrency, files, Optional.ofNullable(save), progress, terminal && !json);
        if (json) {
            System.out.println(outcome.json());
        }
        return outcome.holds() ? 0 : Candor.FAILED;
    }
}
