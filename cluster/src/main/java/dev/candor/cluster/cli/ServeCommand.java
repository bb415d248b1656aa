package dev.candor.cluster.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.candor.cluster.node.CandorNode;
import dev.candor.cluster.node.DevAccounts;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.node.NodeSeams;
import dev.candor.cluster.node.ProverNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a node until it is told to stop. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Runs a node until SIGTERM or SIGINT. Without seed nodes it founds a cluster of its own.")
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private NodeConfig options = new NodeConfig();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Config config;
        try {
            config = options.resolve();
        } catch (ConfigException e) {
            spec.commandLine().getErr().println("candor: " + e.getMessage());
            return Candor.FAILED;
        }
        List<String> problems = NodeConfigs.problems(config);
        if (!problems.isEmpty()) {
            problems.forEach(problem -> spec.commandLine().getErr().println("candor: " + problem));
            return Candor.FAILED;
        }
        if (ProverNode.isWanted(config)) {
            ProverNode prover = ProverNode.start(config);
            Runtime.getRuntime().addShutdownHook(new Thread(prover::close, "stop-prover"));
            spec.commandLine()
                    .getErr()
                    .println("candor: proving for " + config.getStringList("candor.node.cluster.seed-nodes"));
            prover.awaitTermination();
            return Candor.FAILED;
        }
        CandorNode node = CandorNode.start(config, BuildVersion.text(), NodeSeams.NONE);
        Runtime.getRuntime().addShutdownHook(new Thread(node::close, "stop-node"));
        spec.commandLine()
                .getErr()
                .println("candor: serving " + node.address().http() + ", gRPC on port "
                        + node.address().grpcPort() + ", data in "
                        + node.settings().dataDir());
        print(DevAccounts.of(config));
        // A signal runs the hook, which ends the JVM; the wait ends by itself only when the cluster threw this node
        // out.
        node.awaitTermination();
        return Candor.FAILED;
    }

    private void print(DevAccounts dev) {
        if (dev.accounts().isEmpty()) {
            return;
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println("candor: development accounts, " + dev.funds() + " units each; EVERYBODY KNOWS THESE KEYS");
        dev.accounts()
                .forEach(each ->
                        err.println("  " + each.caller() + "  0x" + each.key().toHex()));
    }
}
